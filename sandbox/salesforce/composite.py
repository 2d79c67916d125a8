"""Several calls in one: composite, with references to earlier answers, and batch, without."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.salesforce import messages
from sandbox.salesforce.calls import Answer, Call, error_answer, is_version, json_object
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.records import Records
from sandbox.salesforce.resource import Resource

MAX_SUBREQUESTS = 25
MAX_NODES = 500
"""Calls in one graph (doc)."""

_REFERENCE_ID = re.compile(r"[A-Za-z0-9_]+")
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)\.?([^}]*)\}")


class Composite(Resource):
    """The composite resources; `answer` answers a subrequest."""

    def __init__(self, records: Records, answer: Callable[[Call], Answer]) -> None:
        super().__init__(records)
        self.answer = answer

    def composite(self, call: Call) -> Answer:
        """Up to 25 calls in one; later ones may refer to the answers of earlier ones."""
        body = json_object(call.json())
        requests = _checked(body.get("compositeRequest"), MAX_SUBREQUESTS)
        if not body.get("allOrNone"):
            return Answer(200, {"compositeResponse": self._subrequests(call, requests, {})})
        results, _ = self._all_or_none(call, requests)
        return Answer(200, {"compositeResponse": results})

    def graph(self, call: Call) -> Answer:
        """Graphs of calls, each of them done whole or not at all."""
        graphs = json_object(call.json()).get("graphs")
        if not isinstance(graphs, list):
            raise messages.json_broken("graphs is needed")
        answered = []
        for one in graphs:
            requests = _checked(one.get("compositeRequest"), MAX_NODES)
            results, is_whole = self._all_or_none(call, requests)
            answered.append(
                {
                    "graphId": one.get("graphId"),
                    "graphResponse": {"compositeResponse": results},
                    "isSuccessful": is_whole,
                }
            )
        return Answer(200, {"graphs": answered})

    def _all_or_none(self, call: Call, requests: list[Any]) -> tuple[list[dict[str, Any]], bool]:
        done: dict[str, Any] = {}
        results: list[dict[str, Any]] = []
        try:
            with self.records.state.transaction():
                results = self._subrequests(call, requests, done)
                if any(result["httpStatusCode"] >= 400 for result in results):
                    raise _UndoCompositeError
        except _UndoCompositeError:
            self.records.catalog.permissions_changed()
            return [_halted(result) for result in results], False
        return results, True

    def _subrequests(
        self, call: Call, requests: list[Any], done: dict[str, Any]
    ) -> list[dict[str, Any]]:
        results = []
        for request in requests:
            reference = str(request.get("referenceId", ""))
            try:
                answer = self._subrequest(call, _resolved(request, done))
            except SalesforceError as error:
                answer = error_answer(error, is_nested=True)
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
        body = json_object(call.json())
        results: list[dict[str, Any]] = []
        requests = body.get("batchRequests")
        if not isinstance(requests, list):
            raise messages.json_broken("batchRequests is needed")
        if len(requests) > MAX_SUBREQUESTS:
            raise messages.too_many_subrequests(MAX_SUBREQUESTS)
        for request in requests:
            if body.get("haltOnError") and any(one["statusCode"] >= 400 for one in results):
                results.append(_HALTED_IN_BATCH)
                continue
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


class _UndoCompositeError(Exception):
    """A subrequest failed where all had to succeed."""


_HALTED_IN_BATCH = {
    "statusCode": 412,
    "result": [
        {
            "errorCode": "BATCH_PROCESSING_HALTED",
            "message": "Batch processing halted per request",
        }
    ],
}
"""What stands for a call after one that failed, with haltOnError (doc)."""


def _checked(requests: Any, most: int) -> list[Any]:
    if not isinstance(requests, list) or not all(isinstance(one, dict) for one in requests):
        raise messages.json_broken("compositeRequest is needed")
    if len(requests) > most:
        raise messages.too_many_subrequests(most)
    references = [one.get("referenceId") for one in requests]
    if not all(isinstance(one, str) and _REFERENCE_ID.fullmatch(one) for one in references):
        raise SalesforceError(
            "JSON_PARSER_ERROR", "Each subrequest needs a referenceId of letters, digits and _"
        )
    if len(set(references)) < len(references):
        raise SalesforceError("INVALID_INPUT", "Duplicate referenceId")
    return requests


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
            found = None
    if found is None:
        path = match[0][2:-1]
        raise SalesforceError(
            "PROCESSING_HALTED",
            f"Invalid reference specified. No value for {path} found in {match[1]}",
        )
    return str(found)
