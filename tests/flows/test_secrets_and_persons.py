"""S1, S16 and S17 over everything that the demo company's rounds left on the disk."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

import duckdb
import pytest
import yaml

from dagster_project.warehouse import current_version

CHECKOUT = Path(__file__).parents[2]
PUBLIC = ("marts", "questions", "signals")

# Names of companies and towns stand in other tables by their own right.
NOT_OF_A_PERSON = {"company", "city"}

pytestmark = pytest.mark.xdist_group("main_job")


@pytest.fixture(scope="module")
def plant(plant_after_one_round):
    return plant_after_one_round


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as looked_at (read_only)")
        yield connection


def tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'looked_at'"
    ).fetchall()
    return [f'looked_at."{schema}"."{name}"' for schema, name in rows]


def test_S1_no_secret_is_in_any_file_table_or_line_of_output(plant):
    """Plain, in base64 and URL-encoded; the practice servers' own state is theirs."""
    secrets = [
        value
        for name, value in plant.servers.environment.items()
        if "SECRET" in name or "PASSWORD" in name
    ]
    forms = {
        form
        for secret in secrets
        for form in (
            secret,
            base64.b64encode(secret.encode()).decode(),
            quote(secret, safe=""),
            quote_plus(secret),
        )
    }
    assert len(secrets) == 2
    assert not [form for form in forms if form in plant.said_by_demo]

    theirs = plant.data.root / "made" / "sandbox"
    files = [
        path for path in plant.data.root.rglob("*") if path.is_file() and theirs not in path.parents
    ]
    assert plant.data.ledger in files and plant.data.raw in files
    assert any(plant.data.orchestrator in path.parents for path in files)
    for path in files:
        content = path.read_bytes()
        assert not [form for form in forms if form.encode() in content], path

    version = current_version(plant.data)
    for path in (plant.data.published / version.file, plant.data.ledger, plant.data.raw):
        with opened(path) as connection:
            for table in tables(connection):
                found = connection.execute(
                    f"select count(*) from {table} as row, unnest(?::varchar[]) as form(told)"
                    " where contains(row::varchar, told)",
                    [sorted(forms)],
                ).fetchone()
                assert found == (0,), table


def test_S16_the_round_connected_to_this_machines_servers_alone(demo_round):
    """Every process that the command started told where it connects; names are looked up here."""
    lines = set((demo_round.home / "connections.txt").read_text().splitlines())
    here = {"127.0.0.1", "localhost", "::1", "None", "0.0.0.0"}
    assert {line for line in lines if line.startswith("connect ")}, "something was recorded"
    assert {line for line in lines if line.split()[1] not in here} == set()


def personal_columns() -> dict[str, set[str]]:
    """Model → its columns tagged as personal data."""
    found: dict[str, set[str]] = {}
    for path in (CHECKOUT / "dbt" / "models").rglob("*.yml"):
        for model in (yaml.safe_load(path.read_text()) or {}).get("models") or ():
            names = {
                column["name"]
                for column in model.get("columns") or ()
                if column.get("config", {}).get("meta", {}).get("personal_data")
            }
            if names:
                found[model["name"]] = names
    return found


def test_S17_what_is_published_holds_no_value_of_a_personal_column(plant):
    """Unless the published column is tagged as well, because a page or signal needs it."""
    tagged = personal_columns()
    assert {"stg_salesforce__contact", "stg_salesforce__user", "stg_salesforce__lead"} <= set(
        tagged
    )
    version = current_version(plant.data)
    with opened(plant.data.published / version.file) as connection:
        connection.execute(f"attach '{plant.first_build}' as built (read_only)")
        connection.execute("create temp table person (told varchar)")
        for model, columns in sorted(tagged.items()):
            if not model.startswith("stg_"):
                continue
            for column in sorted(columns - NOT_OF_A_PERSON):
                connection.execute(
                    f'insert into person select distinct "{column}"::varchar'
                    f' from built.staging."{model}" where length("{column}"::varchar) >= 6'
                    # The plant's hostile text stands as a company's and as a person's name.
                    f""" and not starts_with("{column}"::varchar, '=')"""
                )
        assert connection.execute("select count(*) > 100 from person").fetchone() == (True,)
        texts = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where database_name = 'looked_at' and data_type = 'VARCHAR'"
            " and list_contains(?, schema_name)",
            [list(PUBLIC)],
        ).fetchall()
        assert len(texts) > 100
        found = [
            f"{schema}.{table}.{column}"
            for schema, table, column in texts
            if column not in tagged.get(table, ())
            and connection.execute(
                f'select count(*) from looked_at."{schema}"."{table}"'
                f' where "{column}" in (select told from person)'
            ).fetchone()
            != (0,)
        ]
    assert not found, (
        f"{found} name persons. If a page or signal needs that, say so in the column's YAML with"
        " `personal_data: true`; else leave it out of the model."
    )
