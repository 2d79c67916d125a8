"""Deliberate defects, put into the product from outside: the checker must see each of them.

Each is one mistake that someone could make. The product has no switch for any of them.
"""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dagster_project.warehouse import publish
from dagster_project.write_back import ledger, target
from extract import ExtractError, SalesforceTarget, Sent, extracting
from extract.salesforce import wire as crm_wire
from extract.sap_b1 import wire as erp_wire
from extract.sap_b1.auth import SapB1Session
from extract.source import Mode

Patch = pytest.MonkeyPatch
Defect = Callable[[Patch], None]

# The module; in its package the function of the same name hides it.
_PUBLISH = sys.modules[publish.__module__]

_LAND = importlib.import_module("extract.landing.land")
_ROUND, _SEND, _CHANGESET = (
    importlib.import_module(f"dagster_project.write_back.{name}")
    for name in ("round", "send", "changeset")
)

DEFECTS: dict[str, tuple[str, Defect]] = {}
"""Name → the invariants that must break (any of them, comma-separated) and the patch."""


def _defect(invariants: str) -> Callable[[Defect], Defect]:
    def keep(patch: Defect) -> Defect:
        DEFECTS[patch.__name__.strip("_")] = (invariants, patch)
        return patch

    return keep


def switched_on(name: str) -> Callable[[], AbstractContextManager[None]]:
    """The defect of this name, for as long as the context lasts."""

    @contextmanager
    def on() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            DEFECTS[name][1](patch)
            yield

    return on


def _around(patch: Patch, owner: Any, name: str, other: Callable[..., Any]) -> None:
    """Replace `owner.name` by `other`, which is given the original first."""
    original = getattr(owner, name)
    patch.setattr(owner, name, lambda *a, **k: other(original, *a, **k))


# -- extraction -----------------------------------------------------------------------------------


@_defect("I1,I3,I5")
def _page_dropped(patch: Patch) -> None:
    def landed(original: Any, con: Any, spec: Any, source: Any, plan: Any, reading: Any, at: Any):  # type: ignore[no-untyped-def]
        if len(reading.pages) > 1:
            reading = replace(reading, pages=reading.pages[:-1], declared=None)
        return original(con, spec, source, plan, reading, at)

    _around(patch, extracting, "land", landed)


@_defect("I1,I5")
def _cursor_moved_too_early(patch: Patch) -> None:
    def cursor(original: Any, con: Any, spec: Any, plan: Any, reading: Any) -> Any:
        ahead = plan.as_of + timedelta(hours=3)
        form = "%Y-%m-%dT%H:%M:%S" + (".000+0000" if spec.system == "salesforce" else "")
        return ahead.strftime(form) if spec.is_incremental else None

    _around(patch, _LAND, "_cursor", cursor)


@_defect("I1,I5")
def _look_back_zero(patch: Patch) -> None:
    patch.setattr(crm_wire, "LOOK_BACK", timedelta(0))
    patch.setattr(erp_wire, "OVERLAP", timedelta(0))


@_defect("I1,I3,I5,I6")
def _key_order_changes_between_pages(patch: Patch) -> None:
    turn = itertools.cycle(("asc", "desc"))

    def fetch(original: Any, self: Any, path: str, params: Any, *rest: Any) -> Any:
        if "$orderby" in (params or {}):
            params = {**params, "$orderby": f"{params['$orderby']} {next(turn)}"}
        return original(self, path, params, *rest)

    _around(patch, SapB1Session, "fetch", fetch)


@_defect("I6")
def _delete_marked_on_incomplete_read(patch: Patch) -> None:
    def mark(original: Any, con: Any, spec: Any, reading: Any, number: int) -> Any:
        return original(con, spec, replace(reading, is_complete=True, mode=Mode.FULL), number)

    _around(patch, _LAND, "_mark_deletes", mark)


@_defect("I3,I22")
def _quarantine_without_bytes(patch: Patch) -> None:
    def keep(original: Any, con: Any, *rest: Any) -> Any:
        kept = original(con, *rest)
        con.execute("update quarantine set payload = null")
        return kept

    _around(patch, _LAND, "keep_rejects", keep)


@_defect("I4,I5,I22")
def _batch_without_closing_record(patch: Patch) -> None:
    patch.setattr(_LAND, "_close", lambda *_, **__: None)


@_defect("I4")
def _rows_committed_before_closing_record(patch: Patch) -> None:
    def insert(original: Any, con: Any, *rest: Any) -> Any:
        landed = original(con, *rest)
        con.execute("commit")
        con.execute("begin")
        return landed

    def close(original: Any, *rest: Any) -> Any:
        if next(closed) == 0:
            raise OSError("the disk fails between rows and closing record")
        return original(*rest)

    closed = itertools.count()
    _around(patch, _LAND, "_close", close)
    _around(patch, _LAND, "_insert_rows", insert)


