"""One round of the pipeline in this process: extraction, answers, publication, write-back.

The product's own functions, in the order of `dagster_project/defs`, without the orchestrator and
without dbt: a few lines of SQL over raw stand for the models, so that a round takes a tenth of a
second. What the models themselves say is tested elsewhere.
"""

from __future__ import annotations

import functools
import importlib
import os
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import stamina
from pydantic_settings import BaseSettings

from dagster_project.warehouse import DataFolder, publish
from dagster_project.warehouse.publish import PublishError
from dagster_project.write_back import BrakeLimits, target, write_back
from extract import (
    DECLARED,
    ExtractError,
    Limits,
    SalesforceSource,
    configuration,
    connecting,
    create_raw,
    extract_object,
    extracting,
    open_sources,
)
from extract.landing import incoming_folder, progress
from tests.simulation.answers import build, written_objects
from tests.simulation.company import SYSTEM_OF
from tests.simulation.kills import Killed, Killer, mortal
from tests.simulation.world import SYSTEMS, World

QUICK = Limits(
    connect_seconds=2,
    silence_seconds=5,
    request_seconds=10,
    attempts=3,
    first_wait_seconds=0.0001,
)
# By name: in the package stands a function called `write_back`, and `round` is Python's own.
_WRITE_BACK, _SEND = (
    importlib.import_module(f"dagster_project.write_back.{name}") for name in ("round", "send")
)
FREE = BrakeLimits(records=10_000, share=1.0, verdict_flips=10_000)


@dataclass(frozen=True)
class Begun:
    """Where the journals ended when the extraction of an object began, and how it ended."""

    object: str
    position: int
    extraction_id: int | None
    error: str


@dataclass
class Round:
    """What the run's own record says of one round."""

    number: int
    as_of: datetime
    begun: list[Begun] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    state: str = "running"
    said: str = ""
    killed_at: str = ""
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)
    published: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    planned: int = 0
    answers: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    is_held: bool = False
    is_released: bool = False
    has_written_back: bool = False
    goes_on: bool = False
    """An earlier run left an unfinished read, which this one may go on with (F22)."""

    @property
    def run_id(self) -> str:
        """The name of the run in the ledger."""
        return f"run-{self.number}"


@dataclass(frozen=True)
class Order:
    """How a round is run: in which order it reads, how full, how large the brake is, who releases.

    `kill` is (stage, n-th call): the run dies there. A round that does not publish plans again over
    the version that is there; one that does not write only reads, as `promesa run` may.
    """

    objects: Sequence[str]
    full: frozenset[str] = frozenset()
    limits: BrakeLimits = FREE
    is_released: bool = False
    kill: tuple[str, int] | None = None
    publishes: bool = True
    writes: bool = True


def run_round(
    world: World, data: DataFolder, number: int, as_of: datetime, order: Order, killer: Killer
) -> Round:
    """Run a round to its end, whatever the end is; only a mistake of the code raises."""
    told = Round(number, as_of)
    told.goes_on = any(incoming_folder(data.raw).rglob("read.jsonl"))
    killer.counts.clear()
    killer.at, killer.where = order.kill, ""
    before = {name: world.position(name) for name in SYSTEMS}
    try:
        with quick(world), mortal(killer):
            _stages(world, data, order, told, killer)
    except Killed:
        told.state, told.killed_at = "killed", killer.where
        killer.bury()
    except (ExtractError, PublishError, OSError, duckdb.Error) as error:
        told.state, told.said = "failed", str(error)
    killer.let_go()
    told.positions = {name: (before[name], world.position(name)) for name in SYSTEMS}
    return told


def _stages(world: World, data: DataFolder, order: Order, told: Round, killer: Killer) -> None:
    killer.stage = "extract"
    _extract(world, data, order, told)
    if order.publishes:
        killer.stage = "build"
        told.answers = build(data, told.as_of)
        killer.stage = "publish"
        told.published = publish(data, told.as_of, tuple(told.causes)).number
    if not order.writes:
        told.state = "degraded" if told.causes else "success"
        return
    killer.stage = "write"
    report = write_back(data, told.as_of, told.run_id, order.limits)
    if report.held is not None and order.is_released:
        told.is_released = True
        release = report.plan.identity
        report = write_back(data, told.as_of, told.run_id, order.limits, release)
    told.counts, told.planned = report.counts, len(report.plan.changes)
    told.is_held, told.has_written_back = report.held is not None, report.held is None
    told.state = "degraded" if told.causes else "success"


def _extract(world: World, data: DataFolder, order: Order, told: Round) -> None:
    """As the assets of the sources do: an object that can't be read keeps its last extraction."""
    if not order.objects:
        return
    create_raw(data.raw)
    with open_sources(limits=QUICK) as sources:
        by_system = {source.label: source for source in sources}
        for system in SYSTEMS:
            names = [name for name in order.objects if SYSTEM_OF[name] == system]
            last: ExtractError | None = None
            read = 0
            for name in names:
                position = world.position(system)
                try:
                    done = extract_object(
                        by_system[system],
                        name,
                        data.raw,
                        told.as_of,
                        full=name in order.full,
                        system=system,
                    )
                    read += 1
                    told.begun.append(Begun(name, position, done.extraction_id, ""))
                    if done.state == "parked":
                        told.causes.append(f"{system} {name}: {done.note}")
                except ExtractError as error:
                    last = error
                    told.begun.append(Begun(name, position, None, str(error)))
                    told.causes.append(str(error))
            if last is not None and not read:
                raise last


@contextmanager
def quick(world: World) -> Iterator[None]:
    """The product's waits and deadlines, a thousand times shorter."""
    with pytest.MonkeyPatch.context() as patch:
        sleep = time.sleep
        patch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.0001)))
        patch.setattr(target, "SalesforceSource", functools.partial(SalesforceSource, limits=QUICK))
        # Reading the machine's authorities takes 60 ms; these servers speak plain http.
        patch.setattr(ssl, "create_default_context", _authorities)
        stamina.instrumentation.set_on_retry_hooks(())
        patch.setattr(extracting, "DECLARED", tuple(s for s in DECLARED if s.name in SYSTEM_OF))
        # How long ago a read was broken off is asked of this clock; it must be the servers'.
        clock = type("Clock", (datetime,), {"now": classmethod(lambda *_: world.now)})
        patch.setattr(progress, "datetime", clock)
        # No cases and no campaigns here: their signals need not be asked for.
        for module in (_WRITE_BACK, _SEND, target):
            patch.setattr(module, "signal_objects", written_objects)
        patch.setattr(connecting, "read_settings", _settings)
        yield


def _settings(kind: type[BaseSettings], env_file: Path | None) -> BaseSettings:
    given = frozenset(os.environ.items())
    return _read_settings(kind, env_file, given)


@functools.lru_cache(maxsize=64)
def _read_settings(
    kind: type[BaseSettings], env_file: Path | None, _: frozenset[tuple[str, str]]
) -> BaseSettings:
    return configuration.read_settings(kind, env_file)


_create_context = ssl.create_default_context


@functools.cache
def _authorities(*_: Any, **__: Any) -> ssl.SSLContext:
    return _create_context()
