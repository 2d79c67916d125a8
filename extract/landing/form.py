"""Which form a kept file has: a newer one is refused, an older one is brought forward as a copy."""

from __future__ import annotations

import os
import re
import shutil
from importlib.metadata import version
from pathlib import Path

import duckdb

from extract.errors import ExtractError, Stop, TryAgain

FORM = 1
"""Raised by one with every change of the tables that a program of before could not read."""

# What brings a file of one form to the next; form 0 are files from before this was noted.
_STEPS: dict[int, str] = {
    0: "create table if not exists file_form (form integer, written_by varchar)",
}

# Looking costs an opening; a process looks at each file once.
_looked_at: set[tuple[Path, int]] = set()


def program_version() -> str:
    """The version of Promesa that runs here."""
    return version("promesa")


def bring_forward(path: Path) -> None:
    """Refuse a file of a newer program (B24, F29), and migrate an older one: the steps run on a
    copy that then takes its place, so that a cut leaves the file as it was.

    Only for whoever holds the right to write to the file, with no connection open to it.
    """
    copy = path.with_suffix(".migrating")
    copy.unlink(missing_ok=True)
    if not path.exists() or (path, path.stat().st_ino) in _looked_at:
        return
    form = require_known_form(path)
    if form == FORM:
        _looked_at.add((path, path.stat().st_ino))
        return
    shutil.copy2(path, copy)
    with duckdb.connect(str(copy), config=CLOSED) as con:
        con.execute("begin")
        for step in range(form, FORM):
            con.execute(_STEPS[step])
        note_form(con)
        con.execute("commit")
        con.execute("checkpoint")
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    copy.replace(path)


# Nothing is installed by a process of ours (S5).
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def note_form(con: duckdb.DuckDBPyConnection) -> None:
    """Write down the form and the program of a file that was just made or brought forward."""
    con.execute(_STEPS[0])
    con.execute("delete from file_form")
    con.execute("insert into file_form values (?, ?)", [FORM, program_version()])


def require_known_form(path: Path) -> int:
    """The form of a file, its log taken in; raises Stop for one of a newer program."""
    try:
        with duckdb.connect(str(path), config=CLOSED) as con:
            con.execute("checkpoint")
            has_form = con.execute(
                "select count(*) from duckdb_tables() where table_name = 'file_form'"
            ).fetchone()
            if has_form in (None, (0,)):
                return 0
            row = con.execute("select form, written_by from file_form").fetchone()
    except duckdb.Error as error:
        raise unreadable(path, error) from error
    form, written_by = (int(row[0]), str(row[1])) if row else (0, "")
    if form > FORM:
        ours = program_version()
        raise Stop(
            f"{path.name} was written by Promesa {written_by}; this is {ours}.",
            code="newer_file",
            what_to_do=f"Upgrade, or restore the backup of {ours}; the file was not touched.",
        )
    return form


def unreadable(path: Path, error: duckdb.Error) -> ExtractError:
    """Held by someone else, foreign, of a newer engine or damaged (F25): each with its way out."""
    text = str(error)
    if re.search("set lock|onflicting lock|configuration", text):
        return TryAgain(
            f"{path.name} is held by another program.",
            code="held",
            what_to_do="Close what reads it (a SQL client, a dbt run) and start again.",
        )
    if "not a valid DuckDB" in text:
        return Stop(
            f"{path} is not a file of Promesa.",
            code="foreign_file",
            what_to_do="Set it aside and restore the last backup; it was not touched.",
        )
    if re.search(r"newer (version|DuckDB)|version number|storage version", text):
        return Stop(
            f"{path} was written by a newer program.",
            code="newer_file",
            what_to_do="Upgrade, or restore the backup of this version; it was not touched.",
        )
    return Stop(
        f"{path} is damaged.",
        code="damaged",
        what_to_do="Set it aside and restore the last backup; it was not touched.",
    )