@_defect("I2")
def _repeats_land_again(patch: Patch) -> None:
    def resolve(original: Any, con: Any, spec: Any) -> Any:
        con.execute("update arrived set record_hash = record_hash || random()")
        return original(con, spec)

    _around(patch, _LAND, "_resolve", resolve)


@_defect("I8")
def _closed_batch_rewritten(patch: Patch) -> None:
    def insert(original: Any, con: Any, spec: Any, number: int) -> Any:
        con.execute(f"update {spec.table} set page_no = page_no + 1000")
        return original(con, spec, number)

    _around(patch, _LAND, "_insert_rows", insert)


@_defect("I22")
def _object_not_named(patch: Patch) -> None:
    patch.setattr(ExtractError, "about", lambda self, **_: ExtractError("could not be read."))


# -- publication ----------------------------------------------------------------------------------


@_defect("I10")
def _file_changed_after_its_hash(patch: Patch) -> None:
    def hashed(original: Any, path: Any) -> Any:
        found = original(path)
        with path.open("ab") as stream:
            stream.write(b"more")
        return found

    _around(patch, _PUBLISH, "hash_of_file", hashed)


@_defect("I10")
def _number_used_twice(patch: Patch) -> None:
    _around(patch, _PUBLISH, "_last_number", lambda original, data: min(original(data), 1))


# -- write-back -----------------------------------------------------------------------------------


@_defect("I13,I14")
def _write_doubled(patch: Patch) -> None:
    def update(original: Any, self: Any, name: str, rows: Any) -> Any:
        original(self, name, rows)
        return original(self, name, rows)

    _around(patch, SalesforceTarget, "update", update)


@_defect("I13,I14,I18")
def _intent_after_send(patch: Patch) -> None:
    def sent(goal: Any, book: Any, run_id: str, plan: Any) -> int:
        calls = goal.calls
        for chunk in _SEND._chunks(plan):
            outcomes = goal.update(chunk[0].object, [_SEND._row(change) for change in chunk])
            intents = book.intend(run_id, chunk, datetime.now(UTC))
            book.close(
                ledger.Outcome(one.intent_id, each.sent, each.code, each.message)
                for one, each in zip(intents, outcomes, strict=True)
            )
        return int(goal.calls - calls)

    patch.setattr(_ROUND, "send", sent)


def _called(patch: Patch, wrong: Sent) -> None:
    """Rows with this outcome are called written."""

    def update(original: Any, self: Any, name: str, rows: Any) -> Any:
        return [
            replace(one, sent=Sent.WRITTEN) if one.sent is wrong else one
            for one in original(self, name, rows)
        ]

    _around(patch, SalesforceTarget, "update", update)


@_defect("I13")
def _row_error_swallowed(patch: Patch) -> None:
    _called(patch, Sent.REFUSED)


@_defect("I13")
def _lost_answer_taken_for_written(patch: Patch) -> None:
    _called(patch, Sent.UNKNOWN)


@_defect("I13,I14")
def _retry_without_ask(patch: Patch) -> None:
    patch.setattr(
        _SEND, "_settled", lambda intent, _: ledger.Outcome(intent.intent_id, "superseded")
    )


@_defect("I12")
def _unknown_forgotten(patch: Patch) -> None:
    patch.setattr(_ROUND, "settle_open_intents", lambda *_: 0)


@_defect("I20")
def _chain_cut(patch: Patch) -> None:
    _around(patch, ledger.Ledger, "_head", lambda original, self: (original(self)[0], ""))


@_defect("I13,I15,I16")
def _null_written_as_text(patch: Patch) -> None:
    def wired(original: Any, field: Any, value: Any) -> Any:
        is_text = field.type in ("Text", "LongTextArea")
        return "#N/A" if value is None and is_text else original(field, value)

    _around(patch, _SEND, "wire", wired)


@_defect("I16")
def _write_outside_the_allow_list(patch: Patch) -> None:
    _around(
        patch, _SEND, "_row", lambda original, change: {**original(change), "Description": "ours"}
    )
    _around(patch, target, "SalesforceTarget", lambda original, session, _: original(session, None))


@_defect("I17")
def _as_of_goes_back(patch: Patch) -> None:
    patch.setattr(_CHANGESET, "_later", lambda wanted, _: wanted)


@_defect("I17")
def _expiry_not_renewed(patch: Patch) -> None:
    patch.setattr(_CHANGESET, "_is_due_for_renewal", lambda *_: False)


@_defect("I19")
def _brake_ignored(patch: Patch) -> None:
    patch.setattr(_ROUND, "brake", lambda *_: None)


def caught(invariants: str, violations: Sequence[Any]) -> bool:
    """Whether one of the named invariants is among the violations."""
    wanted = set(invariants.split(","))
    return any(one.invariant.split()[0] in wanted for one in violations)
