"""Kept tables as a publication reads them: beside the build, and not there before their run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def kept_table(
    connection: duckdb.DuckDBPyConnection, file: Path, name: str
) -> Iterator[str | None]:
    """The table's full name while its file is attached, read-only; None where it is not yet there.

    A run that is killed between a file and its first table leaves the file alone (I21).
    """
    if not file.exists():
        yield None
        return
    connection.execute(f"attach '{file}' as kept (read_only)")
    try:
        there = connection.execute(
            "select 1 from duckdb_tables() where database_name = 'kept' and table_name = ?", [name]
        ).fetchone()
        yield f"kept.main.{name}" if there else None
    finally:
        connection.execute("detach kept")
