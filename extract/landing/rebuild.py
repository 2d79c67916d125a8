"""A damaged raw file: set aside as it is, and built again from what of it can be read (F25)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from extract.errors import Stop
from extract.landing.form import CLOSED
from extract.landing.raw import open_raw, require_tables
from extract.source import ObjectSpec

REBUILT = "rebuilt"

log = logging.getLogger("promesa.extract")

_BOOKS = ("quarantine", "quarantine_replay", "schema_drift", "field_seen")

_notices: dict[Path, str] = {}


def _is_damage(error: duckdb.Error | Stop) -> bool:
    """True for a file that does not open, and for a block that is not as it was written."""
    if isinstance(error, Stop):
        return error.facts.code == "damaged"
    return bool(re.search("orrupt|checksum", str(error)))


@contextmanager
def rebuilding(raw_path: Path, objects: Sequence[ObjectSpec]) -> Iterator[None]:
    """Rebuild the file when what is done with it meets a damaged block; only while `writing`.

    What was read before in the same run may be lost with it, so that the run has to end.
    """
    try:
        yield
    except (duckdb.Error, Stop) as error:
        if not _is_damage(error):
            raise
        log.warning("%s: %s", raw_path.name, error)
        rebuild(raw_path, objects)
        # What is told at the end of a run is the deepest cause: here this sentence.
        raise Stop(
            *notice_of_rebuild(raw_path),
            code=REBUILT,
            what_to_do="Start the run again; nothing was published.",
        ) from None


def mend(raw_path: Path, objects: Sequence[ObjectSpec]) -> None:
    """Read all of the file; raises Stop when it was damaged and is rebuilt."""
    with rebuilding(raw_path, objects), duckdb.connect(str(raw_path), config=CLOSED) as con:
        for spec in objects:
            con.execute(f"select bit_xor(hash(landed)) from {spec.table} as landed").fetchall()


def rebuild(raw_path: Path, objects: Sequence[ObjectSpec]) -> None:
    """Set the file aside, take over the tables of it that can be read whole, and let the others be
    read from the source again: they have no cursor. Nothing of the damaged file is deleted.

    Only while `writing`, with no connection open to it.
    """
    aside = _set_aside(raw_path)
    with open_raw(raw_path) as con:
        require_tables(con, objects)
    lost = list(objects)
    taken = _take_over(raw_path, aside, ["extraction"])
    if taken:
        taken |= _take_over(raw_path, aside, [*_BOOKS, *(spec.table for spec in objects)])
        lost = [spec for spec in objects if spec.table not in taken]
    with duckdb.connect(str(raw_path), config=CLOSED) as con:
        for spec in lost:
            con.execute(
                "delete from extraction where system = ? and object = ?", [spec.system, spec.name]
            )
    sentence = (
        f"{raw_path.name} was damaged and is set aside as {aside.name}; {len(lost)} of"
        f" {len(objects)} objects are read from the source again. What the source no longer holds"
        " of them is only in that file or in a backup."
    )
    log.warning("%s", sentence)
    _notices[raw_path.resolve()] = sentence


def notice_of_rebuild(raw_path: Path) -> tuple[str, ...]:
    """What the next extraction has to tell of a rebuild, once."""
    told = _notices.pop(raw_path.resolve(), None)
    return (told,) if told else ()


def _set_aside(raw_path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    aside = raw_path.with_name(f"{raw_path.stem}.damaged-{stamp}{raw_path.suffix}")
    log_file = raw_path.with_name(raw_path.name + ".wal")
    raw_path.rename(aside)
    if log_file.exists():
        log_file.rename(aside.with_name(aside.name + ".wal"))
    return aside


def _take_over(raw_path: Path, aside: Path, tables: list[str]) -> set[str]:
    """The tables that came over, each whole or not at all; a broken block ends its connection."""
    taken: set[str] = set()
    waiting = list(tables)
    while waiting:
        # Taken off before anything can fail, so that this ends whatever the file is like.
        table = waiting.pop(0)
        try:
            with duckdb.connect(str(raw_path), config=CLOSED) as con:
                con.execute(f"attach '{aside}' as damaged (read_only)")
                while True:
                    con.execute(f"insert into {table} by name from damaged.main.{table}")
                    taken.add(table)
                    if not waiting:
                        return taken
                    table = waiting.pop(0)
        except duckdb.Error as error:
            log.warning("%s cannot be taken over of %s: %s", table, aside.name, error)
    return taken
