"""What there is: resources, objects with their fields, limits, numbers of records."""

from __future__ import annotations

import zlib
from email.utils import format_datetime, parsedate_to_datetime

from sandbox.salesforce.calls import Answer, Call
from sandbox.salesforce.resource import Resource
from sandbox.salesforce.schema import SObject, describe_result, global_entry
from sandbox.salesforce.soql.select import table

DAILY_REQUESTS = 100_000


class Describes(Resource):
    """The describes and the limits."""

    def resources(self, call: Call) -> Answer:
        """What there is under this version."""
        names = (
            "tooling",
            "composite",
            "limits",
            "query",
            "queryAll",
            "sobjects",
            "jobs/query",
            "jobs/ingest",
        )
        identity = f"{call.address}/id/{self.records.organization_id()}/{call.user_id}"
        return Answer(200, {**{name: call.root + name for name in names}, "identity": identity})

    def describe_global(self, call: Call) -> Answer:
        """All objects."""
        headers, is_unchanged = self._described_since(call)
        if is_unchanged:
            return Answer(304, None, headers)
        entries = [
            global_entry(sobject, call.version)
            for sobject in self._seen(call)
            if not sobject.is_tooling
        ]
        body = {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries}
        return Answer(200, body, headers)

    def _seen(self, call: Call) -> list[SObject]:
        """The objects that the caller may read."""
        lookup = self.records.catalog.seen_by(call.user_id)
        seen = [lookup(one.name) for one in self.records.catalog.objects()]
        return [one for one in seen if one is not None]

    def _described_since(self, call: Call) -> tuple[dict[str, str], bool]:
        """ETag and Last-Modified of describes, and whether the client has seen that state."""
        changed_at = self.records.catalog.changed_at()
        tag = zlib.crc32(f"{changed_at.isoformat()}{call.user_id}".encode())
        headers = {
            "ETag": f'"{tag:08x}"',
            "Last-Modified": format_datetime(changed_at, usegmt=True),
        }
        since = call.headers.get("if-modified-since")
        try:
            return headers, since is not None and parsedate_to_datetime(since) >= changed_at
        except ValueError:
            return headers, False

    def describe_short(self, call: Call, name: str) -> Answer:
        """One object without its fields."""
        entry = global_entry(self.sobject(call, name), call.version)
        return Answer(200, {"objectDescribe": entry, "recentItems": []})

    def describe(self, call: Call, name: str) -> Answer:
        """One object with the fields that the user sees."""
        sobject = self.sobject(call, name)
        headers, is_unchanged = self._described_since(call)
        if is_unchanged:
            return Answer(304, None, headers)
        return Answer(200, describe_result(sobject, call.version, call.address), headers)

    def limits(self, call: Call) -> Answer:
        """What is left of the day's requests and jobs."""
        used = self.requests_today()
        jobs = self.jobs_today()
        most: dict[str, tuple[int, int]] = {
            "DailyApiRequests": (DAILY_REQUESTS, used),
            "DailyAsyncApexExecutions": (250_000, 0),
            "DailyBulkApiBatches": (15_000, 0),
            "DailyBulkV2QueryFileStorageMB": (976_562, 0),
            "DailyBulkV2QueryJobs": (10_000, jobs),
            "DataStorageMB": (10_240, 0),
            "FileStorageMB": (10_240, 0),
            "HourlyDashboardRefreshes": (200, 0),
            "SingleEmail": (5_000, 0),
        }
        return Answer(
            200, {key: {"Max": top, "Remaining": top - spent} for key, (top, spent) in most.items()}
        )

    def jobs_today(self) -> int:
        """How many query jobs were created on the sandbox's present day."""
        found = self.records.state.row(
            "select count(*) from bulk_job where kind = 'query'"
            " and json_extract(info, '$.createdDate') like ? || '%'",
            (self._day(),),
        )
        return int(found[0]) if found else 0

    def requests_today(self) -> int:
        """How many requests were counted on the sandbox's present day."""
        return int(self.records.state.setting(f"number:requests:{self._day()}") or 0)

    def count_request(self) -> int:
        """Count one more request and return the day's count."""
        return self.records.state.next_number(f"requests:{self._day()}")

    def _day(self) -> str:
        return self.records.context.clock.now().date().isoformat()

    def record_count(self, call: Call) -> Answer:
        """Numbers of records, of the objects that have any."""
        names = [name for name in call.query.get("sObjects", "").split(",") if name]
        lookup = self.records.catalog.seen_by(call.user_id)
        chosen = [lookup(name) for name in names] or self._seen(call)
        found = []
        for sobject in chosen:
            if sobject is None or sobject.is_tooling:
                continue
            alive = " where IsDeleted = 0" if "IsDeleted" in sobject.fields else ""
            row = self.records.state.row(f"select count(*) from {table(sobject.name)}{alive}")
            if row and row[0]:
                found.append({"count": row[0], "name": sobject.name})
        return Answer(200, {"sObjects": found})
