"""The one door to the published warehouse: which file is current, and queries against it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import streamlit as st


class NothingPublished(Exception):
    """No version has been published yet."""


def published_folder() -> Path:
    """The folder of published versions, below the data folder of PROMESA_DATA."""
    return Path(os.environ.get("PROMESA_DATA", "data")) / "made" / "published"


def current_file() -> Path | None:
    """The published file that CURRENT names, or None before the first publication."""
    pointer = published_folder() / "CURRENT"
    if not pointer.exists():
        return None
    return published_folder() / pointer.read_text().strip()


def current_version() -> str:
    """The name of the version every query of this page draw uses (I10)."""
    file = current_file()
    if file is None:
        raise NothingPublished
    return file.name


def query(sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
    """Rows of the current version as a data frame; cached by version, statement and parameters."""
    return _frame(st.session_state["version"], sql, tuple(parameters))


def tables(names: Sequence[str]) -> dict[str, pa.Table]:
    """Whole tables of the current version, for the engine; cached by version."""
    return _tables(st.session_state["version"], tuple(names))


@st.cache_data(max_entries=500, show_spinner=False)
def _frame(version: str, sql: str, parameters: tuple[Any, ...]) -> pd.DataFrame:
    with _connection(version).cursor() as cursor:
        return cursor.execute(sql, list(parameters)).df()


@st.cache_resource(max_entries=2, show_spinner=False)
def _tables(version: str, names: tuple[str, ...]) -> dict[str, pa.Table]:
    with _connection(version).cursor() as cursor:
        return {name: cursor.sql(f"from {name}").to_arrow_table() for name in names}


@st.cache_resource(max_entries=2, show_spinner=False, on_release=duckdb.DuckDBPyConnection.close)
def _connection(version: str) -> duckdb.DuckDBPyConnection:
    """Read-only, closed off from every other file (S5), the version attached as `warehouse`."""
    connection = duckdb.connect()
    connection.execute(f"attach '{published_folder() / version}' as warehouse (read_only)")
    connection.execute("use warehouse")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def time_zone() -> str:
    """The plant's time zone, from PROMESA_TIME_ZONE."""
    return os.environ.get("PROMESA_TIME_ZONE", "Europe/Madrid")
