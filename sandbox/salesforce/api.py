"""Which path and method under `/services/data/vNN.0/` does what.

Knows paths, bodies and statuses, and nothing of sockets: `app.py` carries these answers. What a
record is stands in `records.py`.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from sandbox.context import struck_by
from sandbox.salesforce import messages
from sandbox.salesforce.bulk import Bulk
from sandbox.salesforce.calls import Answer, Call, error_answer
from sandbox.salesforce.collection import Collections
from sandbox.salesforce.composite import Composite
from sandbox.salesforce.describes import Describes
from sandbox.salesforce.jobs import Jobs
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.queries import Queries
from sandbox.salesforce.reads import Reads
from sandbox.salesforce.records import Records
from sandbox.salesforce.single import SingleRecords
from sandbox.salesforce.tooling import Tooling
from sandbox.salesforce.tree import Tree

Handler = Callable[..., Answer]

_PLACES = {
    "name": r"[A-Za-z0-9_]+",
    "field_name": r"\w+",
    "record_id": r"\d[A-Za-z0-9]{14}(?:[A-Za-z0-9]{3})?",
    "key": r"[^/]+",
    "relationship": r"[A-Za-z_]+",
    "locator": r"[^/]+",
    "job": r"[A-Za-z0-9]+",
}
"""What may stand for `{name}`, `{key}` … in a path."""


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a path such as `sobjects/{name}/describe`, and what answers it."""

    method: str
    path: str
    handler: Handler
    pattern: re.Pattern[str]


def route(method: str, path: str, handler: Handler) -> Route:
    """A route; `{name}` and the like in its path are handed to `handler` by name."""
    pattern = re.sub(r"\{(\w+)\}", lambda match: f"(?P<{match[1]}>{_PLACES[match[1]]})", path)
    return Route(method, path, handler, re.compile(pattern))


class Api:
    """Answers calls over one org's records."""

    def __init__(self, records: Records) -> None:
        self._catalog = records.catalog
        queries = Queries(records)
        self.describes = Describes(records)
        self._routes = [
            *_describe_routes(self.describes),
            *_read_routes(Reads(records, queries)),
            *_record_routes(SingleRecords(records, queries)),
            *_composite_routes(
                Composite(records, self.answer), Tree(records), Collections(records, queries)
            ),
            *_bulk_routes(Bulk(Jobs(records, queries))),
            *_tooling_routes(Tooling(records)),
        ]

    @property
    def routes(self) -> list[Route]:
        """All routes; of two that fit, the first one counts."""
        return list(self._routes)

    def answer(self, call: Call) -> Answer:
        """Answer a call; errors are answers too."""
        try:
            drift = struck_by("schema_change")
            if drift is not None and not call.is_nested:
                self._catalog.drift(**drift.options)
            return self._route(call)
        except SalesforceError as error:
            return error_answer(error, call.is_nested)
        except Exception:
            # A fault of the sandbox itself: shown where it runs, worded for the client as a
            # real org words its own.
            traceback.print_exc()
            body = [{"message": "An unexpected error occurred.", "errorCode": "UNKNOWN_EXCEPTION"}]
            return Answer(500, body)

    def _route(self, call: Call) -> Answer:
        path = call.path.strip("/")
        method = call.query.get("_HttpMethod", call.method).upper()
        is_known = False
        for one in self._routes:
            match = one.pattern.fullmatch(path)
            if match is None:
                continue
            is_known = True
            if one.method == method or (method == "HEAD" and one.method == "GET"):
                found = {key: unquote(value) for key, value in match.groupdict().items()}
                return one.handler(call, **found)
        raise messages.method_not_allowed(method) if is_known else messages.resource_missing()


def _describe_routes(on: Describes) -> list[Route]:
    return [
        route("GET", "", on.resources),
        route("GET", "sobjects", on.describe_global),
        route("GET", "sobjects/{name}", on.describe_short),
        route("GET", "sobjects/{name}/describe", on.describe),
        route("GET", "limits", on.limits),
        route("GET", "limits/recordCount", on.record_count),
    ]


