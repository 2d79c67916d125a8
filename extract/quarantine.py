"""What a person does with records set aside: list, read, try again; and let a parked read in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from extract.declared import DECLARED
from extract.errors import Misconfigured
from extract.extracting import extract_object
from extract.landing import (
    land,
    last_cursor,
    last_extraction,
    open_raw,
    page_path,
    require_tables,
    spool_for,
    write_page,
    writing,
)
from extract.source import Extraction, Mode, ObjectSpec, Page, PageForm, Reading, ReadPlan, Source

# Held is what no later whole read has judged again, no replay has settled and no later row of the
# same key has overtaken.
_HELD = """
with last_whole as (
    select system, object, max(extraction_id) as extraction_id from extraction
    where mode in ('full', 'compare') group by all
)
select aside.quarantine_id, aside.system, aside.object, extraction.source, aside.place,
    coalesce(aside.record_key, ''), coalesce(aside.field, ''), aside.code, aside.reason,
    aside.payload, aside.set_aside_at, aside.extraction_id, extraction.seen_at
from quarantine as aside
inner join extraction using (extraction_id)
left join last_whole
    on aside.system = last_whole.system and aside.object = last_whole.object
where aside.extraction_id >= coalesce(last_whole.extraction_id, 0)
    and aside.quarantine_id not in (select quarantine_id from quarantine_replay)
order by aside.quarantine_id
"""

_REMEDIES = {
    "key_missing": "Give the record its key in the source.",
    "not_a_record": "Ask who runs the source: this is no record at all.",
    "out_of_range": "Correct the number in the source.",
    "bad_line": "Correct the line in the file: as many values as the header has columns.",
    "orphan": "Correct the reference, or bring the record that it names.",
}
_REMEDY = "Correct the value in the source, or the mapping that reads it."


@dataclass(frozen=True)
class Quarantined:
    """One record set aside: where it stood, its bytes, and why."""

    number: int
    system: str
    object: str
    source: str
    place: str
    record_key: str
    field: str
    code: str
    reason: str
    payload: bytes
    set_aside_at: datetime
    extraction_id: int
    seen_at: datetime

    @property
    def what_to_do(self) -> str:
        """What a person can do about it."""
        return _REMEDIES.get(self.code, _REMEDY)


@dataclass(frozen=True)
class Parked:
    """A read that was not taken over, and why (F13, F11)."""

    system: str
    object: str
    note: str


@dataclass(frozen=True)
class Replayed:
    """What became of an object's held records; a folder read again may hold back others too."""

    system: str
    object: str
    tried: int
    held: int
    why_not: str = ""

    @property
    def landed(self) -> int:
        """How many are in raw now."""
        return max(self.tried - self.held, 0)


@contextmanager
def _reading(raw_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if not raw_path.exists():
        raise Misconfigured(
            "Nothing was read yet.", code="no_raw", what_to_do="Run `promesa run` first."
        )
    with writing(raw_path), open_raw(raw_path) as con:
        require_tables(con, DECLARED)
        yield con


def held_records(raw_path: Path) -> tuple[Quarantined, ...]:
    """The records that are set aside now, by number."""
    with _reading(raw_path) as con:
        found = [Quarantined(*row) for row in con.execute(_HELD).fetchall()]
        overtaken = {
            (spec.system, spec.name): _overtaken(con, spec, found)
            for spec in DECLARED
            if any(_is_of(each, spec) for each in found)
        }
    return tuple(
        each for each in found if each.number not in overtaken.get((each.system, each.object), ())
    )


def held_record(raw_path: Path, number: int) -> Quarantined:
    """One record by its number; raises Misconfigured when none is held under it."""
    for each in held_records(raw_path):
        if each.number == number:
            return each
    raise Misconfigured(
        f"no record is set aside as Q-{number}.",
        code="quarantine_unknown",
        what_to_do="It was landed or judged again since: `promesa quarantine list` shows what is.",
    )


def parked_reads(raw_path: Path) -> tuple[Parked, ...]:
    """The objects whose last read waits for a second identical one or for a person."""
    with _reading(raw_path) as con:
        rows = con.execute(
            "select system, object, note from extraction"
            " qualify row_number() over (partition by system, object"
            "  order by extraction_id desc) = 1 and state = 'parked' order by system, object"
        ).fetchall()
    return tuple(Parked(system, name, note.partition(" [")[0]) for system, name, note in rows)


def replay(raw_path: Path, sources: Sequence[Source], as_of: datetime) -> tuple[Replayed, ...]:
    """Judge every held record again, after a mapping, a rule or a file was mended.

    Records of a system are judged by the bytes kept; those of a folder by reading it again with
    its mapping of today, for which the folder must be among `sources`.
    """
    groups: dict[tuple[str, str, str], list[Quarantined]] = defaultdict(list)
    for each in held_records(raw_path):
        groups[each.system, each.object, each.source].append(each)
    by_label = {source.label: source for source in sources}
    parked = {(each.system, each.object) for each in parked_reads(raw_path)}
    told: list[Replayed] = []
    for (system, name, label), records in groups.items():
        held, why = len(records), ""
        if (system, name) in parked:
            why = "its last read is parked; the next whole read judges them again."
        elif label.startswith("files:") and label not in by_label:
            why = f"give the folder: `promesa quarantine replay --source {label}`."
        else:
            if label.startswith("files:"):
                judged = extract_object(by_label[label], name, raw_path, as_of, system=system)
            else:
                judged = _judge_again(raw_path, label, records)
            held = judged.quarantined
            if judged.state == "parked":
                parked.add((system, name))
        told.append(Replayed(system, name, len(records), held, why))
    return tuple(told)


def _judge_again(raw_path: Path, label: str, records: Sequence[Quarantined]) -> Extraction:
    """Land the kept bytes as one page more; cursor and known fields stay as they are."""
    spec = next(each for each in DECLARED if _is_of(records[0], each))
    with writing(raw_path), spool_for(raw_path, spec) as spool:
        page = page_path(spool, 1, "json")
        page.unlink(missing_ok=True)  # of a read that was cut off
        rows = b",".join(each.payload if _is_json(each.payload) else b"null" for each in records)
        write_page(page, b'{"value":[' + rows + b"]}")
        with open_raw(raw_path) as con:
            cursor = last_cursor(con, spec, label)
            seen_at = max(each.seen_at for each in records).replace(tzinfo=UTC)
            plan = ReadPlan(seen_at, cursor, spool, last_extraction(con, spec))
            reading = Reading(
                mode=Mode.INCREMENTAL,
                pages=(Page(page, 1, PageForm.JSON_ARRAY),),
                cursor=cursor,
                is_complete=False,
                quarantine_limit=1.0,
                replays=tuple(each.number for each in records),
            )
            return land(con, spec, label, plan, reading, datetime.now(UTC))


def _is_json(payload: bytes) -> bool:
    try:
        json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return True


def _overtaken(
    con: duckdb.DuckDBPyConnection, spec: ObjectSpec, found: Sequence[Quarantined]
) -> set[int]:
    """Records whose key has landed from a later extraction."""
    mine = [each for each in found if _is_of(each, spec) and each.record_key]
    latest = dict(
        con.execute(
            f"select record_key, max(extraction_id) from {spec.table}"
            " where list_contains($keys::varchar[], record_key) group by record_key",
            {"keys": [each.record_key for each in mine]},
        ).fetchall()
    )
    return {each.number for each in mine if latest.get(each.record_key, 0) > each.extraction_id}


def _is_of(record: Quarantined, spec: ObjectSpec) -> bool:
    return (record.system, record.object) == (spec.system, spec.name)
