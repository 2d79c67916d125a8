"""Bulk API 2.0 on the wire: jobs created, filled, polled and read as CSV."""

from __future__ import annotations

from sandbox.salesforce.calls import Answer, Call, json_object
from sandbox.salesforce.jobs import MAX_PAGE, Jobs
from sandbox.salesforce.locators import read_locator, write_locator
from sandbox.salesforce.rendering import CSV_TYPE


class Bulk:
    """The job resources."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs

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
        wanted = json_object(call.json())
        return Answer(200, self.jobs.create_ingest(call.user_id, wanted, call.version))

    def ingest_job(self, call: Call, job: str) -> Answer:
        """How an ingest job stands."""
        return Answer(200, self.jobs.describe(job, "ingest"))

    def upload(self, call: Call, job: str) -> Answer:
        """Take an ingest job's data; 201 exactly, which clients check."""
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
