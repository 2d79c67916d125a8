"""The raw database file: its tables, the one way to open it, and who is writing to it now."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from extract.errors import Stop, TryAgain
from extract.landing.form import CLOSED, bring_forward, note_form, unreadable
from extract.source import ObjectSpec

_BOOKS = """
create table if not exists extraction (
    extraction_id bigint primary key, system varchar, object varchar, source varchar,
    mode varchar, state varchar, seen_at timestamp, started_at timestamp, finished_at timestamp,
    cursor_from varchar, cursor_to varchar, received bigint, landed bigint, folded bigint,
    quarantined bigint, deleted bigint, bytes bigint, calls bigint, seconds double, note varchar
);
create table if not exists quarantine (
    quarantine_id bigint primary key, extraction_id bigint, system varchar, object varchar,
    place varchar, record_key varchar, field varchar, code varchar, reason varchar,
    payload blob, set_aside_at timestamp
);
create table if not exists quarantine_replay (
    quarantine_id bigint primary key, extraction_id bigint, replayed_at timestamp
);
create table if not exists schema_drift (
    extraction_id bigint, system varchar, object varchar, field varchar, kind varchar,
    detail varchar
);
create table if not exists field_seen (
    system varchar, object varchar, field varchar, extraction_id bigint
);
"""

_OBJECT = """
create table if not exists {table} (
    extraction_id bigint, page_no integer, row_no integer, record_key varchar,
    record_hash varchar, changed_at timestamp, is_deleted boolean, record json
)
"""

# Pinned, so that one step back of the program still reads the file (F29).
_STORAGE = "v2.0.0"

# A first load of a million rows would take three times this; beyond it DuckDB spills to the disk.
_MEMORY = "1GB"

_writers: dict[Path, int] = {}
_handles: dict[Path, int] = {}
_registry = threading.RLock()
landing_turn = threading.RLock()


def incoming_folder(raw_path: Path) -> Path:
    """Where answers are spooled before they land: beside the raw file, owner-only."""
    return raw_path.parent / "incoming"


def create_raw(raw_path: Path, objects: Sequence[ObjectSpec]) -> Path:
    """Create the raw file with the table of every object; what stands there already is kept."""
    with writing(raw_path), open_raw(raw_path) as con:
        require_tables(con, objects)
    return raw_path


def require_tables(con: duckdb.DuckDBPyConnection, objects: Sequence[ObjectSpec]) -> None:
    """Create the tables that are not there yet."""
    row = con.execute("select list(table_name) from duckdb_tables()").fetchone()
    there = set(row[0] or ()) if row else set()
    if not {"field_seen", "quarantine_replay"} <= there:
        con.execute(_BOOKS)
    if "file_form" not in there:
        con.execute("begin")  # a kill leaves the note whole or absent (I21)
        note_form(con)
        con.execute("commit")
    for spec in objects:
        if spec.table not in there:
            con.execute(_OBJECT.format(table=spec.table))


@contextmanager
def open_raw(raw_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may touch the raw file and its incoming folder, and no other file (S5)."""
    folder = incoming_folder(raw_path)
    make_private(raw_path.parent)
    make_private(folder)
    try:
        con = duckdb.connect(
            str(raw_path),
            config={
                **CLOSED,
                "storage_compatibility_version": _STORAGE,
                "memory_limit": _MEMORY,
            },
        )
    except duckdb.Error as error:
        raise unreadable(raw_path, error) from error
    try:
        # Whoever may not enter the folder can't reach it anyway; this is for a moved file (S15).
        raw_path.chmod(0o600)
        _confine(con, folder)
        con.execute("set TimeZone = 'UTC'")
        # A long landing would draw it into the log.
        con.execute("set enable_progress_bar = false")
        yield con
    finally:
        con.close()


def _confine(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Close every file but the incoming folder's; once closed it stays closed."""
    # Threads that read at the same time share one database with one set of settings.
    with _registry:
        row = con.execute("select current_setting('enable_external_access')").fetchone()
        if row and row[0]:
            con.execute("set allowed_directories = [?]", [str(folder.resolve())])
            con.execute("set enable_external_access = false")


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter (S15)."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink():
        raise Stop(
            f"{folder} is a link.", what_to_do="Point PROMESA_DATA at a real folder instead."
        )
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


@contextmanager
def writing(raw_path: Path, on_damage: Callable[[Path], None] | None = None) -> Iterator[bool]:
    """Hold the right to write to one raw file; a second process is told who holds it (F26).

    The kernel gives the lock up when its process dies, so a dead writer never blocks. Yields True
    to whoever takes the lock first in this process: what lies in `incoming` then is left over.
    A damaged file is given to `on_damage`; without it, it is refused (F25).
    """
    path = raw_path.resolve()
    with _registry:
        is_first = not _writers.get(path)
        if is_first:
            _take(path)
            _bring_forward(path, on_damage)
        _writers[path] = _writers.get(path, 0) + 1
    try:
        yield is_first
    finally:
        with _registry:
            _writers[path] -= 1
            if not _writers[path]:
                os.close(_handles.pop(path))


def _bring_forward(path: Path, on_damage: Callable[[Path], None] | None) -> None:
    try:
        try:
            bring_forward(path)
        except Stop as error:
            if on_damage is None or error.facts.code != "damaged":
                raise
            on_damage(path)
    except BaseException:
        os.close(_handles.pop(path))
        raise


def _take(path: Path) -> None:
    make_private(path.parent)
    lock = path.with_suffix(".lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(handle, 200).decode(errors="replace").strip() or "another process"
        os.close(handle)
        raise TryAgain(
            f"{path.name} is being written by {holder}.",
            what_to_do="Wait until it ends, or end that process; nothing was changed.",
        ) from error
    os.ftruncate(handle, 0)
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    os.pwrite(handle, f"process {os.getpid()} since {since}".encode(), 0)
    _handles[path] = handle
