"""What a cycle without news asks for, and what more connections at a time bring."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from extract import Extraction, Source, create_raw, extract_object
from tests.bench.told import heading, median_seconds, ratio, table

CONNECTIONS = (1, 2, 4)

# Functions and stored queries: asked for day by day, or without pages of their own.
_NOT_PAGED = ("CurrencyRates", "LotQuantities")


def paged(source: Source) -> list[str]:
    """The objects that come in pages of their own."""
    return [spec.name for spec in source.objects() if spec.name not in _NOT_PAGED]


def extract_all(source: Source, raw: Path, as_of: datetime) -> list[Extraction]:
    """Extract every object of a source: what moved since the last time, or everything."""
    return [extract_object(source, spec.name, raw, as_of) for spec in source.objects()]


@dataclass(frozen=True)
class IdleCycle:
    """A first load of every object, and the cycle after it in which nothing had changed."""

    path: str
    first: Sequence[Extraction]
    idle: Sequence[Extraction]


@dataclass(frozen=True)
class Connections:
    """Seconds of the same load by how many objects are read at a time."""

    path: str
    rows: int
    seconds: Sequence[float]


def measure_idle_cycle(path: str, source: Source, raw: Path, as_of: datetime) -> IdleCycle:
    """Read everything into `raw`, then once more."""
    return IdleCycle(path, extract_all(source, raw, as_of), extract_all(source, raw, as_of))


def measure_connections(
    path: str, open_source: Callable[[], Source], as_of: datetime, work: Path
) -> Connections:
    """Read the objects one, two and four at a time; landing takes turns in any case."""
    rows: list[int] = []

    def load(connections: int) -> None:
        with (
            closing(open_source()) as source,
            tempfile.TemporaryDirectory(dir=work) as folder,
            ThreadPoolExecutor(connections) as pool,
        ):
            raw = create_raw(Path(folder) / "raw.duckdb")
            read = pool.map(lambda name: extract_object(source, name, raw, as_of), paged(source))
            rows[:] = [sum(one.received for one in read)]

    seconds = [median_seconds(lambda count=count: load(count)) for count in CONNECTIONS]  # type: ignore[misc]
    return Connections(path, rows[0], seconds)


def print_idle_cycles(cycles: Sequence[IdleCycle]) -> None:
    """Calls and bytes of the cycle without news as shares of the first load's."""
    heading("A cycle without news, beside the first load of the same objects")
    table(
        ("path", "first calls", "idle calls", "/ first", "first MB", "idle MB", "rows landed idle"),
        [
            (
                one.path,
                f"{sum(each.calls for each in one.first):,}",
                f"{sum(each.calls for each in one.idle):,}",
                ratio(sum(each.calls for each in one.idle), sum(each.calls for each in one.first)),
                f"{sum(each.bytes for each in one.first) / 1e6:,.1f}",
                f"{sum(each.bytes for each in one.idle) / 1e6:,.1f}",
                f"{sum(each.landed for each in one.idle):,}",
            )
            for one in cycles
        ],
    )


def print_connections(measured: Sequence[Connections]) -> None:
    """Rows a second, and how much faster than one at a time."""
    heading("The same load with objects read one, two and four at a time")
    table(
        ("path", "rows", *(f"rows/s with {count}" for count in CONNECTIONS), "1 / 2", "1 / 4"),
        [
            (
                one.path,
                f"{one.rows:,}",
                *(f"{one.rows / seconds:,.0f}" for seconds in one.seconds),
                ratio(one.seconds[0], one.seconds[1]),
                ratio(one.seconds[0], one.seconds[2]),
            )
            for one in measured
        ],
    )
