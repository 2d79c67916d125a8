"""The Service Layer as a function from a request to an answer: sessions, paths, errors."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.context import ServerContext, current_request, struck_by
from sandbox.sap_b1 import attachments, messages
from sandbox.sap_b1.answers import JSON_TYPE, VERSION_HEADER
from sandbox.sap_b1.attachments import Attachments, is_upload
from sandbox.sap_b1.batch import Answered, BatchCall, read_batch, resolved, write_batch
from sandbox.sap_b1.business import Business
from sandbox.sap_b1.entities import Entities, Subset, led_to, read_object
from sandbox.sap_b1.exchange import Answer, Call, Header, Segment, split_path
from sandbox.sap_b1.keys import Key, key_of, parse_key
from sandbox.sap_b1.messages import Refusal
from sandbox.sap_b1.metadata import Metadata
from sandbox.sap_b1.operations import Operations
from sandbox.sap_b1.queries import CROSSJOIN, Queries
from sandbox.sap_b1.records import Change, Records
from sandbox.sap_b1.render import Dialect
from sandbox.sap_b1.rules.kinds import KIND_BY_SET
from sandbox.sap_b1.schema import EntitySet
from sandbox.sap_b1.services import Services
from sandbox.sap_b1.sessions import Session, Sessions

ERROR_TYPE: Mapping[Dialect, str] = {
    "v1": "application/json;odata=minimalmetadata;charset=utf-8",
    "v2": "application/json;charset=utf-8",  # [M 5.2.3]
}

_OVERRIDABLE = ("PATCH", "PUT", "MERGE", "DELETE")


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in, and to which company database."""

    company: str
    user: str
    password: str


