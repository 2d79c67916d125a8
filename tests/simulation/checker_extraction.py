"""I1 to I8 and I23: what the extraction promises, over raw and what the sources held."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from tests.simulation.company import KEYS, SYSTEM_OF, version_of
from tests.simulation.evidence import Evidence, RawRow
from tests.simulation.rounds import Begun, Round
from tests.simulation.world import Seen, without_nulls

# What a source may hold back at most before a record can be seen under its stamp (F9).
LOOK_BACK_SECONDS = {"salesforce": 600.0, "sap_b1": 120.0}


def _nothing_lost(evidence: Evidence) -> Iterator[str]:
    """I1: on the quiet source raw equals the source both ways; no row was never in the source."""
    raw = evidence.raws[-1]
    for name, served in evidence.served.items():
        held = {key: row for key, row in raw.current(name).items() if not row.is_deleted}
        for key in served.keys() - held.keys():
            yield f"{name} {key} is in the source and not in raw"
        for key in held.keys() - served.keys():
            yield f"{name} {key} is in raw and not in the source"
        for key in held.keys() & served.keys():
            mine = without_nulls(held[key].record)
            if mine != served[key]:
                yield f"{name} {key}: {_difference(mine, served[key])}"
    for name in KEYS:
        for row in raw.rows[name]:
            known = {seen.version for seen in evidence.history.get((name, row.key), [])}
            if not row.is_deleted and version_of(name, row.record) not in known:
                yield f"{name} {row.key} in raw was never in the source: {row.text[:80]}"


def _nothing_doubled(evidence: Evidence) -> Iterator[str]:
    """I2: one current row per key, the same content never twice in a row, only news lands."""
    raw = evidence.raws[-1]
    for name in KEYS:
        last: dict[str, tuple[bool, object]] = {}
        for row in raw.rows[name]:
            told = (row.is_deleted, without_nulls(row.record))
            if last.get(row.key) == told:
                yield f"{name} {row.key} landed twice with the same content"
            last[row.key] = told
    before = {
        begun.object: _since(evidence, told, begun) for told, begun, _ in _closed(evidence, -1)
    }
    # After a run with faults more may land than moved: what had been set aside comes whole now.
    before_it = evidence.rounds[-2:-1]
    is_after_faults = not before_it or before_it[0].number in evidence.disturbed
    for begun in () if is_after_faults else evidence.rounds[-1].begun:
        one = raw.extractions.get(begun.extraction_id or -1)
        moved = {
            entry.detail["key"]
            for entry in evidence.journals[SYSTEM_OF[begun.object]]
            if entry.kind == "commit"
            and entry.detail["object"] == begun.object
            and entry.sequence > before.get(begun.object, 0)
        }
        if one is not None and one["landed"] > len(moved):
            yield f"{begun.object}: {len(moved)} records moved, {one['landed']} landed"


def _all_accounted(evidence: Evidence) -> Iterator[str]:
    """I3: received = landed + folded + quarantined, each of them counted in the tables."""
    raw = evidence.raws[-1]
    for number, one in raw.extractions.items():
        if one["state"] != "closed":
            continue
        name = one["object"]
        rows = [row for row in raw.rows.get(name, ()) if row.extraction_id == number]
        set_aside = [q for q in raw.quarantine if q["extraction_id"] == number]
        if one["received"] != one["landed"] + one["folded"] + one["quarantined"]:
            yield f"extraction {number} of {name}: {_counts(one)}"
        # A flagged delete is a landed record; a missing one is told of by a row of page 0.
        if sum(row.page_no > 0 for row in rows) != one["landed"]:
            yield f"extraction {number} of {name}: {len(rows)} rows, {_counts(one)}"
        if len(set_aside) != one["quarantined"]:
            yield f"extraction {number} of {name}: {len(set_aside)} set aside, {_counts(one)}"
        for quarantined in set_aside:
            missing = [n for n in ("payload", "reason", "place", "code") if not quarantined[n]]
            if missing:
                yield f"quarantine {quarantined['quarantine_id']} lacks {', '.join(missing)}"
    yield from _as_declared(evidence)


def _as_declared(evidence: Evidence) -> Iterator[str]:
    """A whole read without changes brings as many records as the source holds."""
    for told, begun, end in _closed(evidence):
        one = evidence.raws[-1].extractions[begun.extraction_id or 0]
        if one["mode"] == "incremental" or SYSTEM_OF[begun.object] != "sap_b1":
            continue
        histories = [h for (name, _), h in evidence.history.items() if name == begun.object]
        if any(begun.position < seen.position <= end for h in histories for seen in h):
            continue
        there = [_last(h, begun.position) for h in histories]
        count = sum(seen is not None and not seen.is_deleted for seen in there)
        if one["received"] != count:
            yield f"{told.run_id} {begun.object}: {one['received']} received of {count}"


def _whole_or_absent(evidence: Evidence) -> Iterator[str]:
    """I4: at no instant a row without the closing record of its extraction."""
    for told, raw in zip(evidence.rounds, evidence.raws, strict=True):
        for name, rows in raw.rows.items():
            for number in {row.extraction_id for row in rows}:
                one = raw.extractions.get(number)
                if one is None or one["state"] != "closed" or one["finished_at"] is None:
                    yield f"after {told.run_id}: rows of {name} without closing record {number}"


def _cursor_is_safe(evidence: Evidence) -> Iterator[str]:
    """I5: what could be seen before a closed extraction began is in raw after it."""
    raw = evidence.raws[-1]
    for told, begun, _ in _closed(evidence):
        held = raw.current(begun.object, until=begun.extraction_id)
        aside = {
            q["record_key"] for q in raw.quarantine if q["extraction_id"] == begun.extraction_id
        }
        if None in aside:
            continue  # a record set aside without its key may be any of them
        since = _since(evidence, told, begun)
        for (name, key), history in evidence.history.items():
            if name != begun.object:
                continue
            due = _last(history, since)
            if due is None or due.late_seconds >= LOOK_BACK_SECONDS[SYSTEM_OF[name]]:
                continue
            row = held.get(key)
            if not _is_in(row, due, name) and key not in aside:
                yield f"{told.run_id} {name} {key}: #{due.version} was there, raw has {_told(row)}"


def _delete_on_proof(evidence: Evidence) -> Iterator[str]:
    """I6: a key is marked deleted only when the source had deleted it."""
    for told, raw in zip(evidence.rounds, evidence.raws, strict=True):
        for name, rows in raw.rows.items():
            for row in rows:
                history = evidence.history.get((name, row.key), [])
                if row.is_deleted and not any(seen.is_deleted for seen in history):
                    yield f"{told.run_id} {name} {row.key} is marked deleted and is not"


def _raw_never_changes(evidence: Evidence) -> Iterator[str]:
    """I8: the rows and the closing record of a closed extraction stay as they were."""
    last = evidence.raws[-1]
    final: dict[tuple[str, int], set[RawRow]] = {}
    for name, rows in last.rows.items():
        for row in rows:
            final.setdefault((name, row.extraction_id), set()).add(row)
    for told, raw in zip(evidence.rounds, evidence.raws, strict=True):
        for number, one in raw.extractions.items():
            if one["state"] == "closed" and last.extractions.get(number) != one:
                yield f"after {told.run_id} closing record {number} changed"
        for name, rows in raw.rows.items():
            for number in {row.extraction_id for row in rows}:
                then = {row for row in rows if row.extraction_id == number}
                if then != final.get((name, number)):
                    yield f"after {told.run_id} rows of extraction {number} of {name} changed"


def _empty_is_not_well(evidence: Evidence) -> Iterator[str]:
    """I23: a whole read that brings nothing where records are due is not closed."""
    raw = evidence.raws[-1]
    for told, begun, _ in _closed(evidence):
        one = raw.extractions[begun.extraction_id or 0]
        held = [r for r in raw.current(begun.object, begun.extraction_id).values()]
        if one["mode"] != "incremental" and not one["received"] and held:
            yield f"{told.run_id} {begun.object}: an empty read was taken for the whole"


def _closed(evidence: Evidence, until: int | None = None) -> Iterator[tuple[Round, Begun, int]]:
    """Every closed extraction with its run and where the journal ended after the run."""
    for told in evidence.rounds[:until]:
        for begun in told.begun:
            one = evidence.raws[-1].extractions.get(begun.extraction_id or -1)
            if one is not None and one["state"] == "closed":
                yield told, begun, told.positions[SYSTEM_OF[begun.object]][1]


def _since(evidence: Evidence, told: Round, begun: Begun) -> int:
    """Where the journal ended when a read began, which an earlier run may have had to break off."""
    if not told.goes_on:
        return begun.position
    place = told.number - 1
    while evidence.rounds[place].goes_on:
        place -= 1
    return evidence.rounds[place].positions[SYSTEM_OF[begun.object]][0]


def _last(history: list[Seen], position: int) -> Seen | None:
    return next((seen for seen in reversed(history) if seen.position <= position), None)


def _is_in(row: RawRow | None, due: Seen, name: str) -> bool:
    if row is None:
        return due.is_deleted
    if row.is_deleted:
        return True  # whether it may be marked is I6
    return not due.is_deleted and version_of(name, row.record) >= due.version


def _told(row: RawRow | None) -> str:
    return "nothing" if row is None else f"{row.text[:60]}… of extraction {row.extraction_id}"


def _counts(one: dict[str, object]) -> str:
    names = ("received", "landed", "folded", "quarantined", "deleted")
    return ", ".join(f"{one[name]} {name}" for name in names)


def _difference(mine: dict[str, object], theirs: dict[str, object]) -> str:
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) != theirs.get(name):
            return f"{name} is {json.dumps(mine.get(name))}, not {json.dumps(theirs.get(name))}"
    return "equal"


EXTRACTION_CHECKS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "I1 nothing lost": _nothing_lost,
    "I2 nothing doubled": _nothing_doubled,
    "I3 all accounted": _all_accounted,
    "I4 whole or absent": _whole_or_absent,
    "I5 cursor is safe": _cursor_is_safe,
    "I6 delete on proof": _delete_on_proof,
    "I8 raw never changes": _raw_never_changes,
    "I23 empty is not well": _empty_is_not_well,
}
