"""Both servers over the tiny company: time by hand, a reset, changes, and what they hold."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import httpx
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dagster_project.command.setup_crm import run_setup
from sandbox.clock import Clock
from sandbox.company import read_company
from sandbox.context import ServerContext
from sandbox.control import Control
from sandbox.salesforce import app as salesforce_app
from sandbox.salesforce import environment as salesforce_environment
from sandbox.salesforce import load_company as load_salesforce
from sandbox.salesforce.auth import Door
from sandbox.salesforce.keys import make_id
from sandbox.salesforce.records import Records as SalesforceRecords
from sandbox.salesforce.schema import SObject
from sandbox.sap_b1 import create_app as create_sap
from sandbox.sap_b1 import environment as sap_environment
from sandbox.sap_b1 import load_company as load_sap
from sandbox.sap_b1.records import Records as SapRecords
from sandbox.serve import HOST, bind
from sandbox.state import JournalEntry, State
from tests.simulation.company import (
    KEYS,
    START,
    SYSTEM_OF,
    VERSION_FIELDS,
    Record,
    write_company,
)

System = Literal["salesforce", "sap_b1"]
SYSTEMS: tuple[System, ...] = ("salesforce", "sap_b1")
SELLER = make_id("005", 2)
BEGIN = datetime.fromisoformat(START)
EMPTY, FILLED = "nothing read yet", "read, published and written once"


@dataclass(frozen=True)
class Seen:
    """One state of one record: visible to whoever asks after `position` of its journal."""

    position: int
    version: int
    is_deleted: bool
    late_seconds: float = 0.0


History = dict[tuple[str, str], list[Seen]]


@dataclass
class Mutation:
    """What the way back to the client does to the n-th answer of a path, once."""

    path: str
    skip: int
    change: Callable[[bytes], bytes]
    hit: int = 0


@dataclass(frozen=True)
class _Kept:
    """Both servers at one instant, to begin from."""

    copies: dict[System, sqlite3.Connection]
    elapsed: float
    version: int
    history: History
    changed_at: dict[tuple[str, str], float]


@dataclass
class World:
    """Both servers at work in a thread of this process."""

    folder: Path
    elapsed: float = 0.0
    history: History = field(default_factory=dict)
    mutations: list[Mutation] = field(default_factory=list)
    during: list[tuple[System, int, Callable[[], None]]] = field(default_factory=list)
    version: int = 0

    def __post_init__(self) -> None:
        company_folder = write_company(self.folder / "company")
        company = read_company(company_folder)
        self._clock_state = State(self.folder / "clock.sqlite")
        clock = Clock(self._clock_state, company.clock, self._tick)
        self.contexts = {
            name: ServerContext(name, State(self.folder / f"{name}.sqlite"), clock, company)
            for name in SYSTEMS
        }
        load_salesforce(self.contexts["salesforce"], company_folder)
        load_sap(self.contexts["sap_b1"], company_folder)
        self._apps: dict[str, ASGIApp] = {}
        self._client = httpx.Client(trust_env=False)
        self._field_names: dict[str, str] = {}
        self._changed_at: dict[tuple[str, str], float] = {}
        self._make_apps()
        self.environment = self._serve()
        with settings_of(self):
            run_setup()
        for context in self.contexts.values():
            context.state.connection.execute("delete from journal")
        self.elapsed = 60.0
        self.history = {
            (name, key): [Seen(0, 0, is_deleted=False)]
            for name in KEYS
            for key in self.content(name)
        }
        self._kept: dict[str, _Kept] = {}
        self.keep(EMPTY)

    # -- time and beginning ------------------------------------------------------------------

    def _tick(self) -> float:
        self.elapsed += 0.001
        return self.elapsed

    @property
    def now(self) -> datetime:
        """The servers' present."""
        return BEGIN + timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        """Let time pass in both servers."""
        self.elapsed += seconds

    def keep(self, name: str) -> None:
        """Keep the servers as they are now under a name, to begin from."""
        copies = {system: self._copy_of(system) for system in SYSTEMS}
        history = {one: list(seen) for one, seen in self.history.items()}
        changed_at = dict(self._changed_at)
        self._kept[name] = _Kept(copies, self.elapsed, self.version, history, changed_at)

    def reset(self, name: str = EMPTY) -> None:
        """Begin again as it was kept: the same records, journal and instant, no fault."""
        kept = self._kept[name]
        for system in SYSTEMS:
            state = self.contexts[system].state
            with state.lock:
                kept.copies[system].backup(state.connection)
            self.contexts[system].faults.clear()
        self.elapsed = kept.elapsed
        self.version = kept.version
        self.mutations.clear()
        self.during.clear()
        self._changed_at = dict(kept.changed_at)
        self._make_apps()
        self.history = {one: list(seen) for one, seen in kept.history.items()}

    def stop(self) -> None:
        """End both servers."""
        for server in self._uvicorn:
            server.should_exit = True
        self._thread.join(timeout=5)

    # -- what the sources hold ----------------------------------------------------------------

    def content(self, name: str) -> dict[str, Record]:
        """Key → record as the server itself stores it; deleted ones are left out."""
        is_crm = name == "Task" or SYSTEM_OF[name] == "salesforce"
        state = self.contexts["salesforce" if is_crm else "sap_b1"].state
        if is_crm:
            rows = state.rows(f'select * from "sobject_{name}" where not IsDeleted')
            columns = [row[1] for row in state.rows(f'pragma table_info("sobject_{name}")')]
            records = [dict(zip(columns, row, strict=True)) for row in rows]
        else:
            table = self.sap.table_name(name)
            records = [json.loads(row[0]) for row in state.rows(f"select body from {table}")]
        return {str(record[KEYS.get(name, "Id")]): record for record in records}

    def served(self, name: str) -> dict[str, Record]:
        """Key → record as the server serves it to a plain client, nulls and links left out."""
        is_crm = SYSTEM_OF[name] == "salesforce"
        rows = self._served_by_salesforce(name) if is_crm else self._served_by_sap(name)
        return {str(row[KEYS[name]]): without_nulls(row) for row in rows}

    def journal(self, system: System, after: int = 0) -> list[JournalEntry]:
        """The server's own record of requests and commits."""
        return self.contexts[system].state.journal(after)

    def position(self, system: System) -> int:
        """Where a server's journal ends now."""
        row = self.contexts[system].state.row("select max(sequence) from journal")
        return int(row[0] or 0) if row else 0

    # -- what other people do -----------------------------------------------------------------

    def change(
        self, name: str, key: str, values: Mapping[str, Any], late_seconds: float = 0.0
    ) -> int:
        """Someone changes a record; a late one carries a stamp from before it could be seen."""
        self.version += 1
        values = {**values, VERSION_FIELDS[name]: f"#{self.version}"}
        # Changes of one record wait for each other: its stamps never go back.
        last = max(self._changed_at.get((name, key), 0.0), self._stamped_at(name, key))
        late_seconds = max(0.0, min(late_seconds, self.elapsed - last - 2.0))
        self._changed_at[name, key] = self.elapsed
        self.elapsed -= late_seconds
        try:
            if SYSTEM_OF[name] == "salesforce":
                self.crm.update(SELLER, self._sobject(name), key, values)
            else:
                self._change_in_sap(name, key, values)
        finally:
            self.elapsed += late_seconds
        self._remember(name, key, is_deleted=False, late_seconds=late_seconds)
        return self.version

    def delete(self, name: str, key: str) -> None:
        """Someone deletes a record."""
        if SYSTEM_OF[name] == "salesforce":
            self.crm.delete(SELLER, self._sobject(name), key)
        else:
            with self.sap.transaction():
                self.sap.delete(name, (key,))
            self._journal_sap(name, key, "delete")
        self._remember(name, key, is_deleted=True)

    def create(self, name: str, record: Record) -> None:
        """Someone adds a record to the ERP."""
        self.version += 1
        with self.sap.transaction():
            self.sap.insert(name, {**record, VERSION_FIELDS[name]: f"#{self.version}"})
        key = str(record[KEYS[name]])
        self._journal_sap(name, key, "create")
        self._remember(name, key, is_deleted=False)

    def overwrite(self, name: str, key: str, field_name: str, value: Any) -> None:
        """Someone else writes into a field that is Promesa's own (F20)."""
        self.crm.update(SELLER, self._sobject(name), key, {field_name: value})

    def _remember(
        self, name: str, key: str, *, is_deleted: bool, late_seconds: float = 0.0
    ) -> None:
        position = self.position("salesforce" if SYSTEM_OF[name] == "salesforce" else "sap_b1")
        seen = Seen(position, self.version, is_deleted, late_seconds)
        self.history.setdefault((name, key), []).append(seen)

    def _stamped_at(self, name: str, key: str) -> float:
        """When a record of the CRM was last written, by whomever; zero for one of the ERP."""
        text = str(self.content(name)[key].get("SystemModstamp") or START)
        instant = datetime.fromisoformat(text.replace("+0000", "+00:00").replace("Z", "+00:00"))
        return (instant - BEGIN).total_seconds()

    def _sobject(self, name: str) -> SObject:
        found = self.crm.catalog.sobject(name)
        assert found is not None, f"the CRM has no {name}"
        return found

    def _change_in_sap(self, name: str, key: str, values: Mapping[str, Any]) -> None:
        before = self.content(name)[key]
        with self.sap.transaction():
            self.sap.update(name, before, {**before, **values})
        self._journal_sap(name, key, "update")

    def _journal_sap(self, name: str, key: str, operation: str) -> None:
        context = self.contexts["sap_b1"]
        detail = {"object": name, "key": key, "operation": operation, "fields": []}
        context.state.journal_commit(context.journal_stamp(), "someone", None, detail)

    # -- serving --------------------------------------------------------------------------------

    def _make_apps(self) -> None:
        self.crm = SalesforceRecords(self.contexts["salesforce"])
        sap = create_sap(self.contexts["sap_b1"])
        self.sap: SapRecords = sap.state.service.records
        crm: ASGIApp = salesforce_app.create_app(self.crm, Door(self.crm))
        made: dict[System, ASGIApp] = {"salesforce": crm, "sap_b1": sap}
        self._apps |= {name: Control(one, self.contexts[name]) for name, one in made.items()}

    def _copy_of(self, name: System) -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        state = self.contexts[name].state
        state.connection.backup(copy)
        return copy

    def _serve(self) -> dict[str, str]:
        sockets = {name: bind(0) for name in SYSTEMS}
        self._uvicorn = [
            uvicorn.Server(
                uvicorn.Config(
                    self._door_of(name),
                    http="h11",
                    ws="none",
                    lifespan="off",
                    log_level="critical",
                    access_log=False,
                    server_header=False,
                    date_header=False,
                    timeout_graceful_shutdown=1,
                )
            )
            for name in SYSTEMS
        ]

        async def run() -> None:
            await asyncio.gather(
                *(
                    server._serve([sockets[name]])
                    for name, server in zip(SYSTEMS, self._uvicorn, strict=True)
                )
            )

        self._thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        self._thread.start()
        addresses = {
            name: f"http://{HOST}:{taken.getsockname()[1]}" for name, taken in sockets.items()
        }
        self.addresses = addresses
        return {
            **salesforce_environment(self.contexts["salesforce"], addresses["salesforce"]),
            **sap_environment(self.contexts["sap_b1"], addresses["sap_b1"]),
        }

    def _door_of(self, name: System) -> ASGIApp:
        async def door(scope: Scope, receive: Receive, send: Send) -> None:
            self._happen(name)
            mutation = self._mutation_for(scope["path"])
            carried = send if mutation is None else _mutated(send, mutation)
            await self._apps[name](scope, receive, carried)

        return door

    def _happen(self, name: System) -> None:
        """What someone does while a run reads: at the n-th request from now on."""
        left: list[tuple[System, int, Callable[[], None]]] = []
        for system, waits, action in self.during:
            if system == name and waits == 0:
                action()
            else:
                left.append((system, waits - (system == name), action))
        self.during[:] = left

    def _mutation_for(self, path: str) -> Mutation | None:
        for mutation in self.mutations:
            if not mutation.hit and re.search(mutation.path, path):
                if mutation.skip == 0:
                    mutation.hit = 1
                    return mutation
                mutation.skip -= 1
        return None

    # -- a plain client ---------------------------------------------------------------------------

    def _served_by_salesforce(self, name: str) -> list[Record]:
        told = self._client.post(
            f"{self.addresses['salesforce']}/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self.environment["SALESFORCE_CLIENT_ID"],
                "client_secret": self.environment["SALESFORCE_CLIENT_SECRET"],
            },
        ).json()
        root = f"{self.addresses['salesforce']}/services/data/v60.0"
        headers = {"Authorization": f"Bearer {told['access_token']}"}
        if name not in self._field_names:
            told = self._client.get(f"{root}/sobjects/{name}/describe", headers=headers).json()
            self._field_names[name] = ", ".join(
                one["name"] for one in told["fields"] if one["type"] not in ("address", "location")
            )
        question = {"q": f"SELECT {self._field_names[name]} FROM {name}"}
        answer = self._client.get(f"{root}/query", headers=headers, params=question).json()
        records: list[Record] = answer["records"]
        return records

    def _served_by_sap(self, name: str) -> list[Record]:
        root = f"{self.addresses['sap_b1']}/b1s/v2"
        login = {
            "CompanyDB": self.environment["SAP_B1_COMPANY"],
            "UserName": self.environment["SAP_B1_USER"],
            "Password": self.environment["SAP_B1_PASSWORD"],
        }
        session = self._client.post(f"{root}/Login", json=login).json()["SessionId"]
        headers = {"Cookie": f"B1SESSION={session}", "Prefer": "odata.maxpagesize=0"}
        records: list[Record] = self._client.get(f"{root}/{name}", headers=headers).json()["value"]
        return records


def without_nulls(value: Any) -> Any:
    """A record without what says nothing: nulls, and what the wire says about itself."""
    if isinstance(value, dict):
        return {
            name: without_nulls(one)
            for name, one in value.items()
            if one is not None and name != "attributes" and not name.startswith("@odata")
        }
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def _mutated(send: Send, mutation: Mutation) -> Send:
    """Sends a whole answer with another body under the same status."""
    begun: list[Message] = []
    body = bytearray()

    async def carry(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.append(message)
            return
        body.extend(message.get("body", b""))
        if not message.get("more_body", False):
            other = mutation.change(bytes(body))
            kept = [one for one in begun[0]["headers"] if one[0].lower() != b"content-length"]
            length = (b"content-length", str(len(other)).encode())
            await send({**begun[0], "headers": [*kept, length]})
            await send({"type": "http.response.body", "body": other})

    return carry


@contextmanager
def settings_of(world: World) -> Iterator[None]:
    """The settings that lead to this world's servers, and a folder without a `.env`."""
    with patch.dict(os.environ, world.environment), chdir(world.folder):
        yield


def utc(instant: datetime) -> datetime:
    """The same instant without its zone, as DuckDB keeps it."""
    return instant.astimezone(UTC).replace(tzinfo=None)
