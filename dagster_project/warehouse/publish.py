"""Publish, never share: each version is a new immutable file; `CURRENT` names the one to read."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.warehouse.folders import DataFolder
from dagster_project.warehouse.forms import PUBLISHED_FORM, program_version, require_known
from dagster_project.warehouse.kept import kept_table
from dagster_project.warehouse.recalls import copy_recalls

PUBLISHED_SCHEMAS = ("marts", "questions", "signals", "mappings")
STORAGE_VERSION = "v1.2.0"
VERSIONS_KEPT = 5


class PublishError(Exception):
    """The new version is not sound; the old one stays."""


@dataclass(frozen=True)
class TableContent:
    """Row count and order-free content hash of one published table."""

    rows: int
    content_hash: str


@dataclass(frozen=True)
class Version:
    """One published file, as its manifest tells."""

    number: int
    file: str
    as_of: str
    state: str
    causes: tuple[str, ...]
    file_hash: str
    extraction_ids: tuple[int, ...]
    tables: dict[str, TableContent]
    form: int = 0
    written_by: str = ""

    @property
    def content_hash(self) -> str:
        """One hash over every table's content: equal for equal marts (I9)."""
        whole = "".join(f"{name}={self.tables[name].content_hash};" for name in sorted(self.tables))
        return hashlib.sha256(whole.encode()).hexdigest()


def publish(data: DataFolder, as_of: datetime, causes: tuple[str, ...] = ()) -> Version:
    """Copy the build file's public schemas into a new version and point `CURRENT` at it.

    `causes` names what is degraded (objects that kept an older extraction); empty means sound.
    """
    number = _last_number(data) + 1
    path = data.published / f"v{number:08d}.duckdb"
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    tables, extraction_ids = _copy(data, aside, number, as_of, causes)
    _require_no_log_beside(aside)
    version = Version(
        number=number,
        file=path.name,
        as_of=as_of.isoformat(),
        state="degraded" if causes else "sound",
        causes=causes,
        file_hash=hash_of_file(aside),
        extraction_ids=extraction_ids,
        tables=tables,
        form=PUBLISHED_FORM,
        written_by=program_version(),
    )
    aside.rename(path)
    _write_whole(_manifest_path(data, number), json.dumps(asdict(version), indent=1))
    _write_whole(data.published / "CURRENT", path.name)
    _prune(data, number)
    return version


def current_version(data: DataFolder) -> Version | None:
    """The version that `CURRENT` names, or None before the first publication."""
    pointer = data.published / "CURRENT"
    if not pointer.exists():
        return None
    return _read_manifest(data, _number_of(Path(pointer.read_text())))


