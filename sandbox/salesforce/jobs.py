"""Bulk API 2.0 jobs: their state, what was uploaded, what became of each row. Knows no HTTP."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.context import struck_by
from sandbox.salesforce import messages
from sandbox.salesforce.keys import BULK_JOB_PREFIX, make_id, normalised_id
from sandbox.salesforce.messages import RowOutcome, SalesforceError
from sandbox.salesforce.planned import refused_rows, rows_tried
from sandbox.salesforce.queries import Queries
from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.values import wire_datetime

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
MAX_PAGE = 50_000
"""Records in one answer of a query job when the client names no `maxRecords` (guess)."""

_OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
_ROWS_AT_ONCE = 200
_JOB_FAILED = "InternalServerError : Unexpected error"  # guess
_TABLES = """
create table if not exists bulk_job (
    id text primary key, kind text not null, user text not null, info text not null,
    upload text, successful text, failed text, unprocessed text, query_cursor text
);
"""


class Jobs:
    """Query and ingest jobs of one org."""

    def __init__(self, records: Records, queries: Queries) -> None:
        self._records = records
        self._queries = queries
        self._state = records.state
        self._state.define(_TABLES)

    # Query jobs

    def create_query(self, user_id: str, wanted: Mapping[str, Any], version: str) -> dict[str, Any]:
        """Create a query job from the request's body and return its description."""
        operation, soql = wanted.get("operation"), wanted.get("query")
        if operation not in ("query", "queryAll") or not isinstance(soql, str):
            raise SalesforceError("INVALIDJOB", "operation and query are needed")
        cursor, sobject_name, count = self._queries.keep_for_bulk(
            user_id, soql, operation == "queryAll"
        )
        info = self._new_info(user_id, operation, sobject_name, version, wanted)
        info["jobType"] = "V2Query"
        failed = struck_by("job_failed")
        info["final"] = {
            "state": "Failed" if failed else "JobComplete",
            "numberRecordsProcessed": 0 if failed else count,
            "retries": 0,
            "totalProcessingTime": 100,
            **({"errorMessage": _JOB_FAILED} if failed else {}),
        }
        self._insert(info, "query", user_id, cursor)
        return _shown(info, _QUERY_KEYS)

    def query_results(
        self, job_id: str, user_id: str, start: int, count: int
    ) -> tuple[str, int, int]:
        """CSV of up to `count` records from `start`, how many they are, how many follow."""
        info, cursor = self._finished(job_id, "query")
        if info["state"] != "JobComplete" or cursor is None:
            raise messages.resource_missing()
        text, following = self._queries.csv_page(
            user_id,
            cursor,
            start,
            count,
            DELIMITERS[info["columnDelimiter"]],
            LINE_ENDINGS[info["lineEnding"]],
        )
        total = info["numberRecordsProcessed"]
        return text, min(count, max(0, total - start)), following

    # Ingest jobs

    def create_ingest(
        self, user_id: str, wanted: Mapping[str, Any], version: str
    ) -> dict[str, Any]:
        """Create an ingest job, open for its data."""
        operation = wanted.get("operation")
        sobject = self._records.catalog.seen_by(user_id)(str(wanted.get("object")))
        if operation not in _OPERATIONS:
            raise SalesforceError("INVALIDJOB", f"Unknown operation {operation}")
        if sobject is None:
            raise SalesforceError("INVALIDENTITY", f"Unable to find object: {wanted.get('object')}")
        info = self._new_info(user_id, operation, sobject.name, version, wanted)
        info["jobType"] = "V2Ingest"
        info["state"] = "Open"
        if operation == "upsert":
            name = wanted.get("externalIdFieldName")
            found = sobject.field(name) if name else None
            if found is None or not (found.is_external_id or found.id_lookup):
                raise SalesforceError(
                    "INVALIDJOB",
                    f"InvalidJob : Field name provided, {name} does not match an"
                    f" External ID for {sobject.name}",
                )
            info["externalIdFieldName"] = found.name
        info["contentUrl"] = f"services/data/v{version}/jobs/ingest/{info['id']}/batches"
        self._insert(info, "ingest", user_id, None)
        return _shown(info, _OPEN_KEYS)

    def upload(self, job_id: str, text: str) -> None:
        """Take the job's CSV; once only, while it is open."""
        info, _ = self._job(job_id, "ingest")
        found = self._state.row("select upload from bulk_job where id = ?", (job_id,))
        if info["state"] != "Open" or (found and found[0] is not None):
            raise SalesforceError("INVALIDJOBSTATE", "Data may be uploaded once, while Open")
        self._set(job_id, "upload", text)

    def close(self, job_id: str, state: str) -> dict[str, Any]:
        """Close a job: `UploadComplete` lets it run (it runs at once), `Aborted` ends it."""
        found = self._state.row("select kind from bulk_job where id = ?", (job_id,))
        if found is None:
            raise messages.resource_missing()
        info, _ = self._job(job_id, found[0])
        if state == "Aborted":
            info["state"] = "Aborted"
            info.pop("final", None)
            self._save(info)
            return _shown(info, _OPEN_KEYS)
        if state != "UploadComplete" or info["state"] != "Open":
            raise SalesforceError("INVALIDJOBSTATE", f"A job can't go from {info['state']} there")
        info["state"] = "UploadComplete"
        self._save(info)
        self._process(info)
        return _shown(info, _OPEN_KEYS)

    def ingest_results(self, job_id: str, which: str) -> str:
        """CSV of the rows that were written, that failed, or that were not tried."""
        self._finished(job_id, "ingest")
        found = self._state.row(f"select {which} from bulk_job where id = ?", (job_id,))
        return (found[0] or "") if found else ""

    # Both

    def describe(self, job_id: str, kind: str) -> dict[str, Any]:
        """The job as a poll shows it; a job that has been handed over has run by then."""
        if struck_by("job_running") is not None:
            info, _ = self._job(job_id, kind)
            if "final" in info:
                info["state"] = "InProgress"
            return _shown(info, _QUERY_KEYS if kind == "query" else _INGEST_KEYS)
        info, _ = self._finished(job_id, kind)
        return _shown(info, _QUERY_KEYS if kind == "query" else _INGEST_KEYS)

    def all(self, kind: str) -> list[dict[str, Any]]:
        """All jobs of a kind, oldest first."""
        found = self._state.rows("select id from bulk_job where kind = ? order by id", (kind,))
        return [self.describe(row[0], kind) for row in found]

    def delete(self, job_id: str, kind: str) -> None:
        """Forget a job, once it is handed over or ended."""
        info, _ = self._job(job_id, kind)
        if info["state"] == "Open":
            raise SalesforceError("INVALIDJOBSTATE", "An open job can't be deleted; abort it first")
        with self._state.transaction() as connection:
            connection.execute("delete from bulk_job where id = ?", (job_id,))

    def _new_info(
        self,
        user_id: str,
        operation: str,
        sobject_name: str,
        version: str,
        wanted: Mapping[str, Any],
    ) -> dict[str, Any]:
        delimiter = wanted.get("columnDelimiter", "COMMA")
        line_ending = wanted.get("lineEnding", "LF")
        if delimiter not in DELIMITERS or line_ending not in LINE_ENDINGS:
            raise SalesforceError("INVALIDJOB", f"Unknown delimiter {delimiter} or {line_ending}")
        now = wire_datetime(self._records.context.clock.now())
        return {
            "id": make_id(BULK_JOB_PREFIX, self._state.next_number("bulk_job")),
            "operation": operation,
            "object": sobject_name,
            "createdById": user_id,
            "createdDate": now,
            "systemModstamp": now,
            "state": "UploadComplete",
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(version),
            "lineEnding": line_ending,
            "columnDelimiter": delimiter,
        }

    def _insert(self, info: Mapping[str, Any], kind: str, user_id: str, cursor: str | None) -> None:
        with self._state.transaction() as connection:
            connection.execute(
                "insert into bulk_job (id, kind, user, info, query_cursor) values (?, ?, ?, ?, ?)",
                (info["id"], kind, user_id, json.dumps(info), cursor),
            )

    def _save(self, info: Mapping[str, Any]) -> None:
        self._set(info["id"], "info", json.dumps(info))

    def _set(self, job_id: str, column: str, value: str) -> None:
        with self._state.transaction() as connection:
            connection.execute(f"update bulk_job set {column} = ? where id = ?", (value, job_id))

    def _job(self, job_id: str, kind: str) -> tuple[dict[str, Any], str | None]:
        known = normalised_id(job_id)
        found = self._state.row(
            "select info, query_cursor from bulk_job where id = ? and kind = ?", (known, kind)
        )
        if found is None:
            raise messages.resource_missing()
        return json.loads(found[0]), found[1]

    def _finished(self, job_id: str, kind: str) -> tuple[dict[str, Any], str | None]:
        info, cursor = self._job(job_id, kind)
        if "final" in info:
            info |= info.pop("final")
            self._save(info)
        return info, cursor

    def _process(self, info: dict[str, Any]) -> None:
        job_id = info["id"]
        found = self._state.row("select upload from bulk_job where id = ?", (job_id,))
        text = (found[0] or "") if found else ""
        reader = csv.reader(io.StringIO(text), delimiter=DELIMITERS[info["columnDelimiter"]])
        header = next(reader, [])
        rows = [row for row in reader if row]
        problem = self._header_problem(info, header)
        outcomes = [] if problem else self._run(info, header, rows[: rows_tried(len(rows))])
        if struck_by("job_failed") is not None:
            problem = _JOB_FAILED
        failed = sum(not outcome.success for outcome in outcomes)
        info["final"] = {
            "state": "Failed" if problem else "JobComplete",
            "numberRecordsProcessed": len(outcomes),
            "numberRecordsFailed": failed,
            "retries": 0,
            "totalProcessingTime": 100,
            "apiActiveProcessingTime": 50,
            "apexProcessingTime": 0,
            **({"errorMessage": problem} if problem else {}),
        }
        self._save(info)
        self._set_results(info, header, rows, outcomes)

    def _header_problem(self, info: Mapping[str, Any], header: Sequence[str]) -> str | None:
        """Why no row can be taken, in the form in which failed jobs say it (words guess)."""
        sobject = self._sobject(info)
        if not header:
            return "InvalidBatch : The upload is empty"
        if info["operation"] in ("delete", "hardDelete"):
            wrong = [name for name in header if name.casefold() != "id"]
            return f"InvalidBatch : Field name not found : {wrong[0]}" if wrong else None
        for name in header:
            relationship = name.partition(".")[0]
            if sobject.field(name) is None and (
                "." not in name or sobject.reference(relationship) is None
            ):
                return f"InvalidBatch : Field name not found : {name}"
        return None

    def _sobject(self, info: Mapping[str, Any]) -> SObject:
        found = self._records.catalog.seen_by(info["createdById"])(info["object"])
        if found is None:
            raise messages.resource_missing()
        return found

    def _run(
        self, info: Mapping[str, Any], header: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> list[RowOutcome]:
        sobject = self._sobject(info)
        user_id = info["createdById"]
        external = sobject.field(info.get("externalIdFieldName") or "Id")
        refused = refused_rows(len(rows))

        def write(row: Sequence[str]) -> tuple[str | None, bool]:
            values = dict(zip(header, row, strict=False))
            return self._write(info["operation"], user_id, sobject, external, values)

        outcomes: list[RowOutcome] = []
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            hit = {n - start: e for n, e in refused.items() if start <= n < start + len(part)}
            outcomes += self._records.write_rows(part, write, False, hit)
        return outcomes

    def _write(
        self,
        operation: str,
        user_id: str,
        sobject: SObject,
        external: Field | None,
        values: dict[str, str],
    ) -> tuple[str | None, bool]:
        records = self._records
        if operation == "insert":
            return records.create(user_id, sobject, values, True), True
        if operation == "upsert" and external is not None:
            key = next((name for name in values if name.casefold() == external.name.casefold()), "")
            value = values.pop(key, "")
            if not value:
                raise messages.argument_missing(f"{external.name} not specified")
            return records.upsert(user_id, sobject, external, value, values, True)
        record_id = normalised_id(values.pop("Id", values.pop("id", "")))
        if record_id is None:
            raise messages.argument_missing("Id not specified in an update call")
        if operation == "update":
            records.update(user_id, sobject, record_id, values, True)
        elif operation == "hardDelete":
            records.delete_for_good(user_id, sobject, record_id)
        else:
            records.delete(user_id, sobject, record_id)
        return record_id, False

    def _set_results(
        self,
        info: Mapping[str, Any],
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        outcomes: Sequence[RowOutcome],
    ) -> None:
        delimiter = DELIMITERS[info["columnDelimiter"]]
        line_end = LINE_ENDINGS[info["lineEnding"]]
        successful = [["sf__Id", "sf__Created", *header]]
        failed = [["sf__Id", "sf__Error", *header]]
        for row, outcome in zip(rows, outcomes, strict=False):
            if outcome.success:
                created = "true" if outcome.created else "false"
                successful.append([outcome.id or "", created, *row])
            else:
                error = outcome.errors[0]
                fields = ",".join(error.fields)
                failed.append(["", f"{error.code}:{error.message}:{fields} --", *row])
        unprocessed = [list(header), *map(list, rows[len(outcomes) :])]
        for column, table in (
            ("successful", successful),
            ("failed", failed),
            ("unprocessed", unprocessed),
        ):
            out = io.StringIO()
            csv.writer(
                out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL
            ).writerows(table)
            self._set(info["id"], column, out.getvalue())


_COMMON_KEYS = (
    "id",
    "operation",
    "object",
    "createdById",
    "createdDate",
    "systemModstamp",
    "state",
)
_FORM_KEYS = ("concurrencyMode", "contentType", "apiVersion")
_END_KEYS = ("lineEnding", "columnDelimiter")
_QUERY_KEYS = (
    *_COMMON_KEYS,
    *_FORM_KEYS,
    "jobType",
    *_END_KEYS,
    "numberRecordsProcessed",
    "retries",
    "totalProcessingTime",
    "errorMessage",
)
_OPEN_KEYS = (*_COMMON_KEYS, "externalIdFieldName", *_FORM_KEYS, "contentUrl", *_END_KEYS)
_INGEST_KEYS = (
    *_COMMON_KEYS,
    "externalIdFieldName",
    *_FORM_KEYS,
    "jobType",
    "contentUrl",
    *_END_KEYS,
    "numberRecordsProcessed",
    "numberRecordsFailed",
    "retries",
    "totalProcessingTime",
    "apiActiveProcessingTime",
    "apexProcessingTime",
    "errorMessage",
)


def _shown(info: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """The keys of a job's description, in their recorded order, as far as it has them."""
    return {key: info[key] for key in keys if key in info}
