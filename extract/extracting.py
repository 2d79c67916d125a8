"""One extraction from beginning to end: cursor, read, land; the same for every source."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from extract.declared import DECLARED
from extract.errors import ExtractError, Misconfigured
from extract.landing import (
    clear_leftovers,
    land,
    last_cursor,
    last_extraction,
    mend,
    notice_of_rebuild,
    open_raw,
    rebuild,
    rebuilding,
    require_tables,
    spool_for,
    writing,
)
from extract.landing import create_raw as _create_raw
from extract.landing import release_parked as _release_parked
from extract.source import Extraction, ObjectSpec, ReadPlan, Source

# An object gets so long (F1); a first load that needs longer goes on in the next run.
READ_SECONDS = 3600.0


def create_raw(raw_path: Path) -> Path:
    """Create the raw file with every declared table; what stands there already is kept."""
    with writing(raw_path, _rebuild):
        return _create_raw(raw_path, DECLARED)


def mend_raw(raw_path: Path) -> None:
    """Read all that raw holds; raises an ExtractError with the code 'rebuilt' when it was damaged,
    set aside and built again from what of it can be read (F25)."""
    with writing(raw_path, _rebuild):
        mend(raw_path, DECLARED)


def _rebuild(raw_path: Path) -> None:
    rebuild(raw_path, DECLARED)


def extract_object(
    source: Source,
    object_name: str,
    raw_path: Path,
    as_of: datetime,
    *,
    full: bool = False,
    system: str = "",
    seconds: float = READ_SECONDS,
) -> Extraction:
    """Read one object and land it whole, or leave no trace.

    `as_of` (UTC) is the instant at which the run sees the source; `full` ignores the cursor,
    `seconds` is how long the read may take.
    Raises an ExtractError naming system and object; a read that looks wrong comes back with the
    state 'parked' instead, and the object keeps its last whole read.
    """
    spec = find_object(source, object_name, system)
    started_at = datetime.now(UTC)
    seen_at = as_of.astimezone(UTC) if as_of.tzinfo else as_of.replace(tzinfo=UTC)
    try:
        with writing(raw_path, _rebuild) as is_first, rebuilding(raw_path, DECLARED):
            if is_first:
                clear_leftovers(raw_path)
            with open_raw(raw_path) as con:
                require_tables(con, DECLARED)
                cursor = None
                if spec.is_incremental and not full:
                    cursor = last_cursor(con, spec, source.label)
                after = last_extraction(con, spec)
                with spool_for(raw_path, spec) as spool:
                    plan = ReadPlan(seen_at, cursor, spool, after, time.monotonic() + seconds)
                    reading = source.read(spec, plan)
                    notices = (*reading.notices, *notice_of_rebuild(raw_path))
                    reading = replace(reading, notices=notices)
                    return land(con, spec, source.label, plan, reading, started_at)
    except ExtractError as error:
        raise error.about(system=spec.system, object=spec.name) from error.__cause__


def find_object(source: Source, object_name: str, system: str = "") -> ObjectSpec:
    """The declaration of an object by its API name."""
    for spec in source.objects():
        if spec.name == object_name and system in ("", spec.system):
            return spec
    offered = ", ".join(spec.name for spec in source.objects())
    raise Misconfigured(
        f"{source.label} has no object {object_name}.",
        object=object_name,
        code="object_unknown",
        what_to_do=f"It offers: {offered or 'nothing'}.",
    )


def release_parked(raw_path: Path, system: str, object_name: str) -> bool:
    """A person lets the next read of a parked object in (F13); True if one was parked."""
    with writing(raw_path), open_raw(raw_path) as con:
        return _release_parked(con, system, object_name)


def has_landed(raw_path: Path, system: str) -> bool:
    """True when raw holds a whole read of any object of the system: a run can go on with it."""
    with writing(raw_path), open_raw(raw_path) as con:
        row = con.execute(
            "select count(*) from extraction where system = ? and state = 'closed'", [system]
        ).fetchone()
    return bool(row and row[0])
