"""Attachments as files: uploaded in a form or as a stream, and read back. [M 3.17, 3.18]"""

from __future__ import annotations

import base64
import email
import email.policy
import mimetypes
from pathlib import PurePosixPath

from sandbox.sap_b1 import messages
from sandbox.sap_b1.answers import VERSION_HEADER, no_content
from sandbox.sap_b1.entities import Entities
from sandbox.sap_b1.exchange import Answer, Call
from sandbox.sap_b1.keys import Key
from sandbox.sap_b1.values import Body

SET = "Attachments2"
FILES = "AttachmentFiles"

_FOLDER = "/tmp/sap_b1/ServiceLayer/Attachments2/"  # as the guide's answers show one


def is_upload(call: Call) -> bool:
    """Whether a request carries files: a form, or a stream that names its file."""
    content_type = call.headers.get("content-type", "").lower()
    return content_type.startswith("multipart/form-data") or "slug" in call.headers


class Attachments:
    """Answers uploads and downloads."""

    def __init__(self, entities: Entities) -> None:
        self.entities, self.records = entities, entities.records
        self.business = entities.business
        self._set = self.records.schema.sets[SET]

    def create(self, call: Call) -> Answer:
        """POST: one attachment with a line for each file."""
        files = _files(call)
        lines = [self._line(name, number) for number, name in enumerate(files, start=1)]
        body = self.business.create(self._set, {"Attachments2_Lines": lines})
        entry = int(body["AbsoluteEntry"])
        self._keep(entry, files)
        answer = self.entities.entity_answer(call, self._set, body, 201)
        return answer.with_headers(("Location", f"{call.root}{SET}({entry})"))

    def update(self, call: Call, key: Key) -> Answer:
        """PATCH: a file of a known name is replaced, another is appended."""
        before, files = self.entities.matched(call, self._set, key), _files(call)
        lines: list[Body] = [dict(line) for line in before.get("Attachments2_Lines") or []]
        known = {_name_of(line) for line in lines}
        for name in files:
            if name not in known:
                lines.append(self._line(name, len(lines) + 1))
        self.records.update(SET, before, {**before, "Attachments2_Lines": lines})
        self._keep(int(key[0]), files)
        return no_content(call)

    def value(self, call: Call, key: Key) -> Answer:
        """GET of `…/$value`: the first file, or the one that `filename` names."""
        body = self.records.get(SET, key)
        lines: list[Body] = (body or {}).get("Attachments2_Lines") or []
        wanted = call.options().get("filename", "").strip("'") or (
            _name_of(lines[0]) if lines else ""
        )
        kept = self.records.row(FILES, (key[0], wanted))
        if body is None or kept is None:
            raise messages.no_match()
        content_type = mimetypes.guess_type(wanted)[0] or "application/octet-stream"
        headers = (
            ("Content-Type", content_type),
            ("Content-Disposition", f'attachment; filename="{wanted}"'),
            VERSION_HEADER[call.dialect],
        )
        return Answer(200, headers, base64.b64decode(kept["Content"]))

    def _line(self, name: str, number: int) -> Body:
        path = PurePosixPath(name)
        return {
            "LineNum": number,
            "SourcePath": _FOLDER,
            "FileName": path.stem,
            "FileExtension": path.suffix.removeprefix("."),
            "AttachmentDate": self.records.today(),
            "Override": "tNO",
        }

    def _keep(self, entry: int, files: dict[str, bytes]) -> None:
        for name, content in files.items():
            text = base64.b64encode(content).decode("ascii")
            self.records.put_row(FILES, {"AbsoluteEntry": entry, "Name": name, "Content": text})


def _name_of(line: Body) -> str:
    return f"{line.get('FileName')}.{line.get('FileExtension')}"


def _files(call: Call) -> dict[str, bytes]:
    """The files of an upload by name; Refusal when there is none."""
    slug = call.headers.get("slug")
    if slug is not None:
        return {PurePosixPath(slug).name: call.body}
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + call.body, policy=email.policy.HTTP)
    found: dict[str, bytes] = {}
    for part in message.iter_parts():
        name, content = part.get_filename(), part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            found[PurePosixPath(name).name] = content
    if not found:
        raise messages.body_unreadable()
    return found
