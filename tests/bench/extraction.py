"""Extraction by each path, landing included, against the bare download of the same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from extract import Extraction, FilesSource, Source, extract_object
from extract.salesforce import SalesforceSettings, SalesforceSource
from extract.sap_b1 import SapB1Settings, SapB1Source
from tests.bench.cycles import (
    IdleCycle,
    measure_connections,
    measure_idle_cycle,
    paged,
    print_connections,
    print_idle_cycles,
)
from tests.bench.replay import Recorder
from tests.bench.told import heading, median_seconds, progress, ratio, table

Environment = dict[str, str]

_NEVER_BULK, _ALWAYS_BULK = 10_000_000, 1
_BULK = "Salesforce Bulk 2.0"


@dataclass(frozen=True)
class _Measured:
    path: str
    objects: int
    rows: int
    bytes: int
    calls: int
    bare_seconds: float
    parse_seconds: float
    extract_seconds: float


def salesforce_source(
    environment: Environment, address: str, bulk_from_rows: int = 2000
) -> SalesforceSource:
    """The sandbox's org, reached at `address`."""
    settings = _settings("SALESFORCE_", environment)
    settings |= {"login_url": address, "bulk_from_rows": bulk_from_rows}
    return SalesforceSource(SalesforceSettings(**settings))


def sap_b1_source(environment: Environment, address: str) -> SapB1Source:
    """The sandbox's Service Layer, reached at `address`."""
    return SapB1Source(SapB1Settings(**_settings("SAP_B1_", environment) | {"url": address}))


def _settings(prefix: str, environment: Environment) -> dict[str, Any]:
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in environment.items()
        if name.startswith(prefix)
    }


def _extract(
    source: Source, names: Sequence[str], raw: Path, as_of: datetime, full: bool = True
) -> list[Extraction]:
    return [extract_object(source, name, raw, as_of, full=full) for name in names]


def measure_extraction(
    environment: Environment,
    recorders: tuple[Recorder, Recorder],
    files: Path,
    raw: Path,
    as_of: datetime,
    work: Path,
) -> None:
    """Land the whole company in `raw`, then measure every path and print the ratios.

    The recorders stand before the two servers.
    """
    salesforce, sap_b1 = recorders
    paths: list[tuple[str, Recorder, Callable[[], Source]]] = [
        (
            "Salesforce REST",
            salesforce,
            lambda: salesforce_source(environment, salesforce.address, _NEVER_BULK),
        ),
        (
            _BULK,
            salesforce,
            lambda: salesforce_source(environment, salesforce.address, _ALWAYS_BULK),
        ),
        ("Service Layer pages", sap_b1, lambda: sap_b1_source(environment, sap_b1.address)),
    ]
    progress("extraction: reading the whole company from both servers, once by each path")
    cycles: list[IdleCycle] = []
    for path, _, open_source in paths:
        with closing(open_source()) as source:
            if path == _BULK:
                _extract(source, paged(source), _fresh(work / "raw") / "raw.duckdb", as_of)
            else:
                cycles.append(measure_idle_cycle(path, source, raw, as_of))
    for recorder in recorders:
        recorder.replay()
    progress("extraction: measuring")
    measured = [_measure_files(files, as_of, work)]
    measured += [_measure_wire(*path, as_of, work) for path in paths]
    _print(measured)
    print_idle_cycles(cycles)
    progress("extraction: over one, two and four connections at a time")
    print_connections(
        [measure_connections(path, open_source, as_of, work) for path, _, open_source in paths]
    )


def _measure_files(files: Path, as_of: datetime, work: Path) -> _Measured:
    source = FilesSource(files)
    paths = sorted(files.glob("*.csv"))
    names = [spec.name for spec in source.objects()]
    seconds, extractions = _timed_extraction(source, names, as_of, work)
    return _Measured(
        path="files (CSV)",
        objects=len(names),
        rows=sum(one.received for one in extractions),
        bytes=sum(path.stat().st_size for path in paths),
        calls=0,
        bare_seconds=median_seconds(lambda: [path.read_bytes() for path in paths]),
        parse_seconds=median_seconds(lambda: _parse(files, work)),
        extract_seconds=seconds,
    )


def _measure_wire(
    path: str, recorder: Recorder, open_source: Callable[[], Source], as_of: datetime, work: Path
) -> _Measured:
    with closing(open_source()) as source:
        names = paged(source)
        seconds, extractions = _timed_extraction(
            source, names, as_of, work, recorder.forget_requests
        )
    requests = recorder.requests()
    folder = _fresh(work / "answers")
    received = recorder.download(requests, folder)
    return _Measured(
        path=path,
        objects=len(names),
        rows=sum(one.received for one in extractions),
        bytes=received,
        calls=sum(one.calls for one in extractions),
        bare_seconds=median_seconds(lambda: recorder.download(requests, folder)),
        parse_seconds=median_seconds(lambda: _parse(folder, work)),
        extract_seconds=seconds,
    )


def _timed_extraction(
    source: Source,
    names: Sequence[str],
    as_of: datetime,
    work: Path,
    begin: Callable[[], None] = lambda: None,
) -> tuple[float, list[Extraction]]:
    """The median seconds of whole extractions, each into a raw file of its own."""
    last: list[Extraction] = []

    def once() -> None:
        begin()
        last[:] = _extract(source, names, _fresh(work / "raw") / "raw.duckdb", as_of)

    return median_seconds(once), last


def _parse(folder: Path, work: Path) -> None:
    """DuckDB's own reading of the same files into tables: what no landing can undercut."""
    with duckdb.connect(str(_fresh(work / "parsed") / "parsed.duckdb")) as connection:
        if any(folder.glob("*.json")):
            connection.execute(
                "create table page as select unnest("
                "json_extract(content, '$.value[*]') || json_extract(content, '$.records[*]')"
                ") as record from read_text(?) where json_valid(content)",
                [str(folder / "*.json")],
            )
        for number, path in enumerate(sorted(folder.glob("*.csv"))):
            connection.execute(
                f"create table csv_{number} as from read_csv(?, all_varchar = true)", [str(path)]
            )


def _fresh(folder: Path) -> Path:
    """The folder, emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _print(measured: Sequence[_Measured]) -> None:
    heading(
        "Extraction, landing included, against the bare transfer of the same bytes"
        " (the servers' answers are replayed, so their own work counts on neither side)"
    )
    table(
        (
            "path",
            "objects",
            "rows",
            "MB",
            "calls",
            "transfer s",
            "DuckDB reads s",
            "extraction s",
            "rows/s",
            "/ transfer",
            "/ (transfer + DuckDB)",
        ),
        [
            (
                one.path,
                f"{one.objects}",
                f"{one.rows:,}",
                f"{one.bytes / 1e6:,.1f}",
                f"{one.calls:,}",
                f"{one.bare_seconds:.3f}",
                f"{one.parse_seconds:.3f}",
                f"{one.extract_seconds:.2f}",
                f"{one.rows / one.extract_seconds:,.0f}",
                ratio(one.extract_seconds, one.bare_seconds),
                ratio(one.extract_seconds, one.bare_seconds + one.parse_seconds),
            )
            for one in measured
        ],
    )
