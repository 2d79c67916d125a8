"""Batches as different clients write them: line ends, quotes, identifiers, addresses (A9)."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="writes the small company's items"
)


def part(request, number=None, *, is_inner=False, headers=()):
    """One operation; its Content-ID stands before the request, or among its own headers."""
    identifier = [] if number is None else [f"Content-ID: {number}"]
    line, _, body = request.partition("\n")
    inner = [*(identifier if is_inner else []), *headers, "Host: somewhere"]
    outer = ["Content-Type: application/http; msgtype=request"]
    outer += ["Content-Transfer-Encoding:binary", *([] if is_inner else identifier)]
    return "\n".join([*outer, "", line, *inner, "", body, ""])


def batch(parts, changes=()):
    lines = [f"--b 1\n{one}" for one in parts]
    if changes:
        inner = "".join(f"--c-2\n{one}\n" for one in changes)
        lines.append(f'--b 1\nContent-Type: multipart/mixed; boundary="c-2"\n\n{inner}--c-2--\n')
    return "\n".join([*lines, "--b 1--", ""]).replace("\n", "\r\n").replace("b 1", "b1")


def sent(client, content):
    headers = {"Content-Type": 'multipart/mixed; boundary="b1"'}
    answer = client.post("$batch", content=content, headers=headers)
    return answer, [line for line in answer.text.split("\r\n") if line.startswith("HTTP/1.1")]


@pytest.mark.parametrize("dialect", ["v1", "v2"])
@pytest.mark.parametrize("is_inner", [False, True])
def test_A9_a_change_set_refers_to_what_it_made(shared, dialect, is_inner):
    code = f"it {dialect}{is_inner}"
    changes = [
        part(f'POST /b1s/{dialect}/Items HTTP/1.1\n{{"ItemCode": "{code}"}}', 1, is_inner=is_inner),
        part(f'PATCH /b1s/{dialect}/$1 HTTP/1.1\n{{"ItemName": "named"}}', 2, is_inner=is_inner),
    ]
    with shared.client(dialect) as client:
        answer, lines = sent(client, batch([], changes))
        assert answer.status_code == {"v1": 202, "v2": 200}[dialect]
        assert lines == ["HTTP/1.1 201 Created", "HTTP/1.1 204 No Content"]
        assert "Content-ID: 1\r\n" in answer.text
        read = part(f"GET {client.base_url}Items('{code.replace(' ', '%20')}')?$select=ItemName")
        answer, lines = sent(client, batch([read]))
        assert lines == ["HTTP/1.1 200 OK"]
        assert '"ItemName" : "named"\n}\n' in answer.text


def test_A9_bodies_end_with_a_newline_and_headers_have_a_blank(shared):
    with shared.client() as client:
        answer, _ = sent(client, batch([part("GET Items('A-100')?$select=ItemCode")]))
    boundary = answer.headers["Content-Type"].partition("boundary=")[2]
    assert boundary.startswith("batchresponse_")
    head, _, rest = answer.text.partition("\r\n\r\n")
    assert head.split("\r\n") == [
        f"--{boundary}",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
    ]
    inner, _, body = rest.partition("\r\n\r\n")
    length = len(body.encode()) - len(f"\r\n--{boundary}--\r\n")
    assert f"Content-Length: {length}" in inner.split("\r\n")
    assert body.endswith(f"}}\n\r\n--{boundary}--\r\n")


def test_A9_later_parts_get_no_answer_after_a_failure(shared):
    with shared.client("v1") as client:
        reads = [part(f"GET Items('{code}')") for code in ("A-100", "NOTHING", "A-200")]
        answer, lines = sent(client, batch(reads))
    assert lines == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"]
    assert '"code" : -2028' in answer.text


@pytest.mark.parametrize(
    ("dialect", "change"),
    [
        ("v2", part('POST Items\n{"ItemCode": "nameless"}')),  # v2 wants a Content-ID
        ("v1", part("GET Items('A-100')", 1)),
        ("v2", part("GET Items('A-100')", 1)),
    ],
)
def test_A9_what_a_change_set_must_not_hold(shared, dialect, change):
    with shared.client(dialect) as client:
        answer, lines = sent(client, batch([], [change]))
        assert client.get("Items('nameless')").status_code == 404
    assert lines == ["HTTP/1.1 400 Bad Request"]
    assert "Incomplete Batch Request Body!" in answer.text
    assert ("innererror" in answer.text) == (dialect == "v1")


def test_A9_a_tag_is_ignored_inside_a_batch(shared):
    stale = 'If-Match: W/"0000000000000000000000000000000000000000"'
    change = part('PATCH Items(\'R-1\')\n{"ItemName": "tagless"}', 1, headers=[stale])
    with shared.client() as client:
        _, lines = sent(client, batch([], [change]))
        assert client.get("Items('R-1')").json()["ItemName"] == "tagless"
    assert lines == ["HTTP/1.1 204 No Content"]


@pytest.mark.parametrize("action", ["Close", "close", "SAPB1.Close"])
def test_A9_an_action_by_its_name_in_any_form(shared, action):
    line = '{"ItemCode": "A-100", "Quantity": 1, "UnitPrice": 5}'
    order = f'{{"CardCode": "C10", "DocumentLines": [{line}]}}'
    changes = [part(f"POST Orders\n{order}", 1), part(f"POST $1/{action}\n", 2)]
    with shared.client() as client:
        _, lines = sent(client, batch([], changes))
        last = client.get("Orders?$orderby=DocEntry desc&$top=1").json()["value"][0]
    assert lines == ["HTTP/1.1 201 Created", "HTTP/1.1 204 No Content"]
    assert last["DocumentStatus"] == "bost_Close"
