"""The door to the network against servers that misbehave."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from raw_sockets import http, raw_server

from extract.errors import AnswerLost, Misconfigured, QuotaSpent, Refuse, TryAgain
from extract.transport import Limits, Transport

QUICK = Limits(
    connect_seconds=1, silence_seconds=1, request_seconds=2, attempts=3, first_wait_seconds=0.01
)


def transport(address: str, limits: Limits = QUICK, *secrets: str) -> Transport:
    return Transport(address, "test", limits=limits, secrets=secrets)


def test_f1_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    door = transport(f"http://127.0.0.1:{port}")
    for calls in (3, 4):  # three tries, and one for each further request
        with pytest.raises(TryAgain, match="cannot be reached"):
            door.send("GET", "/")
        assert door.traffic.calls == calls


def test_f1_a_silent_server_is_given_up() -> None:
    started = time.monotonic()
    with (
        raw_server(lambda connection: time.sleep(3)) as server,
        pytest.raises(TryAgain, match="took too long"),
    ):
        transport(server.address, Limits(silence_seconds=0.3, attempts=1)).send("GET", "/")
    assert time.monotonic() - started < 3


def _drip(before: bytes, pieces: int = 40) -> Callable[[socket.socket], None]:
    def reply(connection: socket.socket) -> None:
        connection.sendall(before)
        for _ in range(pieces):
            connection.sendall(b"x")
            time.sleep(0.1)

    return reply


@pytest.mark.parametrize(
    "before",
    [
        http(b"", length=1000),
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        http(
            gzip.compress(b"")[:10] + b"\x01\xe8\x03\x17\xfc",  # a stored block of 1,000 bytes
            "200 OK",
            "Content-Encoding: gzip",
            length=1000,
        ),
    ],
    ids=["body", "headers", "gzip"],
)
def test_f1_a_drip_fed_answer_meets_the_deadline(before: bytes) -> None:
    limits = Limits(silence_seconds=1, request_seconds=0.5, attempts=1)
    started = time.monotonic()
    with raw_server(_drip(before)) as server, pytest.raises(TryAgain, match="took too long"):
        transport(server.address, limits).send("GET", "/")
    assert time.monotonic() - started < 1.5


def test_f2_a_cut_body_is_asked_for_again(tmp_path: Path) -> None:
    whole = http(b'{"value": [1]}')
    cut = http(b'{"value": [', length=40)
    with raw_server(cut, whole) as server:
        door = transport(server.address)
        door.fetch("/page", tmp_path / "page.json")
    assert (tmp_path / "page.json").read_bytes() == b'{"value": [1]}'
    assert door.traffic.calls == 2


def test_f2_broken_gzip_is_asked_for_again() -> None:
    broken = http(b"\x1f\x8bnonsense", "200 OK", "Content-Encoding: gzip")
    whole = http(gzip.compress(b"[1]"), "200 OK", "Content-Encoding: gzip")
    with raw_server(broken, whole) as server:
        assert transport(server.address).send("GET", "/").body == b"[1]"


@pytest.mark.parametrize("status", ["500 X", "502 X", "503 X", "504 X"])
def test_f3_a_server_error_is_asked_again(status: str) -> None:
    with raw_server(http(b"<html>", status), http(b"{}")) as server:
        assert transport(server.address).send("GET", "/").status == 200
        assert len(server.requests) == 2


def test_f3_a_server_error_ends_after_the_attempts() -> None:
    with raw_server(http(b"", "503 X")) as server:
        with pytest.raises(TryAgain, match="answered 503"):
            transport(server.address).send("GET", "/")
        assert len(server.requests) == 3


def test_f3_retry_after_is_obeyed() -> None:
    waiting = http(b"", "503 X", "Retry-After: 1")
    with raw_server(waiting, http(b"{}")) as server:
        started = time.monotonic()
        transport(server.address).send("GET", "/")
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize("status", ["413 X", "414 X"])
def test_f3_a_request_too_long_is_not_repeated(status: str) -> None:
    with raw_server(http(b"<h1>Bad Message 414</h1>", status)) as server:
        with pytest.raises(Refuse) as caught:
            transport(server.address).send("GET", "/")
        assert caught.value.facts.code == "request_too_long"
        assert len(server.requests) == 1


def test_f4_too_many_requests_is_not_asked_again() -> None:
    with raw_server(http(b"", "429 X")) as server:
        with pytest.raises(QuotaSpent):
            transport(server.address).send("GET", "/")
        assert len(server.requests) == 1


@pytest.mark.parametrize("reply", [http(b"", "500 X"), http(b"{", length=9)])
def test_f18_a_lost_answer_to_a_write_is_not_sent_again(reply: bytes) -> None:
    with raw_server(reply) as server:
        with pytest.raises(AnswerLost):
            transport(server.address).send("PATCH", "/", content=b"{}", is_repeatable=False)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/next",
        "http://127.0.0.1:1/next",
        "//evil.example/next",
        "http://user@127.0.0.1/next",
    ],
)
def test_s3_no_link_leads_elsewhere(target: str) -> None:
    with raw_server(http(b"{}")) as server:
        with pytest.raises(Refuse) as caught:
            transport(server.address).send("GET", target)
        assert caught.value.facts.code == "foreign_origin"
        assert server.requests == []


def test_s3_a_redirect_elsewhere_is_not_followed() -> None:
    away = http(b"", "302 Found", "Location: http://127.0.0.1:1/steal")
    with raw_server(away) as server, pytest.raises(Refuse) as caught:
        transport(server.address).send("GET", "/", headers={"Authorization": "Bearer x"})
    assert caught.value.facts.code == "redirected"


def test_s14_redirects_end() -> None:
    with raw_server(http(b"", "302 Found", "Location: /again")) as server:
        with pytest.raises(Refuse, match="circle"):
            transport(server.address).send("GET", "/")
        assert len(server.requests) == 4


def test_s14_a_bomb_is_dropped() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    with raw_server(http(bomb, "200 OK", "Content-Encoding: gzip")) as server:
        with pytest.raises(Refuse) as caught:
            transport(server.address, Limits(body_bytes=100_000_000)).send("GET", "/")
        assert caught.value.facts.code == "answer_too_big"


def test_s14_an_answer_beyond_the_limit_is_dropped(tmp_path: Path) -> None:
    with raw_server(http(b"x" * 20_000)) as server, pytest.raises(Refuse):
        transport(server.address, Limits(file_bytes=10_000)).fetch("/", tmp_path / "f")


@pytest.mark.parametrize("address", ["http://erp.example:50000", "ftp://erp", "erp:50000", ""])
def test_s2_plain_http_stays_on_this_machine(address: str) -> None:
    with pytest.raises(Misconfigured):
        transport(address)


def test_s1_texts_of_the_other_side_carry_no_secret() -> None:
    door = transport("http://127.0.0.1:1", QUICK, "canary secret/+=")
    shown = door.redact(
        "bad canary secret/+= and Y2FuYXJ5IHNlY3JldC8rPQ== canary%20secret%2F%2B%3D"
    )
    assert shown == "bad *** and *** ***"


def test_spooled_answers_are_for_the_owner_alone(tmp_path: Path) -> None:
    with raw_server(http(b"{}")) as server:
        transport(server.address).fetch("/", tmp_path / "page.json")
    assert (tmp_path / "page.json").stat().st_mode & 0o077 == 0


def test_nothing_of_the_http_library_escapes() -> None:
    """Whatever the socket does, what comes out is ours."""
    replies = [
        b"",
        b"\x00\x01",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/9 1\r\n\r\n",
    ]
    for reply in replies:
        with raw_server(reply) as server, pytest.raises(TryAgain):
            transport(server.address, Limits(attempts=1, silence_seconds=1)).send("GET", "/")
