"""Files into temporary tables of text: headers checked, unreadable lines kept apart."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import duckdb

from extract.errors import Refuse
from extract.files.mapping import Table
from extract.source import Reject

# Columns of our own in each temporary table; no file can have them, as their names are reserved.
LINE, FILE = "__line", "__file"
_CODECS = {"utf-8": "utf-8-sig", "latin-1": "latin-1", "utf-16": "utf-16"}
_MAX_LINE = 20_000_000


@dataclass(frozen=True)
class Loaded:
    """A file in a temporary table: its columns (all text) and the lines that are none."""

    name: str
    columns: tuple[str, ...]
    rejects: tuple[Reject, ...]
    bytes: int
    files: int


def quoted(name: str) -> str:
    """An identifier for SQL (S4)."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text constant for SQL (S4)."""
    return "'" + value.replace("'", "''") + "'"


def load(con: duckdb.DuckDBPyConnection, folder: Path, table: Table, name: str) -> Loaded:
    """Read the file or files of a table into a temporary table of text columns."""
    paths = _paths(folder, table.file)
    rejects: list[Reject] = []
    columns: tuple[str, ...] = ()
    for place, path in enumerate(paths):
        found = _columns(con, path, table)
        if place and found != columns:
            raise Refuse(
                f"{path.name}, line 1: the columns differ from those of {paths[0].name}.",
                code="bad_header",
            )
        columns = found
        if not place:
            _create(con, name, columns)
        if path.suffix.lower() == ".parquet":
            _load_parquet(con, path, columns, name)
        else:
            rejects += _load_csv(con, path, columns, table, name)
    size = sum(path.stat().st_size for path in paths)
    return Loaded(name, columns, tuple(rejects), size, len(paths))


def _create(con: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...]) -> None:
    texts = "".join(f"{quoted(column)} varchar, " for column in columns)
    con.execute(f"create temp table {quoted(name)} ({texts}{LINE} bigint, {FILE} varchar)")


def _paths(folder: Path, pattern: str) -> list[Path]:
    """Files of the folder only: no link followed, no way out of it (S15)."""
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise Refuse(f"{pattern} leaves the folder; only files inside it are read.", code="outside")
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise Refuse(
            f"{pattern} is not in {folder.name}.",
            code="file_missing",
            what_to_do="Put the file there or correct `file` in its mapping.",
        )
    for path in paths:
        if path.is_symlink() or not path.is_file():
            raise Refuse(f"{path.name} is not a plain file; links are not followed.", code="link")
        if path.stat().st_size == 0:
            raise Refuse(f"{path.name} is empty: not even a header line.", code="empty_file")
    return paths


def _columns(con: duckdb.DuckDBPyConnection, path: Path, table: Table) -> tuple[str, ...]:
    if path.suffix.lower() == ".parquet":
        try:
            described = con.execute(
                "select name from parquet_schema(?) where num_children is null", [str(path)]
            ).fetchall()
        except duckdb.Error as error:
            raise Refuse(f"{path.name} is not a Parquet file.", code="wrong_kind") from error
        return tuple(str(row[0]) for row in described)
    return header(path, table)


def header(path: Path, table: Table) -> tuple[str, ...]:
    """The column names of a CSV file, or the sentence that says what is wrong with line 1 (B22)."""
    with path.open("rb") as file:
        start = file.read(65_536)
    if start.startswith((b"PAR1", b"PK\x03\x04", b"\x1f\x8b")):
        raise Refuse(f"{path.name} is not CSV text.", code="wrong_kind")
    try:
        text = start.decode(_CODECS[table.encoding], errors="strict")
    except UnicodeDecodeError as error:
        if error.start > len(start) - 4:
            text = start[: error.start].decode(_CODECS[table.encoding])
        else:
            line = start[: error.start].count(b"\n") + 1
            raise Refuse(
                f"{path.name}, line {line}: not {table.encoding} text.",
                code="bad_encoding",
                what_to_do='Set `encoding` in its mapping (for instance "latin-1").',
            ) from error
    first = next(csv.reader(io.StringIO(text), delimiter=delimiter(text, table)), [])
    names = tuple(name.strip() for name in first)
    if not any(names):
        raise Refuse(f"{path.name}, line 1: there is no header.", code="bad_header")
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise Refuse(
            f"{path.name}, line 1: column `{min(twice)}` stands more than once.", code="bad_header"
        )
    return names


def delimiter(text: str, table: Table) -> str:
    """The delimiter of a CSV text: the mapping's, or the most frequent one in the header line."""
    if table.delimiter:
        return table.delimiter
    line = text.split("\n", 1)[0]
    return max(",;\t|", key=line.count)


