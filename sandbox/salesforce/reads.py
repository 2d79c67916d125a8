"""Reading many records: queries page by page, and what changed or was deleted in a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.context import struck_by
from sandbox.salesforce import messages
from sandbox.salesforce.calls import Answer, Call, page_size
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.queries import Page, Queries
from sandbox.salesforce.records import Records
from sandbox.salesforce.rendering import compact, is_pretty
from sandbox.salesforce.resource import Resource
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.soql.select import table
from sandbox.salesforce.values import parse_datetime, wire_datetime

UPDATED_DAYS, DELETED_DAYS = 30, 15
"""How far back the change feeds reach (doc)."""


class Reads(Resource):
    """Queries and change feeds."""

    def __init__(self, records: Records, queries: Queries) -> None:
        super().__init__(records)
        self.queries = queries

    def query(self, call: Call) -> Answer:
        """The first page of a query."""
        return self._query(call, with_deleted=False)

    def query_all(self, call: Call) -> Answer:
        """The first page of a query that sees deleted records, too."""
        return self._query(call, with_deleted=True)

    def _query(self, call: Call, with_deleted: bool) -> Answer:
        soql = call.query.get("q")
        if soql is None:
            raise messages.query_malformed("A query string has to be specified")
        page = self.queries.run(
            call.user_id, soql, with_deleted, page_size(call), f"{call.root}sobjects/"
        )
        return self._page_answer(call, page)

    def query_more(self, call: Call, locator: str) -> Answer:
        """A following page."""
        moved = struck_by("shifted_rows")
        shift = int(moved.options.get("by", 1)) if moved else 0
        page = self.queries.more(
            call.user_id, locator, page_size(call), f"{call.root}sobjects/", shift
        )
        return self._page_answer(call, page)

    def _page_answer(self, call: Call, page: Page) -> Answer:
        repeated = struck_by("duplicate_rows")
        if repeated is not None:
            twice = repeated.rows_hit(len(page.rows))
            rows = [row for n, row in enumerate(page.rows) for _ in range(1 + (n in twice))]
            page = replace(page, rows=rows)
        body: dict[str, Any] = {"totalSize": page.total, "done": page.is_last}
        if page.locator is not None:
            body["nextRecordsUrl"] = f"{call.root}query/{page.locator}"
        if call.is_nested or is_pretty(call.headers):
            return Answer(200, {**body, "records": page.records})
        head = compact(body).decode().removesuffix("}")
        return Answer(200, text=f'{head},"records":[{",".join(page.rows)}]}}')

    def updated(self, call: Call, name: str) -> Answer:
        """Ids of the records changed in a window."""
        sobject = self._replicated(call, name)
        start, end = self._window(call, UPDATED_DAYS)
        alive = " and IsDeleted = 0" if "IsDeleted" in sobject.fields else ""
        rows = self.records.state.rows(
            f"select Id from {table(sobject.name)} where SystemModstamp >= ?"
            f" and SystemModstamp < ?{alive} order by SystemModstamp, Id",
            (wire_datetime(start), wire_datetime(end)),
        )
        return Answer(
            200, {"ids": [row[0] for row in rows], "latestDateCovered": self._latest(end)}
        )

    def deleted(self, call: Call, name: str) -> Answer:
        """Ids of the records deleted in a window."""
        sobject = self._replicated(call, name)
        if "IsDeleted" not in sobject.fields:
            raise messages.not_replicated(sobject.name)
        start, end = self._window(call, DELETED_DAYS)
        rows = self.records.state.rows(
            f"select Id, SystemModstamp from {table(sobject.name)} where SystemModstamp >= ?"
            " and SystemModstamp < ? and IsDeleted = 1 order by SystemModstamp, Id",
            (wire_datetime(start), wire_datetime(end)),
        )
        rows += self.records.erased(sobject.name, wire_datetime(start), wire_datetime(end))
        rows.sort(key=lambda row: (row[1], row[0]))
        return Answer(
            200,
            {
                "deletedRecords": [{"deletedDate": at, "id": record_id} for record_id, at in rows],
                "earliestDateAvailable": wire_datetime(self._earliest(DELETED_DAYS)),
                "latestDateCovered": self._latest(end),
            },
        )

    def _replicated(self, call: Call, name: str) -> SObject:
        found = self.sobject(call, name)
        if "SystemModstamp" not in found.fields:
            raise messages.not_replicated(found.name)
        return found

    def _window(self, call: Call, days: int) -> tuple[datetime, datetime]:
        """Start and end, without their seconds (protocol: minutes count)."""
        found = []
        for key in ("start", "end"):
            instant = parse_datetime(call.query.get(key, "").replace(" ", "+"))
            if instant is None:
                raise messages.argument_missing(f"{key} is no instant")
            found.append(instant.replace(second=0, microsecond=0))
        if found[0] >= found[1]:
            raise SalesforceError("INVALID_REPLICATION_DATE", "startDate must be before endDate")
        if found[0] < self._earliest(days):
            raise SalesforceError(
                "INVALID_REPLICATION_DATE", f"startDate cannot be more than {days} days ago"
            )
        return found[0], found[1]

    def _latest(self, end: datetime) -> str:
        """Until when the answer is complete: never later than now."""
        now = self.records.context.clock.now().replace(second=0, microsecond=0)
        return wire_datetime(min(end, now))

    def _earliest(self, days: int) -> datetime:
        """The minute in which the log of the last `days` begins."""
        begins = self.records.context.clock.now() - timedelta(days=days)
        return begins.replace(second=0, microsecond=0)
