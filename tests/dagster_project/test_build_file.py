"""At the end of a build nothing in the process holds its file: what follows can attach it."""

import threading
import time

import duckdb
import pytest
from dbt.adapters.duckdb import environments
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from dagster_project.warehouse import DataFolder
from dagster_project.warehouse.transform import dbt_over


@pytest.fixture
def data(tmp_path):
    return DataFolder(tmp_path).create()


def environment_of(data: DataFolder):
    """What dbt opens a build file with."""
    return environments.create(
        DuckDBCredentials(path=str(data.build), database="warehouse", schema="main")
    )


def attach(data: DataFolder) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{data.build}' as built (read_only)")


def test_a_thread_of_dbt_that_still_works_is_waited_for(data):
    environment = environment_of(data)
    handle = environment.handle()
    handle.cursor().execute("create table made as select r from range(4_000_000) t(r)")
    slow = "create table ordered as select r, hash(r) as h from made order by h"
    thread = threading.Thread(target=handle.cursor().execute, args=[slow])
    with dbt_over(data):
        DuckDBConnectionManager._ENV = environment
        thread.start()
        time.sleep(0.1)
        assert thread.is_alive(), "the statement was over before the build was"
    attach(data)
    thread.join()


def test_an_environment_that_dbt_has_replaced_is_closed(data):
    environment = environment_of(data)
    environment.handle().cursor().execute("create table made as select 1")
    environment.holds_itself = environment
    with dbt_over(data):
        del environment
    attach(data)
