"""A process that stands before a sandbox server: it records its answers, then gives them again.

The sandbox works out every page anew, which takes longer than anything on our side. Replayed from
memory, the same bytes come at once, so that what an extraction adds to a bare download is seen.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

_NOT_PASSED_ON = {"connection", "content-length", "date", "keep-alive", "transfer-encoding"}
_CONTROL = "/__bench__/"
_START_SECONDS = 30


@dataclass(frozen=True)
class Request:
    """One request as it was made."""

    method: str
    target: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Recorder:
    """The recording process, as its user sees it."""

    address: str

    def replay(self) -> None:
        """From now on answer from memory."""
        self._control("replay")

    def forget_requests(self) -> None:
        """Begin a new list of requests."""
        self._control("forget")

    def requests(self) -> list[Request]:
        """Every request since the list was begun, in order."""
        return [Request(**told) for told in json.loads(self._control("requests"))]

    def download(self, requests: list[Request], folder: Path) -> int:
        """Make the same requests over one connection, each body into a file; bytes received."""
        connection = self._connect()
        received = 0
        for number, request in enumerate(requests):
            connection.request(
                request.method, request.target, request.body.encode(), request.headers
            )
            answer = connection.getresponse()
            form = "csv" if "/results" in request.target else "json"
            with (folder / f"{number}.{form}").open("wb") as out:
                while piece := answer.read(1 << 20):
                    received += out.write(piece)
        connection.close()
        return received

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        return http.client.HTTPConnection(parts.hostname or "", parts.port)

    def _control(self, what: str) -> bytes:
        connection = self._connect()
        connection.request("GET", _CONTROL + what)
        answer = connection.getresponse().read()
        connection.close()
        return answer


@contextmanager
def recorder_before(address: str) -> Iterator[Recorder]:
    """Start a recorder in a process of its own before the server at `address`."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(address, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(_START_SECONDS):
            raise RuntimeError(f"The recorder did not start within {_START_SECONDS} s.")
        yield Recorder(f"http://127.0.0.1:{ours.recv()}")
    finally:
        process.terminate()
        process.join()


def _serve(upstream: str, told: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    _Handler.memory = _Memory(upstream, f"http://127.0.0.1:{server.server_port}")
    told.send(server.server_port)
    server.serve_forever()


class _Memory:
    """What was asked and answered."""

    def __init__(self, upstream: str, address: str) -> None:
        self.upstream = upstream
        self.address = address
        self.is_replaying = False
        self.asked: list[Request] = []
        self._answers: dict[tuple[str, str, str], bytes] = {}
        self._connections = threading.local()

    def control(self, what: str) -> bytes:
        """Carry out a request of the bench itself."""
        if what == "requests":
            return json.dumps([vars(request) for request in self.asked]).encode()
        if what == "replay":
            self.is_replaying = True
        if what == "forget":
            self.asked = []
        return b"{}"

    def answer(self, request: Request) -> bytes:
        """The whole answer, head and body: from memory, or asked for and remembered.

        The last answer is the one that stays: a Bulk job is then finished at once.
        """
        self.asked.append(request)
        key = (request.method, request.target, request.body)
        if not self.is_replaying:
            self._answers[key] = self._from_upstream(request)
        return self._answers.get(key, b"HTTP/1.1 404 Not recorded\r\nContent-Length: 0\r\n\r\n")

    def _from_upstream(self, request: Request) -> bytes:
        connection = self._connection()
        headers = {**request.headers, "Accept-Encoding": "identity"}
        connection.request(request.method, request.target, request.body.encode(), headers)
        answer = connection.getresponse()
        # Salesforce's login names the address to go on with: it has to be ours.
        body = answer.read().replace(self.upstream.encode(), self.address.encode())
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        lines += [
            f"{name}: {value}"
            for name, value in answer.getheaders()
            if name.lower() not in _NOT_PASSED_ON
        ]
        lines.append(f"Content-Length: {len(body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._connections, "one"):
            parts = urlsplit(self.upstream)
            self._connections.one = http.client.HTTPConnection(parts.hostname or "", parts.port)
        connection: http.client.HTTPConnection = self._connections.one
        return connection


class _Handler(BaseHTTPRequestHandler):
    """Passes requests to the memory; answers leave in one piece, so that nothing waits."""

    memory: _Memory
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _any(self) -> None:
        if self.path.startswith(_CONTROL):
            body = self.memory.control(self.path.removeprefix(_CONTROL))
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)
            return
        length = int(self.headers.get("Content-Length") or 0)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in ("host", "content-length", "connection")
        }
        body_text = self.rfile.read(length).decode()
        self.wfile.write(self.memory.answer(Request(self.command, self.path, headers, body_text)))

    do_GET = do_POST = do_PATCH = do_DELETE = _any

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