def _read_routes(on: Reads) -> list[Route]:
    return [
        route("GET", "query", on.query),
        route("GET", "queryAll", on.query_all),
        route("GET", "query/{locator}", on.query_more),
        route("GET", "queryAll/{locator}", on.query_more),
        route("GET", "tooling/query", on.query),
        route("GET", "tooling/query/{locator}", on.query_more),
        route("GET", "sobjects/{name}/updated", on.updated),
        route("GET", "sobjects/{name}/deleted", on.deleted),
    ]


def _record_routes(on: SingleRecords) -> list[Route]:
    return [
        route("POST", "sobjects/{name}", on.create),
        route("GET", "sobjects/{name}/{record_id}/{relationship}", on.read_related),
        route("GET", "sobjects/{name}/{key}", on.read),
        route("PATCH", "sobjects/{name}/{key}", on.update),
        route("DELETE", "sobjects/{name}/{key}", on.delete),
        route("GET", "sobjects/{name}/{field_name}/{key}", on.read_by_key),
        route("PATCH", "sobjects/{name}/{field_name}/{key}", on.upsert),
        route("DELETE", "sobjects/{name}/{field_name}/{key}", on.delete_by_key),
    ]


def _composite_routes(on: Composite, tree: Tree, collections: Collections) -> list[Route]:
    return [
        route("POST", "composite", on.composite),
        route("POST", "composite/batch", on.batch),
        route("POST", "composite/graph", on.graph),
        route("POST", "composite/tree/{name}", tree.create_tree),
        route("POST", "composite/sobjects", collections.create_rows),
        route("PATCH", "composite/sobjects", collections.update_rows),
        route("DELETE", "composite/sobjects", collections.delete_rows),
        route("PATCH", "composite/sobjects/{name}/{field_name}", collections.upsert_rows),
        route("POST", "composite/sobjects/{name}", collections.read_rows),
        route("GET", "composite/sobjects/{name}", collections.read_rows),
    ]


def _bulk_routes(on: Bulk) -> list[Route]:
    return [
        route("GET", "jobs/query", on.query_jobs),
        route("POST", "jobs/query", on.create_query_job),
        route("GET", "jobs/query/{job}", on.query_job),
        route("PATCH", "jobs/query/{job}", on.close_job),
        route("DELETE", "jobs/query/{job}", on.delete_query_job),
        route("GET", "jobs/query/{job}/results", on.query_job_results),
        route("GET", "jobs/ingest", on.ingest_jobs),
        route("POST", "jobs/ingest", on.create_ingest_job),
        route("GET", "jobs/ingest/{job}", on.ingest_job),
        route("PATCH", "jobs/ingest/{job}", on.close_job),
        route("DELETE", "jobs/ingest/{job}", on.delete_ingest_job),
        route("PUT", "jobs/ingest/{job}/batches", on.upload),
        route("GET", "jobs/ingest/{job}/successfulResults", on.successful_rows),
        route("GET", "jobs/ingest/{job}/failedResults", on.failed_rows),
        # Clients spell it with a capital, the documentation without.
        route("GET", "jobs/ingest/{job}/unprocessed[Rr]ecords", on.unprocessed_rows),
    ]


def _tooling_routes(on: Tooling) -> list[Route]:
    return [
        route("POST", "tooling/sobjects/CustomField", on.create_field),
        route("POST", "tooling/sobjects/ValidationRule", on.create_rule),
        route("GET", "tooling/sobjects/ValidationRule/{key}", on.read_rule),
        route("PATCH", "tooling/sobjects/ValidationRule/{key}", on.update_rule),
        route("DELETE", "tooling/sobjects/ValidationRule/{key}", on.delete_rule),
        route("GET", "tooling/sobjects/CustomField/{key}", on.read_field),
        route("PATCH", "tooling/sobjects/CustomField/{key}", on.update_field),
        route("DELETE", "tooling/sobjects/CustomField/{key}", on.delete_field),
    ]
