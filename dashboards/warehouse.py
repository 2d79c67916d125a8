"""The one door to the published warehouse: which file is current, and queries against it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import streamlit as st

VERSION_KEY = "version"
PUBLISHED_FORM = 1  # the newest form of a published file that these pages read


class NothingPublished(Exception):
    """No version has been published yet."""


class BrokenVersion(Exception):
    """The published file is missing, or is not the one its manifest describes (S5)."""


def published_folder() -> Path:
    """The folder of published versions, below the data folder of PROMESA_DATA."""
    return Path(os.environ.get("PROMESA_DATA", "data")) / "made" / "published"


def current_file() -> Path | None:
    """The published file that CURRENT names, or None before the first publication."""
    pointer = published_folder() / "CURRENT"
    if not pointer.exists():
        return None
    return published_folder() / Path(pointer.read_text().strip()).name


def open_current_version() -> None:
    """Fix the version that every query of this page draw uses (I10), and open it.

    Raises NothingPublished before the first publication, BrokenVersion when the file can't be read.
    """
    file = current_file()
    if file is None:
        raise NothingPublished
    try:
        _connection(file.name)
    except (OSError, ValueError, KeyError, duckdb.Error) as error:
        raise BrokenVersion(file.name) from error
    st.session_state[VERSION_KEY] = file.name


def published_at() -> datetime:
    """When the version of this draw was published (UTC), by the file's own time."""
    file = published_folder() / st.session_state[VERSION_KEY]
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.now(UTC)  # pruned a moment ago by a newer publication: a fresh one is there


Parameters = Sequence[Any] | Mapping[str, Any]


def query(sql: str, parameters: Parameters = ()) -> pd.DataFrame:
    """Rows of the current version as a data frame; cached by version, statement and parameters."""
    return _frame(st.session_state[VERSION_KEY], sql, parameters)


def query_arrow(sql: str, parameters: Parameters = ()) -> pa.Table:
    """Rows of the current version as an Arrow table, for the engine; cached, never copied."""
    return _arrow(st.session_state[VERSION_KEY], sql, parameters)


@st.cache_data(max_entries=500, show_spinner=False)
def _frame(version: str, sql: str, parameters: Parameters) -> pd.DataFrame:
    with _connection(version).cursor() as cursor:
        cursor.execute("use warehouse")  # a cursor does not inherit it
        return cursor.execute(sql, parameters).df()


@st.cache_resource(max_entries=100, show_spinner=False)
def _arrow(version: str, sql: str, parameters: Parameters) -> pa.Table:
    with _connection(version).cursor() as cursor:
        cursor.execute("use warehouse")  # a cursor does not inherit it
        return cursor.sql(sql, params=parameters).to_arrow_table()


@st.cache_resource(max_entries=2, show_spinner=False, on_release=duckdb.DuckDBPyConnection.close)
def _connection(version: str) -> duckdb.DuckDBPyConnection:
    """Read-only, closed off from every other file (S5), the version attached as `warehouse`."""
    path = published_folder() / version
    _require_sound(path)
    connection = duckdb.connect()
    connection.execute(f"attach '{path}' as warehouse (read_only)")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _require_sound(path: Path) -> None:
    manifest = json.loads(path.with_suffix(".json").read_text())
    if manifest.get("form", 0) > PUBLISHED_FORM:
        raise ValueError(f"{path.name} was written by Promesa {manifest.get('written_by')}, newer")
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != manifest["file_hash"]:
        raise ValueError(f"{path.name} differs from its manifest")


def time_zone() -> str:
    """The plant's time zone, from PROMESA_TIME_ZONE."""
    return os.environ.get("PROMESA_TIME_ZONE", "Europe/Madrid")
