"""Attachments as files (A6; guide 3.17, 3.18)."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="leaves files that cannot be deleted"
)

TEXT, IMAGE = b"first line\r\nsecond", bytes(range(256)) * 4


@pytest.mark.parametrize("dialect", ["v1", "v2"])
def test_A6_files_are_uploaded_in_a_form_and_read_back_byte_for_byte(shared, dialect):
    files = [
        ("files", ("line1.txt", TEXT, "text/plain")),
        ("files", ("line 2.png", IMAGE, "image/png")),
    ]
    with shared.client(dialect) as client:
        made = client.post("Attachments2", files=files)
        assert made.status_code == 201
        entry = made.json()["AbsoluteEntry"]
        assert made.headers["Location"].endswith(f"/b1s/{dialect}/Attachments2({entry})")
        lines = client.get(f"Attachments2({entry})").json()["Attachments2_Lines"]
        assert [(line["FileName"], line["FileExtension"]) for line in lines] == [
            ("line1", "txt"),
            ("line 2", "png"),
        ]
        first = client.get(f"Attachments2({entry})/$value")
        assert (first.content, first.headers["Content-Type"]) == (TEXT, "text/plain")
        second = client.get(f"Attachments2({entry})/$value?filename='line 2.png'")
        assert (second.content, second.headers["Content-Type"]) == (IMAGE, "image/png")
        assert client.get(f"Attachments2({entry})/$value?filename='no.txt'").status_code == 404


def test_A6_a_file_is_replaced_another_is_appended_none_is_deleted(shared):
    with shared.client() as client:
        made = client.post("Attachments2", files={"files": ("a.txt", b"one", "text/plain")}).json()
        path = f"Attachments2({made['AbsoluteEntry']})"
        again = [("files", ("a.txt", b"two", "text/plain")), ("files", ("b.txt", b"new"))]
        assert client.patch(path, files=again).status_code == 204
        assert client.get(f"{path}/$value").content == b"two"
        assert client.get(f"{path}/$value?filename='b.txt'").content == b"new"
        assert len(client.get(path).json()["Attachments2_Lines"]) == 2
        gone = client.delete(path)
        assert (gone.status_code, gone.json()["error"]["code"]) == (400, "-5006")


def test_A6_a_stream_names_its_file_in_the_slug(shared):
    with shared.client() as client:
        headers = {"Slug": "SAP.jpg", "Content-Type": "image/jpeg"}
        made = client.post("Attachments2", content=IMAGE, headers=headers)
        assert made.status_code == 201
        read = client.get(f"Attachments2({made.json()['AbsoluteEntry']})/$value")
        assert (read.content, read.headers["Content-Type"]) == (IMAGE, "image/jpeg")
        empty = client.post(
            "Attachments2",
            content=b"--x--\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        assert empty.status_code == 400


def test_A1_a_body_over_fifty_mebibytes_is_apaches_page(shared):
    with shared.client() as client:
        answer = client.post("Attachments2", content=b"x" * (52_428_800 + 1))
    assert answer.status_code == 413
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "/b1s/v2/Attachments2" in answer.text


def test_A2_a_client_that_waits_for_a_word_gets_an_empty_500(shared):
    """Expect: 100-continue does not pass the balancer."""
    with shared.client() as client:
        answer = client.get("Items", headers={"Expect": "100-continue"})
    assert (answer.status_code, answer.content) == (500, b"")
    assert answer.headers["DataServiceVersion"] == "3.0"
    assert answer.headers["Content-Length"] == "0"
