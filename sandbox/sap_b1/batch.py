"""`$batch`: the parts of a multipart request as calls, and the answers as a multipart body."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote

from sandbox.sap_b1 import messages
from sandbox.sap_b1.exchange import Answer, Call, Header

_BOUNDARY = re.compile(r'boundary="?([^";\s]+)"?', re.IGNORECASE)
_PREFIX = re.compile(r"^(?:https?://[^/]+)?/?(?:b1s/v[12]/)?", re.IGNORECASE)
_LINE = "\r\n"


@dataclass(frozen=True, slots=True)
class BatchCall:
    """One operation of a batch and the `Content-ID` by which later ones may name it."""

    call: Call
    content_id: str | None


Part = BatchCall | tuple[BatchCall, ...]
"""A single operation, or the operations of a change set."""


def read_batch(outer: Call) -> list[Part]:
    """The parts of a batch request in order; Refusal -1000 when it is incomplete."""
    text = outer.body.decode("utf-8", "replace").replace("\r\n", "\n")
    parts: list[Part] = []
    for headers, content in _split(text, outer.headers.get("content-type", "")):
        if headers.get("content-type", "").lower().startswith("multipart/mixed"):
            inner = _split(content, headers["content-type"])
            parts.append(tuple(_operation(outer, head, body) for head, body in inner))
        else:
            parts.append(_operation(outer, headers, content))
    if not parts:
        raise messages.incomplete_batch()
    return parts


def _split(text: str, content_type: str) -> list[tuple[dict[str, str], str]]:
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise messages.incomplete_batch()
    delimiter = f"--{found[1]}"
    pieces = [piece for piece in re.split(rf"(?m)^{re.escape(delimiter)}", text)[1:]]
    if not pieces or not pieces[-1].startswith("--"):
        raise messages.incomplete_batch()
    return [_headed(piece.removeprefix("\n")) for piece in pieces[:-1]]


def _headed(text: str) -> tuple[dict[str, str], str]:
    """Header lines (names in lower case) and what follows the blank line."""
    if text.startswith("\n"):  # no header at all
        return {}, text[1:]
    head, _, body = text.partition("\n\n")
    headers: dict[str, str] = {}
    for line in head.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers, body


def _operation(outer: Call, headers: dict[str, str], content: str) -> BatchCall:
    request_line, _, rest = content.lstrip("\n").partition("\n")
    words = request_line.split()
    if len(words) < 2:
        raise messages.incomplete_batch()
    inner_headers, body = _headed(rest)
    address = _PREFIX.sub("", words[1], count=1)
    path, _, query = address.partition("?")
    call = Call(
        method=words[0].upper(),
        dialect=outer.dialect,
        root=outer.root,
        path=unquote(path),
        query=query,
        headers=inner_headers,
        body=body.strip().encode(),
        is_in_batch=True,
    )
    # Some clients write the identifier among the headers of the request itself.
    return BatchCall(call, headers.get("content-id") or inner_headers.get("content-id"))


def resolved(call: Call, locations: dict[str, str]) -> Call:
    """The call with a leading `$<Content-ID>` replaced by what that operation created."""
    match = re.match(r"\$([^/]+)", call.path)
    if match is None or match[1] not in locations:
        return call
    path = locations[match[1]] + call.path[match.end() :]
    return Call(
        call.method,
        call.dialect,
        call.root,
        path,
        call.query,
        call.headers,
        call.body,
        call.is_in_batch,
    )


Answered = tuple[str | None, Answer]
"""A `Content-ID`, if there was one, and the answer to its operation."""


def write_batch(outer: Call, parts: Sequence[Answered | Sequence[Answered]]) -> Answer:
    """The multipart answer: v1 with 202, v2 with 200. [M 3.10]"""
    boundary = f"batchresponse_{uuid.uuid4()}"
    pieces: list[str] = []
    for part in parts:
        pieces.append(f"--{boundary}{_LINE}")
        pieces.append(_answer_text(part) if isinstance(part, tuple) else _changeset_text(part))
    pieces.append(f"--{boundary}--{_LINE}")
    # The blank after the colon and the final newline of bodies are what clients look for. [A9]
    headers: tuple[Header, ...] = (("Content-Type", f"multipart/mixed; boundary={boundary}"),)
    return Answer(202 if outer.dialect == "v1" else 200, headers, "".join(pieces).encode())


def _changeset_text(answers: Iterable[Answered]) -> str:
    boundary = f"changesetresponse_{uuid.uuid4()}"
    inner = "".join(f"--{boundary}{_LINE}{_answer_text(answered)}" for answered in answers)
    head = f"Content-Type: multipart/mixed; boundary={boundary}{_LINE}{_LINE}"
    return f"{head}{inner}--{boundary}--{_LINE}"


def _answer_text(answered: Answered) -> str:
    content_id, answer = answered
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if content_id is not None:
        lines.append(f"Content-ID: {content_id}")
    lines += ["", f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    body = answer.body.decode()
    if body and not body.endswith("\n"):
        body += "\n"
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    return _LINE.join(lines) + _LINE + _LINE + body + _LINE


__all__ = ["Answered", "BatchCall", "Part", "read_batch", "resolved", "write_batch"]
