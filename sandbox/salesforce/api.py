"""The resources under `/services/data/vNN.0/`: which path and method does what, and the answer.

Knows paths, bodies and statuses, and nothing of sockets: `app.py` carries these answers. What a
record is stands in `records.py`.
"""

from __future__ import annotations

import json
import re
import traceback
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sandbox.salesforce import messages
from sandbox.salesforce.jobs import MAX_PAGE as MAX_BULK_PAGE
from sandbox.salesforce.jobs import Jobs, refused_rows
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.locators import read_locator, write_locator
from sandbox.salesforce.messages import RowOutcome, SalesforceError
from sandbox.salesforce.queries import MAX_PAGE, MIN_PAGE, Page, Queries
from sandbox.salesforce.records import AmbiguousExternalId, Records, record_ids
from sandbox.salesforce.rendering import CSV_TYPE, JSON_TYPE, compact, is_pretty
from sandbox.salesforce.schema import Field, SObject, describe_result, global_entry
from sandbox.salesforce.soql.to_sql import table
from sandbox.salesforce.values import parse_datetime, wire_datetime

MAX_COLLECTION = 200
MAX_CHUNKS = 10
MAX_SUBREQUESTS = 25
DAILY_REQUESTS = 100_000
FIRST_VERSION, LAST_VERSION = 48, 66

