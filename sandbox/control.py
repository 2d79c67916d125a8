"""What stands in front of both servers: the journal, the planned faults, the control address.

The control address is `/__control__/…`: `faults` (GET, POST, DELETE), `journal?after=&kind=`
(GET) and `clock` (GET, POST `{"advance_seconds": 60}` or `{"set": "2025-09-02T06:00:00Z"}`).
Requests to it are neither journalled nor hit by faults.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.context import ServerContext, current_faults, current_request, stamp
from sandbox.faults import Fault, FaultError

CONTROL_PATH = "/__control__/"


class Control:
    """ASGI middleware around one server; see the module's first lines."""

    def __init__(self, app: ASGIApp, context: ServerContext) -> None:
        self.app = app
        self.context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].startswith(CONTROL_PATH):
            await self._control(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        context = self.context
        method, path = scope["method"], scope["path"]
        faults = context.faults.struck(method, path)
        sequence = context.state.journal_request(
            context.journal_stamp(),
            None,
            {
                "method": method,
                "path": path,
                "query": scope["query_string"].decode("latin-1"),
                "received": time.time(),
                "faults": [fault.kind for fault in faults],
            },
        )
        current_request.set(sequence)
        current_faults.set(tuple(faults))
        outcome = _Outcome(context, send)
        carried = _faulty(outcome, send, faults)
        for fault in faults:
            if fault.kind == "slow":
                await asyncio.sleep(float(fault.options.get("seconds", 1.0)))
        if any(fault.kind == "drop_before" for fault in faults):
            await _reset(send)
        elif (other := _of_kind(faults, "status")) is not None:
            await _drain(receive)
            await _send_other_answer(outcome, other)
        else:
            await self.app(scope, receive, carried)
        context.state.complete_request(sequence, {"status": outcome.status, "bytes": outcome.bytes})

    async def _control(self, scope: Scope, receive: Receive, send: Send) -> None:
        what = scope["path"].removeprefix(CONTROL_PATH).rstrip("/")
        body = await _drain(receive)
        try:
            status, answer = self._controlled(
                what, scope["method"], body, parse_qs(scope["query_string"].decode("latin-1"))
            )
        except (FaultError, ValueError, KeyError, TypeError) as error:
            status, answer = 400, {"error": str(error)}
        await _send_whole(
            send, status, json.dumps(answer).encode(), [(b"content-type", b"application/json")]
        )

    def _controlled(
        self, what: str, method: str, body: bytes, query: dict[str, list[str]]
    ) -> tuple[int, Any]:
        context = self.context
        match what, method:
            case "faults", "GET":
                return 200, [fault.summary() for fault in context.faults.planned()]
            case "faults", "POST":
                return 201, context.faults.plan_json(body).summary()
            case "faults", "DELETE":
                context.faults.clear()
                return 200, []
            case "journal", "GET":
                kind: Any = query.get("kind", [None])[0]
                after = int(query.get("after", ["0"])[0])
                return 200, [asdict(entry) for entry in context.state.journal(after, kind)]
            case "clock", "GET":
                return 200, {"now": stamp(context.clock.now())}
            case "clock", "POST":
                wanted = json.loads(body)
                if "set" in wanted:
                    context.clock.set(datetime.fromisoformat(wanted["set"]))
                else:
                    context.clock.advance(timedelta(seconds=float(wanted["advance_seconds"])))
                return 200, {"now": stamp(context.clock.now())}
            case _:
                return 404, {"error": f"There is no {method} {CONTROL_PATH}{what}."}


class _Outcome:
    """Passes an answer on with the sandbox's own Date, and remembers its status and size."""

    def __init__(self, context: ServerContext, send: Send) -> None:
        self.context = context
        self.send = send
        self.status: int | None = None
        self.bytes = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            date = format_datetime(self.context.clock.now(), usegmt=True).encode()
            message = {**message, "headers": [*message.get("headers", []), (b"date", date)]}
        else:
            self.bytes += len(message.get("body", b""))
        await self.send(message)


def _of_kind(faults: list[Fault], kind: str) -> Fault | None:
    return next((fault for fault in faults if fault.kind == kind), None)


def _faulty(outcome: _Outcome, send: Send, faults: list[Fault]) -> Send:
    """The way an answer takes under the faults that touch its bytes."""
    if _of_kind(faults, "drop_after") is not None:
        return _Collected(lambda start, body: _lose(outcome, start, send))
    if (cut := _of_kind(faults, "cut_body")) is not None:
        share = float(cut.options.get("share", 0.5))
        return _Collected(lambda start, body: _send_cut(outcome, start, body, share, send))
    if (drip := _of_kind(faults, "drip")) is not None:
        size = int(drip.options.get("bytes", 100))
        pause = float(drip.options.get("seconds", 0.1))
        return _Collected(lambda start, body: _send_slowly(outcome, start, body, size, pause))
    return outcome


class _Collected:
    """Gathers an answer whole and then hands it to `finish`."""

    def __init__(self, finish: Any) -> None:
        self.finish = finish
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if not message.get("more_body", False):
            await self.finish(self.start, self.body)


async def _lose(outcome: _Outcome, start: Message, send: Send) -> None:
    outcome.status = start["status"]
    await _reset(send)


async def _send_cut(
    outcome: _Outcome, start: Message, body: bytes, share: float, send: Send
) -> None:
    await outcome(_with_length(start, len(body)))
    await outcome(
        {"type": "http.response.body", "body": body[: int(len(body) * share)], "more_body": True}
    )
    await asyncio.sleep(0.05)  # lets the bytes leave before the reset
    await _reset(send)


async def _send_slowly(
    outcome: _Outcome, start: Message, body: bytes, size: int, pause: float
) -> None:
    await outcome(_with_length(start, len(body)))
    for position in range(0, len(body), size):
        await outcome(
            {
                "type": "http.response.body",
                "body": body[position : position + size],
                "more_body": True,
            }
        )
        await asyncio.sleep(pause)
    await outcome({"type": "http.response.body", "body": b""})


def _with_length(start: Message, length: int) -> Message:
    kept = [
        (name, value)
        for name, value in start.get("headers", [])
        if name.lower() not in (b"content-length", b"transfer-encoding")
    ]
    return {**start, "headers": [*kept, (b"content-length", str(length).encode())]}


async def _send_other_answer(send: Send, fault: Fault) -> None:
    # A proxy's page, as Apache and Salesforce's edge send one: HTML, not the API's JSON.
    status = int(fault.options.get("status", 503))
    text = fault.options.get("body", f"<html><body><h1>{status}</h1></body></html>")
    content_type = fault.options.get("content_type", "text/html;charset=UTF-8")
    headers = [(b"content-type", str(content_type).encode())]
    retry_after = fault.options.get("retry_after")
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
    await _send_whole(send, status, str(text).encode(), headers)


async def _send_whole(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def _drain(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return body


async def _reset(send: Send) -> None:
    """Cut the connection as a failing network would.

    ASGI has no word for this: uvicorn's `send` is a method of its request cycle, which holds the
    transport, so the transport is aborted through it.
    """
    cycle: Any = getattr(send, "__self__", None)
    cycle.transport.abort()
    await asyncio.sleep(0)
