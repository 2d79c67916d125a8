"""Bulk API 2.0 on the wire: jobs created, filled, polled and read as CSV."""

from __future__ import annotations

import email
import json
from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.calls import Answer, Call, json_object
from sandbox.salesforce.jobs import MAX_PAGE, Jobs
from sandbox.salesforce.locators import read_locator, write_locator
from sandbox.salesforce.rendering import CSV_TYPE

MAX_LISTED = 1000
"""Jobs in one page of a list (doc)."""
MAX_UPLOAD = 150_000_000
"""Bytes of one upload (doc: 150 MB)."""


class Bulk:
    """The job resources."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs

    def query_jobs(self, call: Call) -> Answer:
        """All query jobs."""
        return self._listed(call, "query")

    def ingest_jobs(self, call: Call) -> Answer:
        """All ingest jobs."""
        return self._listed(call, "ingest")

    def _listed(self, call: Call, kind: str) -> Answer:
        """Jobs page by page, as `queryLocator` asks for them."""
        start = read_locator(call.query.get("queryLocator", ""))
        jobs = self.jobs.all(kind)
        part, rest = jobs[start : start + MAX_LISTED], jobs[start + MAX_LISTED :]
        following = write_locator(start + MAX_LISTED)
        path = f"{call.root}jobs/{kind}?queryLocator={following}"
        body = {"done": not rest, "nextRecordsUrl": path if rest else None, "records": part}
        return Answer(200, body)

    def create_query_job(self, call: Call) -> Answer:
        """Create a query job."""
        return Answer(
            200, self.jobs.create_query(call.user_id, json_object(call.json()), call.version)
        )

    def query_job(self, call: Call, job: str) -> Answer:
        """How a query job stands."""
        return Answer(200, self.jobs.describe(job, "query"))

    def query_job_results(self, call: Call, job: str) -> Answer:
        """A part of a query job's results as CSV.

        `Sforce-Locator` is the text `null` on the last part: clients loop until they read it.
        """
        most = call.query.get("maxRecords", "")
        count = int(most) if most.isdecimal() and int(most) > 0 else MAX_PAGE
        start = read_locator(call.query.get("locator", ""))
        text, number, following = self.jobs.query_results(job, call.user_id, start, count)
        locator = write_locator(start + count) if following else "null"
        headers = {"Sforce-Locator": locator, "Sforce-NumberOfRecords": str(number)}
        return Answer(200, None, headers, CSV_TYPE, text)

    def delete_query_job(self, call: Call, job: str) -> Answer:
        """Forget a query job."""
        self.jobs.delete(job, "query")
        return Answer(204)

    def create_ingest_job(self, call: Call) -> Answer:
        """Create an ingest job."""
        content_type = call.headers.get("content-type", "")
        if not content_type.startswith("multipart/form-data"):
            wanted = json_object(call.json())
            return Answer(200, self.jobs.create_ingest(call.user_id, wanted, call.version))
        parts = _parts(content_type, call.body)
        wanted = json_object(_json(parts.get("job", b"")))
        job = self.jobs.create_ingest(call.user_id, wanted, call.version)
        self.jobs.upload(job["id"], parts.get("content", b"").decode("utf-8-sig"))
        return Answer(200, self.jobs.close(job["id"], "UploadComplete"))

    def ingest_job(self, call: Call, job: str) -> Answer:
        """How an ingest job stands."""
        return Answer(200, self.jobs.describe(job, "ingest"))

    def upload(self, call: Call, job: str) -> Answer:
        """Take an ingest job's data; 201 exactly, which clients check."""
        if len(call.body) > MAX_UPLOAD:
            raise messages.upload_too_big()
        self.jobs.upload(job, call.body.decode("utf-8-sig"))
        return Answer(201)

    def close_job(self, call: Call, job: str) -> Answer:
        """Let a job run, or abort it."""
        return Answer(200, self.jobs.close(job, str(json_object(call.json()).get("state"))))

    def successful_rows(self, call: Call, job: str) -> Answer:
        """The rows that an ingest job wrote, as CSV."""
        return Answer(200, None, {}, CSV_TYPE, self.jobs.ingest_results(job, "successful"))

    def failed_rows(self, call: Call, job: str) -> Answer:
        """The rows that were refused, each with its error, as CSV."""
        return Answer(200, None, {}, CSV_TYPE, self.jobs.ingest_results(job, "failed"))

    def unprocessed_rows(self, call: Call, job: str) -> Answer:
        """The rows that were not tried, as CSV."""
        return Answer(200, None, {}, CSV_TYPE, self.jobs.ingest_results(job, "unprocessed"))

    def delete_ingest_job(self, call: Call, job: str) -> Answer:
        """Forget an ingest job."""
        self.jobs.delete(job, "ingest")
        return Answer(204)


def _parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts of a multipart body by their names."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    found: dict[str, bytes] = {}
    for part in email.message_from_bytes(head + body).walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content
    return found


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise messages.json_broken(str(error)) from error