class ServiceLayer:
    """Answers calls; holds the sessions. Knows no web server."""

    def __init__(self, context: ServerContext, records: Records, account: Account) -> None:
        self.context, self.records, self.account = context, records, account
        self.sessions = Sessions(context.clock.now)
        self.business = Business(records)
        self.entities = Entities(records, self.business)
        self.operations = Operations(self.entities)
        self.metadata, self.attachments = Metadata(records), Attachments(self.entities)
        self.queries = Queries(self.entities)
        self.services = Services(self.entities, self.queries)
        self._lock = threading.Lock()
        self._writes = 0  # of the present request: a batch may hold many

    def answer(self, call: Call) -> Answer:
        """The answer to one request; errors become the error answer of the dialect."""
        try:
            with self._lock:  # one request at a time: reads see whole transactions
                self._writes = 0
                return self._answer(call)
        except Refusal as refusal:
            return error_answer(call.dialect, refusal)

    def _answer(self, call: Call) -> Answer:
        if call.path == "Login" and call.method == "POST":
            return self._login(call)
        session = self._session(call)
        drift = struck_by("schema_change")
        if drift is not None:
            with self.records.transaction():
                self.records.declared.change(**drift.options)
        if call.path == "Logout" and call.method == "POST":
            self.sessions.end(session.identifier)
            return Answer(204)
        if call.path == "$batch" and call.method == "POST":
            return self._batch(call, session)
        return self.answer_in_session(call, session)

    def answer_in_session(self, call: Call, session: Session) -> Answer:
        """One request of a signed-in user, its commits journalled with it; may raise Refusal."""
        override = call.headers.get("x-http-method-override", "").upper()
        if call.method == "POST" and override in _OVERRIDABLE:
            call = _with_method(call, override)
        if call.method in ("GET", "HEAD"):
            return self._routed(call)
        with self.records.transaction() as changes:
            before = len(changes)
            answer = self._refused_by_fault(call) or self._routed(call)
            self._journal(changes[before:], session)
            return answer

    # -- batch -----------------------------------------------------------------------------

    def _batch(self, outer: Call, session: Session) -> Answer:
        """All parts in order; the first failure ends the batch, later parts get no answer. [M]"""
        answered: list[Answered | list[Answered]] = []
        for part in read_batch(outer):
            if isinstance(part, BatchCall):
                answer = self._attempted(part.call, session)
                answered.append((part.content_id, answer))
                is_failed = answer.status >= 400
            else:
                result = self._changeset(outer, part, session)
                answered.append(result)
                is_failed = isinstance(result, tuple)
            if is_failed:
                break
        return write_batch(outer, answered)

    def _attempted(self, call: Call, session: Session) -> Answer:
        try:
            return self.answer_in_session(call, session)
        except Refusal as refusal:
            return error_answer(call.dialect, refusal)

    def _changeset(
        self, outer: Call, part: tuple[BatchCall, ...], session: Session
    ) -> Answered | list[Answered]:
        """All or nothing: the answers of all operations, or the one error of the whole set."""
        answers: list[Answered] = []
        locations: dict[str, str] = {}
        try:
            with self.records.transaction():
                for operation in part:
                    is_nameless = outer.dialect == "v2" and operation.content_id is None
                    if is_nameless or operation.call.method == "GET":  # neither is allowed [M]
                        raise messages.incomplete_batch()
                    answer = self.answer_in_session(resolved(operation.call, locations), session)
                    location = dict(answer.headers).get("Location", "")
                    if operation.content_id is not None and location:
                        locations[operation.content_id] = location.rpartition(
                            f"/b1s/{outer.dialect}/"
                        )[2]
                    answers.append((operation.content_id, answer))
        except Refusal as refusal:
            return None, error_answer(outer.dialect, refusal)
        return answers

    # -- sessions --------------------------------------------------------------------------

    def _login(self, call: Call) -> Answer:
        wanted = read_object(call)
        account = self.account
        if wanted.get("CompanyDB") != account.company:
            raise messages.unknown_company()
        if (wanted.get("UserName"), wanted.get("Password")) != (account.user, account.password):
            raise messages.wrong_credentials()
        session = self.sessions.begin(account.user)
        element = "$entity" if call.dialect == "v2" else "@Element"
        name = "@odata.context" if call.dialect == "v2" else "odata.metadata"
        body = {
            name: f"{call.root}$metadata#B1Sessions/{element}",
            "SessionId": session.identifier,
            "Version": messages.VERSION,
            "SessionTimeout": self.sessions.timeout_minutes,
        }
        # No Path and a trailing semicolon on the first, as the real one sends them. [M; DAE]
        cookies = (
            ("Set-Cookie", f"B1SESSION={session.identifier};HttpOnly;"),
            ("Set-Cookie", "ROUTEID=.node1; path=/b1s"),
        )
        content_type = ("Content-Type", JSON_TYPE[call.dialect])
        return Answer(200, (content_type, *cookies), json.dumps(body).encode())

    def _session(self, call: Call) -> Session:
        identifier = cookie(call, "B1SESSION")
        if struck_by("expired_session") is not None:
            self.sessions.end(identifier)
        session = self.sessions.use(identifier)
        if session is None:
            raise messages.invalid_session()
        return session

    # -- faults and journal ----------------------------------------------------------------

    def _refused_by_fault(self, call: Call) -> Answer | None:
        """A planned `row_failure` refuses a write.

        Without options it is the site's own validation: -1116 with its `text`. With
        `{"as": "draft"}` an approval procedure keeps the document as a draft and answers -2028,
        so that "nothing was saved" would be the wrong conclusion. [A7] With `{"rows": [1]}` it
        refuses the second write of a batch only.
        """
        fault, number = struck_by("row_failure"), self._writes
        self._writes += 1
        if fault is None or number not in fault.options.get("rows", (number,)):
            return None
        if fault.options.get("as") == "draft" and call.method == "POST":
            return self._kept_as_draft(call)
        text = str(fault.options.get("text", "(1) This document is not allowed by the site"))
        raise Refusal(400, int(fault.options.get("code", -1116)), text)

    def _kept_as_draft(self, call: Call) -> Answer:
        kind = KIND_BY_SET[split_path(call.path)[0].name]
        structure = self.records.schema.sets["Drafts"].structure
        incoming = self.records.fields.stored(structure, read_object(call))
        self.business.hold_for_approval(kind, incoming)
        return error_answer(call.dialect, messages.no_match())

    def _journal(self, changes: list[Change], session: Session) -> None:
        for change in changes:
            self.context.state.journal_commit(
                self.context.journal_stamp(),
                session.user,
                current_request.get(),
                {
                    "object": change.entity_set,
                    "key": change.key,
                    "operation": change.operation,
                    "fields": list(change.fields),
                },
            )

    # -- paths -----------------------------------------------------------------------------

    def _routed(self, call: Call) -> Answer:
        if call.path.startswith(CROSSJOIN) and call.method == "GET":
            return self.queries.crossjoin(call)
        segments = split_path(call.path)
        first = segments[0]
        if call.path == "$metadata":
            return self._metadata(call)
        if call.path == "":
            return self._service_document(call)
        service = self.services.find(first.name)
        if service is not None and len(segments) == 1 and call.method in ("GET", "POST"):
            return service(call)
        entity_set = self.records.schema.sets.get(first.name)
        if entity_set is None:
            raise messages.set_unknown(first.name)
        if first.key is None:
            return self._set(call, entity_set, segments[1:])
        return self._keyed(call, entity_set, self._key(entity_set, first.key), segments[1:])

    def _key(self, entity_set: EntitySet, text: str) -> Key:
        key = parse_key(text, entity_set.structure)
        if key is None:
            raise messages.option_value_invalid(f"key ({text}) of {entity_set.name}")
        return key

    def _set(
        self,
        call: Call,
        entity_set: EntitySet,
        rest: list[Segment],
        within: Subset | None = None,
    ) -> Answer:
        match call.method, [segment.name for segment in rest]:
            case "GET", [] if "$apply" in call.options() and within is None:
                return self.queries.applied(call, entity_set)
            case "GET", []:
                return self.entities.collection(call, entity_set, within)
            case "GET", ["$count"]:
                return self.entities.count(call, entity_set, within)
            case "POST", [] if entity_set.name == attachments.SET and is_upload(call):
                return self.attachments.create(call)
            case "POST", [] if within is None:
                return self.entities.create(call, entity_set)
        raise messages.set_unknown(call.path)

    def _keyed(self, call: Call, entity_set: EntitySet, key: Key, rest: list[Segment]) -> Answer:
        if rest and rest[0].name in entity_set.navigations and call.method == "GET":
            return self._navigated(call, entity_set, key, rest)
        match call.method, [segment.name for segment in rest]:
            case "GET", ["$value"] if entity_set.name == attachments.SET:
                return self.attachments.value(call, key)
            case "PATCH", [] if entity_set.name == attachments.SET and is_upload(call):
                return self.attachments.update(call, key)
            case "GET", []:
                return self.entities.single(call, entity_set, key)
            case (("PATCH" | "MERGE"), []):
                return self.entities.modify(call, entity_set, key)
            case "PUT", []:
                return self.entities.replace(call, entity_set, key)
            case "DELETE", []:
                return self.entities.delete(call, entity_set, key)
            case "POST", [name]:
                return self.operations.bound(call, entity_set, key, name)
            case "GET", ["List"]:
                return self.operations.bound(call, entity_set, key, "List")
            case "GET", [*_, "$ref"]:
                raise Refusal(400, 201, "Invalid query option: $ref is an invalid property.")
            case "GET", [name]:
                return self.entities.property(call, entity_set, key, name, is_raw=False)
            case "GET", [name, "$value"]:
                return self.entities.property(call, entity_set, key, name, is_raw=True)
        raise messages.set_unknown(call.path)

    def _navigated(
        self, call: Call, entity_set: EntitySet, key: Key, rest: list[Segment]
    ) -> Answer:
        """`Orders(1)/BusinessPartner/Orders`: on from what a navigation property leads to. [M 3.12]

        An entity that leads nowhere is answered like a missing one, a guess.
        """
        if [segment.name for segment in rest[1:]] == ["$ref"]:
            raise Refusal(400, 201, "Invalid query option: $ref is an invalid property.")
        body = self.records.get(entity_set.name, key)
        if body is None:
            raise messages.no_match()
        navigation = entity_set.navigations[rest[0].name]
        target, query = self.records.schema.sets[navigation.target], led_to(navigation, body)
        if navigation.is_collection:
            if rest[0].key is not None:
                return self._keyed(call, target, self._key(target, rest[0].key), rest[1:])
            return self._set(call, target, rest[1:], Subset(query, call.path))
        found = self.records.find(target.name, query)
        if not found:
            raise messages.no_match()
        return self._keyed(call, target, key_of(found[0], target.structure), rest[1:])

    def _metadata(self, call: Call) -> Answer:
        """Always XML, whatever `Accept` or `$format` say. [LIVE]"""
        headers = (("Content-Type", "application/xml"), VERSION_HEADER[call.dialect])
        return Answer(
            200, headers, self.metadata.document(call.dialect, call.is_on("WCFCompatible"))
        )

    def _service_document(self, call: Call) -> Answer:
        name = "@odata.context" if call.dialect == "v2" else "odata.metadata"
        sets = [
            {"name": name, "kind": "EntitySet", "url": name} for name in self.records.schema.sets
        ]
        body = {name: f"{call.root}$metadata", "value": sets}
        headers = (("Content-Type", JSON_TYPE[call.dialect]), VERSION_HEADER[call.dialect])
        return Answer(200, headers, json.dumps(body, indent="\t").encode())


def error_answer(dialect: Dialect, refusal: Refusal) -> Answer:
    """An error in the dialect's shape: v1 whole number and language, v2 two texts. [M]"""
    error: dict[str, object]
    if dialect == "v1":
        inner = {"innererror": {"context": None, "trace": None}} if refusal.has_inner else {}
        message = {"lang": "en-us", "value": refusal.text}
        error = {"code": refusal.code, **inner, "message": message}
    else:
        error = {"code": str(refusal.code), "message": refusal.text}
    text = json.dumps({"error": error}, indent="\t", separators=(",", " : "), ensure_ascii=False)
    headers: tuple[Header, ...] = (("Content-Type", ERROR_TYPE[dialect]), VERSION_HEADER[dialect])
    return Answer(refusal.status, headers, text.encode() + b"\n")


def cookie(call: Call, name: str) -> str | None:
    """A cookie of the request; others (`ROUTEID=None`, `CompanyDB=`) are ignored."""
    for part in call.headers.get("cookie", "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return None


def _with_method(call: Call, method: str) -> Call:
    return Call(
        method,
        call.dialect,
        call.root,
        call.path,
        call.query,
        call.headers,
        call.body,
        call.is_in_batch,
    )
