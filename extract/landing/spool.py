"""Spool folders: where an extraction's answers lie, owner-only, until they are landed."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from extract.errors import ExtractError, Refuse, Stop, TryAgain
from extract.landing.progress import is_worth_keeping
from extract.landing.raw import incoming_folder, make_private
from extract.source import ObjectSpec

_DISK_FULL = "disk_full"
_looking = threading.local()


@contextmanager
def spool_for(raw_path: Path, spec: ObjectSpec) -> Iterator[Path]:
    """The folder of one extraction, gone once it has landed or was refused.

    When the read was cut off its whole pages stay, and the next extraction goes on from there
    (F22). Nothing in it counts before it is landed (I4).
    """
    folder = incoming_folder(raw_path).resolve() / spec.table
    is_kept = False
    try:
        make_private(folder)
        yield folder
    except OSError as error:
        raise translate_disk(error, folder) from error
    except KeyboardInterrupt:
        is_kept = is_worth_keeping(folder)
        raise
    except (TryAgain, Stop) as error:
        is_kept = error.facts.code != _DISK_FULL and is_worth_keeping(folder)
        raise
    finally:
        if not is_kept:
            shutil.rmtree(folder, ignore_errors=True)


def clear_leftovers(raw_path: Path) -> int:
    """Remove what a killed extraction left without a whole page; only while `writing`."""
    folder = incoming_folder(raw_path)
    if not folder.is_dir():
        return 0
    leftovers = [
        path
        for path in folder.iterdir()
        if path.is_dir() and not path.is_symlink() and not is_worth_keeping(path)
    ]
    for path in leftovers:
        shutil.rmtree(path, ignore_errors=True)
    return len(leftovers)


def page_path(spool: Path, number: int, suffix: str) -> Path:
    """The file of one page; its number is part of the name and of every row landed from it."""
    return spool / f"page-{number:06d}.{suffix}"


def write_page(file: Path, content: bytes) -> None:
    """A page that no single answer brought, owner-only (S15); none may stand there already."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)


@dataclass(frozen=True)
class PageFacts:
    """What must be known of a JSON page before the next one is asked for."""

    rows: int | None
    next_link: str | None
    total: int | None


def look_at_page(path: Path, array: str, next_key: str, total_key: str = "") -> PageFacts | None:
    """Rows, next link and total of a JSON page; None when the file is no whole JSON object (F2).

    DuckDB parses the page about ten times faster than Python and builds no objects.
    """
    con = _looking_glass()
    try:
        row = con.execute(
            "select json_valid(content) and json_type(content) = 'OBJECT',"
            " case when json_type(content, $array) = 'ARRAY'"
            " then json_array_length(content, $array) end,"
            " json_extract_string(content, $next),"
            " try_cast(json_extract_string(content, $total) as bigint)"
            " from read_text($path)",
            {
                "array": f'$."{array}"',
                "next": f'$."{next_key}"',
                "total": f'$."{total_key or "@none"}"',
                "path": str(path),
            },
        ).fetchone()
    except duckdb.Error:
        return None
    if row is None or not row[0]:
        return None
    return PageFacts(rows=row[1], next_link=row[2], total=row[3])


class PageCheck:
    """Asks for the same page again until it is whole, and keeps what is known of it (F2)."""

    def __init__(self, system: str, path: Path, array: str, next_key: str, total: str = "") -> None:
        self._system, self._path, self._array = system, path, array
        self._next_key, self._total = next_key, total
        self._facts: PageFacts | None = None

    @property
    def facts(self) -> PageFacts:
        """Rows, next link and total of the page; only after it was found whole."""
        if self._facts is None:
            raise TryAgain("a page was not looked at.", system=self._system, code="broken_page")
        return self._facts

    def __call__(self, answer: object) -> None:
        """Look at the page just spooled."""
        found = look_at_page(self._path, self._array, self._next_key, self._total)
        if found is None or found.rows is None:
            raise TryAgain(
                "a page came broken.",
                system=self._system,
                code="broken_page",
                what_to_do="It was asked again without success; the next run asks again.",
            )
        self._facts = found


def csv_rows(path: Path) -> int | None:
    """Records of a CSV page, header not counted; None when it is cut or broken (F2)."""
    con = _looking_glass()
    try:
        with path.open("rb") as file:
            width = file.readline().count(b",") + 1
        columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
        row = con.execute(
            "select count(*) from read_csv(?, header = true, auto_detect = false,"
            f" columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"',"
            " strict_mode = true, max_line_size = 20000000)",
            [str(path)],
        ).fetchone()
    except duckdb.Error:
        return None
    return int(row[0]) if row else None


def _looking_glass() -> duckdb.DuckDBPyConnection:
    con: duckdb.DuckDBPyConnection | None = getattr(_looking, "con", None)
    if con is None:
        con = duckdb.connect(
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        con.execute("set threads = 1")
        _looking.con = con
    return con


def translate_disk(error: OSError, folder: Path) -> ExtractError:
    """A full disk or an unreadable folder, in one sentence (F24)."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(folder)
    return Refuse(
        f"{error.filename or folder}: {error.strerror or error}.",
        what_to_do="Check that the file exists and that this user may read and write it.",
    )


def disk_full(folder: Path) -> Stop:
    """The disk is full: what is free there, and that nothing was kept of this extraction."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    return Stop(
        f"The disk under {there} is full ({free / 1_048_576:.0f} MB free);"
        " nothing of this extraction was kept.",
        code=_DISK_FULL,
        what_to_do="Free at least 1024 MB there and start again.",
    )