_STATUS_BY_CODE = {
    "INVALID_SESSION_ID": 401,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "INSUFFICIENT_ACCESS": 403,
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "METHOD_NOT_ALLOWED": 405,
}
_UNKNOWN = {"errorCode": "UNKNOWN_EXCEPTION"}
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)\.?([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a resource; `path` follows `/services/data/vNN.0/`."""

    method: str
    path: str
    version: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    user_id: str
    address: str
    is_nested: bool = False

    @property
    def root(self) -> str:
        """The path of this API version, with a slash at its end."""
        return f"/services/data/v{self.version}/"

    def json(self) -> Any:
        """The body as JSON; SalesforceError JSON_PARSER_ERROR if it is none."""
        try:
            return json.loads(self.body or b"{}")
        except ValueError as error:
            raise messages.json_broken(str(error)) from error


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a JSON-ready body, or with text of another type; no body for 204 and 304."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE
    text: str | None = None


Handler = Callable[..., Answer]


def error_answer(error: SalesforceError, is_nested: bool = False) -> Answer:
    """An error as a whole answer: an array of message, errorCode and fields.

    The order of the keys is the recorded one, which differs inside a composite answer.
    """
    body: dict[str, Any] = {"message": error.message, "errorCode": error.code}
    if is_nested:
        body = {"errorCode": error.code, "message": error.message}
    if error.fields:
        body["fields"] = list(error.fields)
    return Answer(_STATUS_BY_CODE.get(error.code, 400), [body])


def version_list() -> list[dict[str, str]]:
    """The versions that are served, as `/services/data/` lists them."""
    found = []
    for number in range(FIRST_VERSION, LAST_VERSION + 1):
        # Three releases a year; 59 was Winter '24.
        year, season = divmod(number - 59, 3)
        label = f"{('Winter', 'Spring', 'Summer')[season]} '{24 + year}"
        found.append(
            {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        )
    return found


def is_version(text: str) -> bool:
    """Whether a version such as `60.0` is served."""
    number, _, rest = text.partition(".")
    return number.isdecimal() and rest == "0" and FIRST_VERSION <= int(number) <= LAST_VERSION


class Api:
    """Answers calls over one org's records."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.queries = Queries(records)
        self.jobs = Jobs(records, self.queries)
        name = r"(?P<name>[A-Za-z0-9_]+)"
        job = r"(?P<job>[A-Za-z0-9]+)"
        routes: list[tuple[str, str, Handler]] = [
            ("GET", r"", self.resources),
            ("GET", r"sobjects", self.describe_global),
            ("GET", rf"sobjects/{name}", self.describe_short),
            ("POST", rf"sobjects/{name}", self.create),
            ("GET", rf"sobjects/{name}/describe", self.describe),
            ("GET", rf"sobjects/{name}/updated", self.updated),
            ("GET", rf"sobjects/{name}/deleted", self.deleted),
            ("GET", rf"sobjects/{name}/(?P<key>[^/]+)", self.read),
            ("PATCH", rf"sobjects/{name}/(?P<key>[^/]+)", self.update),
            ("DELETE", rf"sobjects/{name}/(?P<key>[^/]+)", self.delete),
            ("GET", rf"sobjects/{name}/(?P<field_name>\w+)/(?P<key>[^/]+)", self.read_by_key),
            ("PATCH", rf"sobjects/{name}/(?P<field_name>\w+)/(?P<key>[^/]*)", self.upsert),
            ("DELETE", rf"sobjects/{name}/(?P<field_name>\w+)/(?P<key>[^/]+)", self.delete_by_key),
            ("GET", r"(?P<kind>query|queryAll)", self.query),
            ("GET", r"(?:query|queryAll)/(?P<locator>[^/]+)", self.query_more),
            ("GET", r"limits", self.limits),
            ("GET", r"limits/recordCount", self.record_count),
            ("POST", r"composite", self.composite),
            ("POST", r"composite/batch", self.batch),
            ("POST", r"composite/sobjects", self.create_rows),
            ("PATCH", r"composite/sobjects", self.update_rows),
            ("DELETE", r"composite/sobjects", self.delete_rows),
            ("PATCH", rf"composite/sobjects/{name}/(?P<field_name>\w+)", self.upsert_rows),
            ("POST", rf"composite/sobjects/{name}", self.read_rows),
            ("GET", rf"composite/sobjects/{name}", self.read_rows),
            ("POST", r"jobs/query", self.create_query_job),
            ("GET", rf"jobs/query/{job}", self.query_job),
            ("PATCH", rf"jobs/query/{job}", self.close_job),
            ("DELETE", rf"jobs/query/{job}", self.delete_query_job),
            ("GET", rf"jobs/query/{job}/results", self.query_job_results),
            ("POST", r"jobs/ingest", self.create_ingest_job),
            ("GET", rf"jobs/ingest/{job}", self.ingest_job),
            ("PATCH", rf"jobs/ingest/{job}", self.close_job),
            ("DELETE", rf"jobs/ingest/{job}", self.delete_ingest_job),
            ("PUT", rf"jobs/ingest/{job}/batches", self.upload),
            ("GET", rf"jobs/ingest/{job}/(?P<which>successful|failed)Results", self.ingest_results),
            # Clients spell it with a capital, the documentation without.
            ("GET", rf"jobs/ingest/{job}/(?P<which>unprocessed)[Rr]ecords", self.ingest_results),
            ("GET", r"tooling/(?P<kind>query)", self.query),
            ("GET", r"tooling/query/(?P<locator>[^/]+)", self.query_more),
            ("POST", r"tooling/sobjects/CustomField", self.create_field),
            ("GET", r"tooling/sobjects/CustomField/(?P<key>[^/]+)", self.read_field),
            ("PATCH", r"tooling/sobjects/CustomField/(?P<key>[^/]+)", self.update_field),
            ("DELETE", r"tooling/sobjects/CustomField/(?P<key>[^/]+)", self.delete_field),
        ]
        self._routes = [(method, re.compile(path), handler) for method, path, handler in routes]

    def answer(self, call: Call) -> Answer:
        """Answer a call; errors are answers too."""
        try:
            return self._route(call)
        except SalesforceError as error:
            return error_answer(error, call.is_nested)
        except Exception:
            # A fault of the sandbox itself: shown where it runs, worded for the client as a
            # real org words its own.
            traceback.print_exc()
            return Answer(500, [{"message": "An unexpected error occurred.", **_UNKNOWN}])

    def _route(self, call: Call) -> Answer:
        path = call.path.strip("/")
        method = call.query.get("_HttpMethod", call.method).upper()
        is_known = False
        for route_method, pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            is_known = True
            if route_method == method or (method == "HEAD" and route_method == "GET"):
                found = {key: unquote(value) for key, value in match.groupdict().items()}
                return handler(call, **found)
        raise messages.method_not_allowed(method) if is_known else messages.resource_missing()

    # Describe and limits

    def resources(self, call: Call) -> Answer:
        """What there is under this version."""
        names = ("sobjects", "query", "queryAll", "limits", "composite", "jobs", "tooling")
        return Answer(200, {name: call.root + name for name in names})

    def describe_global(self, call: Call) -> Answer:
        """All objects."""
        headers, is_unchanged = self._described_since(call)
        if is_unchanged:
            return Answer(304, None, headers)
        entries = [
            global_entry(sobject, call.version)
            for sobject in self.records.catalog.objects()
            if not sobject.is_tooling
        ]
        body = {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries}
        return Answer(200, body, headers)

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
        entry = global_entry(self._sobject(call, name), call.version)
        return Answer(200, {"objectDescribe": entry, "recentItems": []})

    def describe(self, call: Call, name: str) -> Answer:
        """One object with the fields that the user sees."""
        sobject = self._sobject(call, name)
        headers, is_unchanged = self._described_since(call)
        if is_unchanged:
            return Answer(304, None, headers)
        return Answer(200, describe_result(sobject, call.version, call.address), headers)

    def limits(self, call: Call) -> Answer:
        """Requests left today; counted by `app.py`."""
        used = self.requests_today()
        most: dict[str, tuple[int, int]] = {
            "DailyApiRequests": (DAILY_REQUESTS, used),
            "DailyBulkApiBatches": (15_000, 0),
            "DailyBulkV2QueryJobs": (10_000, 0),
            "DailyBulkV2QueryFileStorageMB": (976_562, 0),
        }
        return Answer(
            200, {key: {"Max": top, "Remaining": top - spent} for key, (top, spent) in most.items()}
        )

    def requests_today(self) -> int:
        """How many requests were counted on the sandbox's present day."""
        return int(self.records.state.setting(f"number:requests:{self._day()}") or 0)

    def count_request(self) -> int:
        """Count one more request and return the day's count."""
        return self.records.state.next_number(f"requests:{self._day()}")

    def _day(self) -> str:
        return self.records.context.clock.now().date().isoformat()

    def record_count(self, call: Call) -> Answer:
        """Numbers of records, of the objects that have any (recorded: empty ones are left out)."""
        names = [name for name in call.query.get("sObjects", "").split(",") if name]
        lookup = self.records.catalog.seen_by(call.user_id)
        chosen = [lookup(name) for name in names] or list(self.records.catalog.objects())
        found = []
        for sobject in chosen:
            if sobject is None or sobject.is_tooling:
                continue
            alive = " where IsDeleted = 0" if "IsDeleted" in sobject.fields else ""
            row = self.records.state.row(f"select count(*) from {table(sobject.name)}{alive}")
            if row and row[0]:
                found.append({"count": row[0], "name": sobject.name})
        return Answer(200, {"sObjects": found})

    # Queries

    def query(self, call: Call, kind: str) -> Answer:
        """The first page of a query."""
        soql = call.query.get("q")
        if soql is None:
            raise messages.query_malformed("A query string has to be specified")
        page = self.queries.run(
            call.user_id, soql, kind == "queryAll", _page_size(call), f"{call.root}sobjects/"
        )
        return self._page_answer(call, page)

    def query_more(self, call: Call, locator: str) -> Answer:
        """A following page."""
        page = self.queries.more(call.user_id, locator, _page_size(call), f"{call.root}sobjects/")
        return self._page_answer(call, page)

    def _page_answer(self, call: Call, page: Page) -> Answer:
        body: dict[str, Any] = {"totalSize": page.total, "done": page.is_last}
        if page.locator is not None:
            body["nextRecordsUrl"] = f"{call.root}query/{page.locator}"
        if call.is_nested or is_pretty(call.headers):
            return Answer(200, {**body, "records": page.records})
        head = compact(body).decode().removesuffix("}")
        return Answer(200, text=f'{head},"records":[{",".join(page.rows)}]}}')

    # Single records

    def _sobject(self, call: Call, name: str) -> SObject:
        found = self.records.catalog.seen_by(call.user_id)(name)
        if found is None or found.is_tooling:
            raise messages.resource_missing()
        return found

    def create(self, call: Call, name: str) -> Answer:
        """Create a record."""
        sobject = self._sobject(call, name)
        self._check_single_row()
        record_id = self.records.create(call.user_id, sobject, _object(call.json()))
        location = f"{call.root}sobjects/{sobject.name}/{record_id}"
        body = {"id": record_id, "success": True, "errors": []}
        return Answer(201, body, {"Location": location})

    def read(self, call: Call, name: str, key: str) -> Answer:
        """Read a record by its id: all its fields, or those of `fields=`."""
        sobject = self._sobject(call, name)
        record_id = self._record_id(sobject, key)
        wanted = call.query.get("fields")
        names = wanted.split(",") if wanted else list(sobject.fields)
        unknown = [one for one in names if "." not in one and sobject.field(one.strip()) is None]
        if unknown:
            raise messages.column_missing_on_write(unknown[0], sobject.name)
        soql = f"SELECT {', '.join(names)} FROM {sobject.name} WHERE Id = '{record_id}'"
        page = self.queries.run(call.user_id, soql, False, 1, f"{call.root}sobjects/")
        if not page.records:
            raise messages.resource_missing()
        return Answer(200, page.records[0])

    def read_by_key(self, call: Call, name: str, field_name: str, key: str) -> Answer:
        """Read a record by an external id."""
        sobject, found = self._key_field(call, name, field_name)
        ids = self.records.find(sobject, found, key)
        if len(ids) > 1:
            return self._ambiguous(call, sobject, ids)
        if not ids:
            raise messages.resource_missing()
        return self.read(call, name, ids[0])

    def update(self, call: Call, name: str, key: str) -> Answer:
        """Change a record."""
        sobject = self._sobject(call, name)
        record_id = self._record_id(sobject, key)
        self._check_single_row()
        self.records.update(call.user_id, sobject, record_id, _object(call.json()))
        return Answer(204)

    def delete(self, call: Call, name: str, key: str) -> Answer:
        """Delete a record."""
        sobject = self._sobject(call, name)
        record_id = self._record_id(sobject, key)
        self._check_single_row()
        self.records.delete(call.user_id, sobject, record_id)
        return Answer(204)

    def delete_by_key(self, call: Call, name: str, field_name: str, key: str) -> Answer:
        """Delete a record by an external id."""
        sobject, found = self._key_field(call, name, field_name)
        ids = self.records.find(sobject, found, key)
        if len(ids) > 1:
            return self._ambiguous(call, sobject, ids)
        if not ids:
            raise messages.external_id_missing(key)
        return self.delete(call, name, ids[0])

    def upsert(self, call: Call, name: str, field_name: str, key: str) -> Answer:
        """Update the record with that external id, or create it."""
        sobject, found = self._key_field(call, name, field_name)
        values = _object(call.json())
        if any(given.casefold() == found.name.casefold() for given in values):
            raise SalesforceError(
                "INVALID_FIELD",
                f"The {found.name} field should not be specified in the sobject data.",
            )
        self._check_single_row()
        try:
            record_id, created = self.records.upsert(call.user_id, sobject, found, key, values)
        except AmbiguousExternalId as error:
            return self._ambiguous(call, sobject, error.ids)
        body = {"id": record_id, "success": True, "errors": [], "created": created}
        if not created:
            return Answer(200, body)
        location = f"{call.root}sobjects/{sobject.name}/{record_id}"
        return Answer(201, body, {"Location": location})

    def _key_field(self, call: Call, name: str, field_name: str) -> tuple[SObject, Field]:
        sobject = self._sobject(call, name)
        found = sobject.field(field_name)
        if found is None or not (found.is_external_id or found.id_lookup or found.type == "id"):
            raise messages.external_id_missing(field_name)
        return sobject, found

    def _ambiguous(self, call: Call, sobject: SObject, ids: Any) -> Answer:
        return Answer(300, [f"{call.root}sobjects/{sobject.name}/{one}" for one in ids])

    def _record_id(self, sobject: SObject, key: str) -> str:
        """The id of a record that is there, or the answer recorded for one that isn't."""
        record_id = normalised_id(key)
        if record_id is None:
            raise messages.external_id_missing(key)
        found = self.records.fetch(sobject, record_id)
        if found is None:
            raise messages.external_id_missing(key)
        if found.get("IsDeleted"):
            raise messages.entity_deleted()
        return record_id

    def _check_single_row(self) -> None:
        refused = refused_rows(1)
        if refused:
            raise refused[0]

    # Change feeds

    def updated(self, call: Call, name: str) -> Answer:
        """Ids of the records changed in a window."""
        sobject = self._sobject(call, name)
        start, end = self._window(call)
        rows = self.records.state.rows(
            f"select Id from {table(sobject.name)} where SystemModstamp >= ?"
            " and SystemModstamp < ? and IsDeleted = 0 order by SystemModstamp, Id",
            (wire_datetime(start), wire_datetime(end)),
        )
        return Answer(
            200, {"ids": [row[0] for row in rows], "latestDateCovered": wire_datetime(end)}
        )

    def deleted(self, call: Call, name: str) -> Answer:
        """Ids of the records deleted in a window."""
        sobject = self._sobject(call, name)
        start, end = self._window(call)
        rows = self.records.state.rows(
            f"select Id, SystemModstamp from {table(sobject.name)} where SystemModstamp >= ?"
            " and SystemModstamp < ? and IsDeleted = 1 order by SystemModstamp, Id",
            (wire_datetime(start), wire_datetime(end)),
        )
        return Answer(
            200,
            {
                "deletedRecords": [{"deletedDate": at, "id": record_id} for record_id, at in rows],
                "earliestDateAvailable": wire_datetime(self.records.context.company.clock),
                "latestDateCovered": wire_datetime(end),
            },
        )

    def _window(self, call: Call) -> tuple[datetime, datetime]:
        """Start and end, without their seconds (protocol: minutes count)."""
        found = []
        for key in ("start", "end"):
            instant = parse_datetime(call.query.get(key, "").replace(" ", "+"))
            if instant is None:
                raise messages.argument_missing(f"{key} is no instant")
            found.append(instant.replace(second=0, microsecond=0))
        if found[0] >= found[1]:
            raise SalesforceError("INVALID_REPLICATION_DATE", "startDate must be before endDate")
        return found[0], found[1]

    # Collections

    def create_rows(self, call: Call) -> Answer:
        """Create up to 200 records."""

        def write(row: Any) -> tuple[str, bool | None]:
            sobject = self._row_object(call, row)
            return self.records.create(call.user_id, sobject, row), None

        return self._write_collection(call, write)

    def update_rows(self, call: Call) -> Answer:
        """Change up to 200 records."""

        def write(row: Any) -> tuple[str, bool | None]:
            sobject = self._row_object(call, row)
            given = row.get("id") or row.get("Id")
            if not given:
                raise messages.argument_missing("Id not specified in an update call")
            record_id = normalised_id(str(given))
            if record_id is None:
                raise SalesforceError("MALFORMED_ID", f"malformed id {given}")
            self.records.update(call.user_id, sobject, record_id, row)
            return record_id, None

        return self._write_collection(call, write)

    def upsert_rows(self, call: Call, name: str, field_name: str) -> Answer:
        """Update or create up to 200 records by an external id."""
        sobject, found = self._key_field(call, name, field_name)

        def write(row: Any) -> tuple[str, bool | None]:
            if self._row_object(call, row).name != sobject.name:
                raise SalesforceError("INVALID_TYPE", f"The row is no {sobject.name}")
            values = {k: v for k, v in row.items() if k.casefold() != found.name.casefold()}
            given = [v for k, v in row.items() if k.casefold() == found.name.casefold()]
            value = given[0] if given else None
            if value in (None, "") and found.type != "id":
                raise messages.argument_missing(f"{found.name} not specified")
            return self.records.upsert(call.user_id, sobject, found, value, values)

        return self._write_collection(call, write, is_upsert=True)

    def delete_rows(self, call: Call) -> Answer:
        """Delete up to 200 records."""
        ids = record_ids(call.query.get("ids", ""))
        if len(ids) > MAX_COLLECTION:
            raise messages.too_many_records(MAX_COLLECTION)

        def write(record_id: str) -> tuple[str, bool | None]:
            prefix = record_id[:3]
            found = [one for one in self.records.catalog.objects() if one.prefix == prefix]
            if not found:
                raise messages.cross_reference_bad()
            self.records.delete(call.user_id, found[0], record_id)
            return record_id, None

        all_or_none = call.query.get("allOrNone", "false").casefold() == "true"
        outcomes = self.records.write_rows(ids, write, all_or_none, refused_rows(len(ids)))
        return Answer(200, [_row_result(outcome) for outcome in outcomes])

    def read_rows(self, call: Call, name: str) -> Answer:
        """Read many records of one object; null for those that are not there."""
        sobject = self._sobject(call, name)
        wanted = _object(call.json()) if call.method == "POST" else call.query
        ids = record_ids(_joined(wanted.get("ids", "")))
        names = _joined(wanted.get("fields", "")).split(",")
        quoted = ", ".join(f"'{one}'" for one in ids)
        soql = f"SELECT {', '.join(['Id', *names])} FROM {sobject.name} WHERE Id IN ({quoted})"
        page = self.queries.run(call.user_id, soql, False, MAX_PAGE, f"{call.root}sobjects/")
        by_id = {record["Id"]: record for record in page.records}
        return Answer(200, [by_id.get(one) for one in ids])

    def _row_object(self, call: Call, row: Any) -> SObject:
        attributes = row.get("attributes") if isinstance(row, dict) else None
        name = attributes.get("type") if isinstance(attributes, dict) else None
        found = self.records.catalog.seen_by(call.user_id)(str(name))
        if found is None or found.is_tooling:
            raise SalesforceError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return found

    def _write_collection(self, call: Call, write: Any, is_upsert: bool = False) -> Answer:
        body = _object(call.json())
        rows = body.get("records")
        if not isinstance(rows, list):
            raise messages.argument_missing("records is needed")
        if len(rows) > MAX_COLLECTION:
            raise messages.too_many_records(MAX_COLLECTION)
        types = [
            row["attributes"].get("type")
            for row in rows
            if isinstance(row, dict) and isinstance(row.get("attributes"), dict)
        ]
        chunks = sum(
            position == 0 or types[position - 1] != one for position, one in enumerate(types)
        )
        if chunks > MAX_CHUNKS:
            raise SalesforceError(
                "INVALID_INPUT", f"records of more than {MAX_CHUNKS} chunks of types not allowed"
            )
        all_or_none = bool(body.get("allOrNone", False))
        outcomes = self.records.write_rows(rows, write, all_or_none, refused_rows(len(rows)))
        return Answer(200, [_row_result(outcome, is_upsert) for outcome in outcomes])

    # Composite

    def composite(self, call: Call) -> Answer:
        """Up to 25 calls in one; later ones may refer to the answers of earlier ones."""
        body = _object(call.json())
        requests = body.get("compositeRequest")
        if not isinstance(requests, list):
            raise messages.json_broken("compositeRequest is needed")
        if len(requests) > MAX_SUBREQUESTS:
            raise SalesforceError(
                "LIMIT_EXCEEDED", f"The composite request allows {MAX_SUBREQUESTS} subrequests"
            )
        done: dict[str, Any] = {}
        if not body.get("allOrNone"):
            return Answer(200, {"compositeResponse": self._subrequests(call, requests, done)})
        results: list[dict[str, Any]] = []
        try:
            with self.records.state.transaction():
                results = self._subrequests(call, requests, done)
                if any(result["httpStatusCode"] >= 400 for result in results):
                    raise _UndoCompositeError
        except _UndoCompositeError:
            self.records.catalog.permissions_changed()
            results = [_halted(result) for result in results]
        return Answer(200, {"compositeResponse": results})

    def _subrequests(
        self, call: Call, requests: list[Any], done: dict[str, Any]
    ) -> list[dict[str, Any]]:
        results = []
        for request in requests:
            reference = str(request.get("referenceId", ""))
            answer = self._subrequest(call, _resolved(request, done))
            done[reference] = answer.body
            results.append(
                {
                    "body": answer.body,
                    "httpHeaders": dict(answer.headers),
                    "httpStatusCode": answer.status,
                    "referenceId": reference,
                }
            )
        return results

    def batch(self, call: Call) -> Answer:
        """Up to 25 independent calls in one."""
        body = _object(call.json())
        results = []
        for request in body.get("batchRequests", []):
            url = str(request.get("url", ""))
            if not url.startswith("/services/data/"):
                url = f"/services/data/{url}"
            inner = {**request, "url": url, "body": request.get("richInput")}
            answer = self._subrequest(call, inner)
            results.append({"statusCode": answer.status, "result": answer.body})
        has_errors = any(result["statusCode"] >= 400 for result in results)
        return Answer(200, {"hasErrors": has_errors, "results": results})

    def _subrequest(self, call: Call, request: Mapping[str, Any]) -> Answer:
        parts = urlsplit(str(request.get("url", "")))
        prefix, _, path = parts.path.removeprefix("/services/data/v").partition("/")
        if not is_version(prefix):
            return error_answer(messages.resource_missing(), is_nested=True)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        body = request.get("body")
        headers = {k.lower(): str(v) for k, v in (request.get("httpHeaders") or {}).items()}
        inner = replace(
            call,
            method=str(request.get("method", "GET")),
            path=path,
            version=prefix,
            query=query,
            headers=headers,
            body=b"" if body is None else json.dumps(body).encode(),
            is_nested=True,
        )
        return self.answer(inner)

    # Bulk API 2.0

    def create_query_job(self, call: Call) -> Answer:
        """Create a query job."""
        return Answer(200, self.jobs.create_query(call.user_id, _object(call.json()), call.version))

    def query_job(self, call: Call, job: str) -> Answer:
        """How a query job stands."""
        return Answer(200, self.jobs.describe(job, "query"))

    def query_job_results(self, call: Call, job: str) -> Answer:
        """A part of a query job's results as CSV.

        `Sforce-Locator` is the text `null` on the last part: clients loop until they read it.
        """
        most = call.query.get("maxRecords", "")
        count = int(most) if most.isdecimal() and int(most) > 0 else MAX_BULK_PAGE
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
        wanted = _object(call.json())
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
        return Answer(200, self.jobs.close(job, str(_object(call.json()).get("state"))))

    def ingest_results(self, call: Call, job: str, which: str) -> Answer:
        """Rows written, failed or not tried, as CSV."""
        return Answer(200, None, {}, CSV_TYPE, self.jobs.ingest_results(job, which))

    def delete_ingest_job(self, call: Call, job: str) -> Answer:
        """Forget an ingest job."""
        self.jobs.delete(job, "ingest")
        return Answer(204)

    # Tooling

    def create_field(self, call: Call) -> Answer:
        """Create a custom field; nobody sees it before field permissions are granted."""
        body = _object(call.json())
        sobject_name, _, name = str(body.get("FullName", "")).partition(".")
        metadata = body.get("Metadata")
        if not name.endswith("__c") or not isinstance(metadata, dict):
            raise messages.required_missing(("FullName", "Metadata"))
        record_id = self.records.create_custom_field(call.user_id, sobject_name, name, metadata)
        body = {"id": record_id, "success": True, "errors": [], "warnings": [], "infos": []}
        return Answer(201, body)

    def read_field(self, call: Call, key: str) -> Answer:
        """A custom field with its metadata."""
        found = self.records.catalog.custom_field_metadata(normalised_id(key) or "")
        if found is None:
            raise messages.resource_missing()
        sobject_name, name, metadata = found
        url = f"{call.root}tooling/sobjects/CustomField/{key}"
        return Answer(
            200,
            {
                "attributes": {"type": "CustomField", "url": url},
                "Id": normalised_id(key),
                "DeveloperName": name.removesuffix("__c"),
                "TableEnumOrId": sobject_name,
                "FullName": f"{sobject_name}.{name}",
                "Metadata": metadata,
            },
        )

    def update_field(self, call: Call, key: str) -> Answer:
        """Describe a custom field anew."""
        metadata = _object(call.json()).get("Metadata") or {}
        self.records.catalog.change_custom_field(normalised_id(key) or "", metadata)
        return Answer(204)

    def delete_field(self, call: Call, key: str) -> Answer:
        """Delete a custom field."""
        self.records.delete_custom_field(call.user_id, normalised_id(key) or "")
        return Answer(204)


class _UndoCompositeError(Exception):
    """A subrequest failed where all had to succeed."""


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise messages.json_broken("The body must be a JSON object")
    return value


def _joined(value: Any) -> str:
    """A list given as JSON array or, in a query string, with commas."""
    return value if isinstance(value, str) else ",".join(str(one) for one in value)


def _page_size(call: Call) -> int:
    """The page size asked for with `Sforce-Query-Options: batchSize=…`, within its bounds."""
    match = _BATCH_SIZE.search(call.headers.get("sforce-query-options", ""))
    return min(MAX_PAGE, max(MIN_PAGE, int(match[1]))) if match else MAX_PAGE


def _row_result(outcome: RowOutcome, is_upsert: bool = False) -> dict[str, Any]:
    """A row's outcome; its error's key is statusCode here, errorCode elsewhere."""
    result: dict[str, Any] = {} if outcome.id is None else {"id": outcome.id}
    result["success"] = outcome.success
    result["errors"] = [
        {"statusCode": error.code, "message": error.message, "fields": list(error.fields)}
        for error in outcome.errors
    ]
    if is_upsert:
        result["created"] = bool(outcome.created)
    return result


def _halted(result: dict[str, Any]) -> dict[str, Any]:
    """A subrequest's result after all were undone (words guess)."""
    if result["httpStatusCode"] >= 400:
        return result
    error = {
        "errorCode": "PROCESSING_HALTED",
        "message": "The transaction was rolled back since another operation in the same"
        " transaction failed.",
    }
    return {**result, "body": [error], "httpHeaders": {}, "httpStatusCode": 400}


def _resolved(value: Any, done: Mapping[str, Any]) -> Any:
    """A subrequest with `@{reference.field}` replaced by what earlier answers hold."""
    if isinstance(value, dict):
        return {key: _resolved(one, done) for key, one in value.items()}
    if isinstance(value, list):
        return [_resolved(one, done) for one in value]
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: _referred(match, done), value)
    return value


def _referred(match: re.Match[str], done: Mapping[str, Any]) -> str:
    found: Any = done.get(match[1])
    for step in re.findall(r"\w+", match[2]):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            raise SalesforceError(
                "PROCESSING_HALTED", f"Invalid reference specified. No value for {match[0]} found"
            )
    return str(found)
