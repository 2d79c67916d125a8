"""The demo company once more, from exported files: staging cannot tell where it was read."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.warehouse import DataFolder
from dagster_project.warehouse.transform import Transform
from extract import FilesSource, create_raw, extract_object
from sandbox.plant import export_files

# What tells how a row was read, and not what it says.
HOW_IT_WAS_READ = ("extraction_id", "page_no", "row_no")
ABOUT_READING = frozenset({"stg_promesa__extraction"})


def test_the_same_company_from_files_has_no_different_row_in_staging(demo_round, tmp_path):
    export_files(demo_round.sandbox_state / "company", tmp_path / "files")
    from_files = staging_of(tmp_path / "files", tmp_path / "data", as_of(demo_round.data))
    tables, rows, differing = compare_staging(demo_round.data.build, from_files)
    print(f"{tables} staging tables, {rows:,} rows, {len(differing)} tables differ: {differing}")
    assert tables > 70 and rows > 50_000
    assert differing == {}


def as_of(data: DataFolder) -> datetime:
    """The instant that the first round answered for."""
    manifest = json.loads((data.published / "v00000001.json").read_text())
    return datetime.fromisoformat(manifest["as_of"])


def staging_of(folder: Path, into: Path, instant: datetime) -> Path:
    """Land the folder and build staging alone: the first steps of `promesa run --source files:`."""
    data = DataFolder(into).create()
    create_raw(data.raw)
    files = FilesSource(folder)
    for spec in files.objects():
        extract_object(files, spec.name, data.raw, instant, system=spec.system)
    Transform(data, instant).build(["+path:models/staging"])
    return data.build


def compare_staging(one: Path, other: Path):
    """Tables, rows and, by table, how many rows stand only in one and only in the other."""
    differing, rows = {}, 0
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        columns = connection.execute(
            "select table_name, list(column_name order by column_index)"
            " from duckdb_columns() where database_name = 'one' and schema_name = 'staging'"
            " group by 1 order by 1"
        ).fetchall()
        compared = [entry for entry in columns if entry[0] not in ABOUT_READING]
        for table, names in compared:
            listed = ", ".join(f'"{name}"' for name in names if name not in HOW_IT_WAS_READ)
            sides = [f'select {listed} from {base}.staging."{table}"' for base in ("one", "other")]
            for left, right in (sides, sides[::-1]):
                ((count,),) = connection.execute(
                    f"select count(*) from ({left} except all {right})"
                ).fetchall()
                if count:
                    differing.setdefault(table, []).append(count)
            ((count,),) = connection.execute(f"select count(*) from ({sides[0]})").fetchall()
            rows += count
    return len(compared), rows, differing