def _load_parquet(
    con: duckdb.DuckDBPyConnection, path: Path, columns: tuple[str, ...], name: str
) -> None:
    texts = ", ".join(f"{quoted(column)}::varchar" for column in columns)
    con.execute(
        f"insert into {quoted(name)} select {texts}, (file_row_number + 1)::bigint as {LINE},"
        f" {literal(path.name)} as {FILE}"
        " from read_parquet($path, file_row_number = true)",
        {"path": str(path)},
    )


def _load_csv(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    columns: tuple[str, ...],
    table: Table,
    name: str,
) -> list[Reject]:
    with path.open("rb") as file:
        start = file.read(65_536).decode(_CODECS[table.encoding], errors="replace")
    types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    con.execute("drop table if exists reject_scans")
    con.execute("drop table if exists reject_errors")
    con.execute(
        f"insert into {quoted(name)} select {', '.join(map(quoted, columns))},"
        f" row_number() over ()::bigint as {LINE}, {literal(path.name)} as {FILE}"
        f" from read_csv($path, columns = {{{types}}}, header = true, auto_detect = false,"
        f" delim = {literal(delimiter(start, table))}, quote = '\"', escape = '\"',"
        f" encoding = {literal(table.encoding)}, strict_mode = true, store_rejects = true,"
        f" rejects_limit = 0, max_line_size = {_MAX_LINE}, parallel = false)",
        {"path": str(path)},
    )
    rejects = _rejects(con, path, table)
    _number_lines(con, path, columns, quoted(name), rejects)
    return [reject for _, reject in rejects]


def _rejects(con: duckdb.DuckDBPyConnection, path: Path, table: Table) -> list[tuple[int, Reject]]:
    """Lines that are no CSV: (record number among all records, what is kept of it)."""
    rows = con.execute(
        "select line, any_value(line_byte_position), any_value(csv_line), string_agg(distinct"
        " error_type, ', ' order by error_type), any_value(column_name)"
        " from reject_errors group by line order by line"
    ).fetchall()
    found: list[tuple[int, Reject]] = []
    content = _as_utf8(path, table) if rows else b""
    for line, position, text, error, column in rows:
        physical = content.count(b"\n", 0, max(int(position or 1) - 1, 0)) + 1
        found.append(
            (
                int(line) - 1,
                Reject(
                    place=f"{path.name} line {physical}",
                    reason=f"{path.name}, line {physical}: {_reject_reason(str(error), column)}",
                    code="bad_line",
                    payload=_line_bytes(content, int(position or 1) - 1, str(text or "")),
                ),
            )
        )
    return found


def _as_utf8(path: Path, table: Table) -> bytes:
    """The bytes the positions of DuckDB's rejects refer to."""
    content = path.read_bytes()
    if table.encoding == "utf-8":
        return content
    return content.decode(_CODECS[table.encoding], errors="replace").encode()


def _line_bytes(content: bytes, start: int, text: str) -> bytes:
    """The bytes of a rejected record: as many lines as its text has."""
    end = start - 1
    for _ in range(text.rstrip("\n").count("\n") + 1):
        end = content.find(b"\n", end + 1)
        if end < 0:
            return content[start:].rstrip(b"\r")
    return content[start:end].rstrip(b"\r")


def _reject_reason(error: str, column: str | None) -> str:
    if "TOO MANY" in error:
        return "more values than columns."
    if "MISSING" in error:
        return f"the value of `{column}` and what follows is missing."
    if "ENCODING" in error:
        return 'not text in the encoding of the mapping (set `encoding`, for instance "latin-1").'
    if "UNQUOTED" in error:
        return f"a quotation mark in `{column}` is not closed or not doubled."
    return f"{error.lower()}."


def _number_lines(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    columns: tuple[str, ...],
    table: str,
    rejects: list[tuple[int, Reject]],
) -> None:
    """Turn the running number of each row into its line in the file.

    Line = header + rows before + rejected lines before + line ends inside quoted values before.
    """
    before = [number - place for place, (number, _) in enumerate(rejects, start=1)]
    ends = " + ".join(
        f"coalesce(length({quoted(name)}) - length(replace({quoted(name)}, chr(10), '')), 0)"
        for name in columns
    )
    con.execute(
        f"update {table} set {LINE} = numbered.line from ("
        f" select {LINE} as number, {LINE} + 1"
        f"  + len(list_filter($before::bigint[], lambda b: b < {LINE}))"
        f"  + coalesce(sum({ends}) over (order by {LINE} rows between unbounded preceding"
        "   and 1 preceding), 0)::bigint as line"
        f" from {table} where {FILE} = $file) as numbered"
        f" where {table}.{FILE} = $file and {table}.{LINE} = numbered.number",
        {"before": before, "file": path.name},
    )
