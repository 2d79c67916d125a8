"""Writing to Salesforce: collections of 200, one outcome per row, never a guess."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from extract.errors import AnswerLost, ExtractError, QuotaSpent, Refuse, Stop, TryAgain
from extract.salesforce import wire
from extract.salesforce.auth import SalesforceSession
from extract.salesforce.wire import FieldInfo
from extract.target import Change, Outcome, Scalar, Sent

# sObject Collections: at most 200 records in at most 10 runs of one type (REST API guide).
_ROWS, _RUNS = 200, 10

# A GET is refused somewhere above 16,000 characters; queries stay well below.
_QUERY_CHARS = 8_000

_LOCKED = frozenset({"UNABLE_TO_LOCK_ROW"})
_LOCK_TRIES = 4


class SalesforceTarget:
    """One org as a target; only the allowed fields of the allowed objects can be written (S13)."""

    can_clear = True

    def __init__(
        self, session: SalesforceSession, allowed: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self._session = session
        self._allowed = (
            {name: frozenset(fields) for name, fields in allowed.items()}
            if allowed is not None
            else None
        )

    @property
    def calls(self) -> int:
        """Calls made by this thread so far."""
        return self._session.traffic.calls

    def describe(self, object_name: str) -> dict[str, FieldInfo]:
        """The fields of an object as the integration user sees them."""
        path = f"{self._session.data}/sobjects/{wire.name(object_name)}/describe"
        fields = wire.fields_of(self._session.get(path, about=object_name).body)
        if fields is None:
            raise TryAgain("describe came broken.", system=wire.SYSTEM, object=object_name)
        return {field.name: field for field in fields}

    def live(
        self, object_name: str, ids: Sequence[str] | None, fields: Sequence[str]
    ) -> dict[str, dict[str, object]]:
        """What stands in the CRM now, by record id; `ids` None asks for every record."""
        listed = ["Id", *(field for field in fields if field != "Id")]
        if ids is None:
            return self._all(object_name, wire.select(object_name, listed))
        found: dict[str, dict[str, object]] = {}
        for part in _parts(ids, listed):
            query = wire.select(object_name, listed, wire.ids_in(part))
            found.update(self._all(object_name, query))
        return found

    def update(self, object_name: str, rows: Sequence[Mapping[str, Scalar]]) -> list[Outcome]:
        """Write rows of one object; each row is {'Id': …, field: value, …}."""
        return self.send(
            [
                Change(
                    object_name,
                    str(row["Id"]),
                    {field: value for field, value in row.items() if field != "Id"},
                )
                for row in rows
            ]
        )

    def send(self, changes: Sequence[Change]) -> list[Outcome]:
        """Write changes in the fewest calls; outcomes come in the order of the changes.

        A change outside the allowed objects and fields stops everything before the first call.
        """
        self._require_allowed(changes)
        outcomes: dict[int, Outcome] = {}
        for batch in _batches(list(enumerate(changes))):
            outcomes.update(self._send_batch(batch))
        return [outcomes[number] for number in range(len(changes))]

    def create(self, object_name: str, rows: Sequence[Mapping[str, Scalar]]) -> list[Outcome]:
        """Create a record for each row; outcomes come in the order of the rows.

        A creation is never repeated by itself: a lost answer is told as unknown.
        """
        changes = [Change(object_name, "", row) for row in rows]
        self._require_allowed(changes)
        outcomes: dict[int, Outcome] = {}
        for batch in _batches(list(enumerate(changes))):
            outcomes.update(self._send_once(batch, "POST"))
        return [outcomes[number] for number in range(len(changes))]

    def upsert(
        self, object_name: str, key_field: str, rows: Sequence[Mapping[str, Scalar]]
    ) -> list[Outcome]:
        """Create a record for each row, or write it where one has that external id already: sent
        twice it makes no second record. Outcomes come in the order of the rows."""
        changes = [Change(object_name, "", row) for row in rows]
        self._require_allowed(changes)
        path = f"/{wire.name(object_name)}/{wire.name(key_field)}"
        outcomes: dict[int, Outcome] = {}
        for batch in _batches(list(enumerate(changes))):
            outcomes.update(self._send_batch(batch, path))
        return [outcomes[number] for number in range(len(changes))]

    def _require_allowed(self, changes: Sequence[Change]) -> None:
        for change in changes:
            wire.name(change.object)
            if self._allowed is None:
                continue
            for field in change.values:
                if field not in self._allowed.get(change.object, frozenset()):
                    raise Stop(
                        f"{change.object}.{field} is not one of the fields Promesa writes.",
                        system=wire.SYSTEM,
                        object=change.object,
                        field=field,
                        code="outside_scope",
                        what_to_do="The whole plan was refused; nothing was sent.",
                    )

    def _all(self, object_name: str, query: str) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        body = self._session.get(
            f"{self._session.data}/query", {"q": query}, about=object_name
        ).body
        followed: set[str] = set()
        while True:
            found.update({str(row["Id"]): dict(row) for row in wire.records(body)})
            link = wire.next_link(body)
            if link is None:
                return found
            if link in followed:
                raise Refuse(
                    "a next link repeats.",
                    system=wire.SYSTEM,
                    object=object_name,
                    code="next_link_circle",
                )
            followed.add(link)
            body = self._session.get(link, about=object_name).body

    def _send_batch(self, batch: list[tuple[int, Change]], path: str = "") -> dict[int, Outcome]:
        """One collection call; rows that are locked go again in halves, then wait (F16)."""
        outcomes = self._send_once(batch, path=path)
        size = max(len(batch) // 2, 1)
        for attempt in range(1, _LOCK_TRIES):
            locked = [row for row in batch if outcomes[row[0]].code in _LOCKED]
            if not locked:
                break
            time.sleep(0.1 * 2**attempt)
            for start in range(0, len(locked), size):
                outcomes.update(self._send_once(locked[start : start + size], path=path))
            size = max(size // 2, 1)
        return outcomes

    def _send_once(
        self, batch: list[tuple[int, Change]], method: str = "PATCH", path: str = ""
    ) -> dict[int, Outcome]:
        """`path` ends the address of a collection: object and external id of an upsert."""
        try:
            answer = self._session.send(
                method,
                f"{self._session.data}/composite/sobjects{path}",
                _collection_body([change for _, change in batch]),
            )
        except AnswerLost as error:
            return _alike(batch, Sent.UNKNOWN, error)
        except (QuotaSpent, TryAgain, Stop) as error:
            return _alike(batch, Sent.PENDING, error)
        except Refuse as error:
            return self._bisected(batch, error, method, path)
        return self._read_outcomes(batch, answer.body)

    def _bisected(
        self, batch: list[tuple[int, Change]], error: Refuse, method: str, path: str
    ) -> dict[int, Outcome]:
        """A call refused as a whole is halved until the culprit stands alone (F17, F3)."""
        if len(batch) == 1 or error.status in (401, 403, 404):
            return _alike(batch, Sent.REFUSED, error)
        middle = len(batch) // 2
        return {
            **self._send_once(batch[:middle], method, path),
            **self._send_once(batch[middle:], method, path),
        }

    def _read_outcomes(self, batch: list[tuple[int, Change]], body: bytes) -> dict[int, Outcome]:
        rows = wire.content_of(body)
        if not isinstance(rows, list) or len(rows) != len(batch):
            lost = AnswerLost("the answer does not name every row.", code="answer_lost")
            return _alike(batch, Sent.UNKNOWN, lost)
        return {
            number: _outcome(change, row) for (number, change), row in zip(batch, rows, strict=True)
        }


def _collection_body(changes: Sequence[Change]) -> bytes:
    records = [
        {
            "attributes": {"type": change.object},
            **({"id": change.id} if change.id else {}),
            **change.values,
        }
        for change in changes
    ]
    return json.dumps({"allOrNone": False, "records": records}).encode()


def _outcome(change: Change, row: object) -> Outcome:
    if isinstance(row, dict) and row.get("success") is True:
        return Outcome(change.object, change.id, Sent.WRITTEN)
    errors = wire.row_errors(row.get("errors") if isinstance(row, dict) else None)
    if not errors:
        return Outcome(
            change.object, change.id, Sent.UNKNOWN, "no_answer", "The row has no answer."
        )
    first = errors[0]
    sent = Sent.PENDING if first.code in _LOCKED else Sent.REFUSED
    return Outcome(change.object, change.id, sent, first.code, first.message, first.fields)


def _alike(
    batch: Sequence[tuple[int, Change]], sent: Sent, error: ExtractError
) -> dict[int, Outcome]:
    return {
        number: Outcome(change.object, change.id, sent, error.facts.code, error.sentence)
        for number, change in batch
    }


def _batches(rows: list[tuple[int, Change]]) -> Iterator[list[tuple[int, Change]]]:
    """Batches of at most 200 rows in at most 10 runs; rows of one object stand together."""
    ordered = sorted(rows, key=lambda row: row[1].object)
    batch: list[tuple[int, Change]] = []
    runs = 0
    for row in ordered:
        starts_run = not batch or batch[-1][1].object != row[1].object
        if len(batch) == _ROWS or (starts_run and runs == _RUNS):
            yield batch
            batch, runs, starts_run = [], 0, True
        runs += starts_run
        batch.append(row)
    if batch:
        yield batch


def _parts(ids: Sequence[str], fields: Sequence[str]) -> Iterator[list[str]]:
    """Ids in parts small enough for one query's address."""
    room = max(_QUERY_CHARS - sum(len(field) + 2 for field in fields), 1_000)
    count = max(room // 25, 1)
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), count):
        yield distinct[start : start + count]