def open_published(data: DataFolder, version: Version) -> duckdb.DuckDBPyConnection:
    """A read-only, closed-off connection with the version attached as `warehouse`; only the file
    that its manifest describes is opened (S5, F25)."""
    path = data.published / version.file
    if not path.is_file() or hash_of_file(path) != version.file_hash:
        raise PublishError(
            f"{path.name} is not the file that its manifest describes. Nothing was read from it."
            " Run `promesa run` to publish a new one, or restore the file from a backup."
        )
    connection = duckdb.connect()
    connection.execute(f"attach '{path}' as warehouse (read_only)")
    connection.execute("use warehouse")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _copy(
    data: DataFolder, aside: Path, number: int, as_of: datetime, causes: tuple[str, ...]
) -> tuple[dict[str, TableContent], tuple[int, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{data.build}' as built (read_only)")
        connection.execute(f"attach '{aside}' as warehouse (storage_version '{STORAGE_VERSION}')")
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where database_name = 'built' and list_contains(?, schema_name) order by all",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall()
        if not names:
            raise PublishError("Nothing was built, so nothing is published; the old version stays.")
        tables = {}
        for schema, table in names:
            connection.execute(f'create schema if not exists warehouse."{schema}"')
            connection.execute(
                f'create table warehouse."{schema}"."{table}" as from built."{schema}"."{table}"'
            )
            tables[f"{schema}.{table}"] = table_content(
                connection, f'warehouse."{schema}"."{table}"'
            )
        _copy_questions(connection)
        extraction_ids = connection.execute(
            "select extraction_id from built.staging.stg_promesa__extraction"
            " where is_visible order by 1"
        ).fetchall()
        connection.execute("create schema warehouse.ledger")
        _copy_ledger(connection, data)
        copy_recalls(connection, data)
        connection.execute("create schema warehouse.meta")
        connection.execute(
            "create table warehouse.meta.version as select ?::bigint as number,"
            " ?::timestamp as as_of, ?::varchar as state, ?::varchar[] as causes",
            [number, as_of.replace(tzinfo=None), "degraded" if causes else "sound", list(causes)],
        )
        connection.execute("checkpoint warehouse")
        connection.execute("detach warehouse")
    return tables, tuple(row[0] for row in extraction_ids)


def _copy_questions(connection: duckdb.DuckDBPyConnection) -> None:
    """Questions with parameters are table macros; their text names the catalog `warehouse`."""
    macros = connection.execute(
        "select schema_name, function_name, parameters, macro_definition from duckdb_functions()"
        " where database_name = 'built' and function_type = 'table_macro'"
        " and list_contains(?, schema_name) order by all",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    for schema, name, parameters, definition in macros:
        connection.execute(
            f'create macro warehouse."{schema}"."{name}"({", ".join(parameters)})'
            f" as table {definition}"
        )


def _copy_ledger(connection: duckdb.DuckDBPyConnection, data: DataFolder) -> None:
    """What became of each write, beside the signals it came from; absent before the first send."""
    with kept_table(connection, data.ledger, "write") as written:
        if written:
            connection.execute(f"create table warehouse.ledger.write as from {written}")


def table_content(connection: duckdb.DuckDBPyConnection, name: str) -> TableContent:
    """Row count and a hash that does not depend on the order of rows."""
    rows, total = connection.execute(
        f"select count(*), coalesce(sum(hash(t)::hugeint % 1000000000000000007), 0) from {name} t"
    ).fetchall()[0]
    return TableContent(rows=rows, content_hash=f"{int(total):x}")


def _last_number(data: DataFolder) -> int:
    """The greatest number ever used here: manifests stay when files are pruned."""
    return max((_number_of(path) for path in data.published.glob("v*.*")), default=0)


def _number_of(path: Path) -> int:
    """`v00000017.duckdb`, and what a killed run left of it: `v00000017.new.wal`."""
    return int(path.name.split(".")[0].lstrip("v"))


def _manifest_path(data: DataFolder, number: int) -> Path:
    return data.published / f"v{number:08d}.json"


def _read_manifest(data: DataFolder, number: int) -> Version:
    told = json.loads(_manifest_path(data, number).read_text())
    require_known(
        str(told["file"]),
        int(told.get("form", 0)),
        PUBLISHED_FORM,
        str(told.get("written_by", "")),
        "Upgrade, or run `promesa run` to publish anew.",
    )
    return Version(
        **{
            **told,
            "causes": tuple(told["causes"]),
            "extraction_ids": tuple(told["extraction_ids"]),
            "tables": {name: TableContent(**table) for name, table in told["tables"].items()},
        }
    )


def _require_no_log_beside(path: Path) -> None:
    log = path.with_name(path.name + ".wal")
    if log.exists():
        raise PublishError(f"{path.name} was not checkpointed: {log.name} stands beside it.")


def hash_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes, flushed to the disk first."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    return digest


def _write_whole(path: Path, text: str) -> None:
    """Write aside, flush to the disk, rename: a reader sees the old text or the new one."""
    aside = path.with_name(path.name + ".new")
    with aside.open("w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    aside.rename(path)


def _prune(data: DataFolder, newest: int) -> None:
    """Old files and leavings of killed runs go, manifests stay; whoever still reads an old file
    keeps it open until done."""
    for path in data.published.glob("v*.duckdb"):
        if _number_of(path) <= newest - VERSIONS_KEPT:
            path.unlink()
    for pattern in ("*.new", "*.new.wal"):
        for path in data.published.glob(pattern):
            path.unlink()
