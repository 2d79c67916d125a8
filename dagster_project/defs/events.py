"""Where the orchestrator keeps its events: one SQLite file, opened once per process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine


class EventsInOneFile(ConsolidatedSqliteEventLogStorage):
    """Dagster's own storage, which would make an engine and a connection for each statement.

    A round stores some 1,700 events by 5,000 statements: a tenth of its processor time.
    """

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self._conn_string, connect_args={"timeout": 60})

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection
