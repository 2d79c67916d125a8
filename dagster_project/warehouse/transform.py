"""dbt kept warm: models parsed once per state of their files, builds asked for by selection."""

from __future__ import annotations

import functools
import gc
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dagster_project.warehouse.folders import CHECKOUT, DBT_PROJECT, DataFolder
from dagster_project.warehouse.replayed import keep_replays

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


LET_GO_SECONDS = 10


class TransformError(Exception):
    """A model or an invariant failed; the message names each one with the engine's own words."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test."""

    unique_id: str
    kind: str
    status: str
    seconds: float
    message: str


@dataclass(frozen=True)
class Transform:
    """Builds models for one `as_of` (UTC) and one language into the data folder's build file.

    `policies` are those that the company read decides otherwise than data/mappings/policy.csv.
    """

    data: DataFolder
    as_of: datetime
    language: str = "es"
    policies: Mapping[str, str] = field(default_factory=dict)

    def build(
        self, select: Sequence[str] = (), exclude: Sequence[str] = (), with_tests: bool = True
    ) -> list[NodeResult]:
        """Build the selected models and run their tests; raise TransformError when any fails."""
        left_out = ["unit_test"] if with_tests else ["unit_test", "test"]
        arguments = ["build", "--exclude-resource-type", *left_out, *self._common()]
        if select:
            arguments += ["--select", *select]
        if exclude:
            arguments += ["--exclude", *exclude]
        results = self._invoke(arguments)
        failed = [result for result in results if result.status in ("error", "fail")]
        if failed:
            raise TransformError(
                "\n".join(f"{result.unique_id}: {result.message.strip()}" for result in failed)
            )
        return results

    def _common(self) -> list[str]:
        variables: dict[str, Any] = {
            "as_of": self.as_of.strftime("%Y-%m-%dT%H:%M:%S"),
            "language": self.language,
        }
        if self.policies:
            variables["policies"] = dict(self.policies)
        return [
            "--project-dir",
            str(DBT_PROJECT),
            "--profiles-dir",
            str(DBT_PROJECT),
            "--target-path",
            str(self.data.dbt_target.absolute()),
            "--log-level-file",
            "none",
            "--no-write-json",
            "--vars",
            json.dumps(variables),
            "--log-level",
            "none",
            "--quiet",
        ]

    def _invoke(self, arguments: list[str]) -> list[NodeResult]:
        from dbt.artifacts.schemas.run import RunExecutionResult
        from dbt.cli.main import dbtRunner

        with dbt_over(self.data):
            outcome = dbtRunner(manifest=parsed_manifest()).invoke(arguments)
        if not isinstance(outcome.result, RunExecutionResult):
            raise TransformError(f"dbt could not start: {outcome.exception}")
        return [_node_result(result) for result in outcome.result]


def _node_result(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        kind=str(result.node.resource_type),
        status=str(result.status),
        seconds=float(result.execution_time),
        message=str(result.message or ""),
    )


_PARSED = (
    *(f"dbt/{part}" for part in ("dbt_project.yml", "profiles.yml", "models", "macros", "tests")),
    "data/mappings",
)


@functools.cache
def parsed_manifest() -> Manifest:
    """The project's manifest, parsed once per process; it knows no data folder.

    Takes about 6 s after a change of a model or mapping; else dbt's own cache answers in half a
    second. The cache's folder is named for the files' content, since dbt by itself overlooks SQL
    that joins an existing YAML.
    """
    from dbt.cli.main import dbtRunner

    with dbt_over(DataFolder(CHECKOUT / "data")):
        outcome = dbtRunner().invoke(
            [
                "--partial-parse",
                "parse",
                "--project-dir",
                str(DBT_PROJECT),
                "--profiles-dir",
                str(DBT_PROJECT),
                "--target-path",
                str(DBT_PROJECT / "target" / f"parsed-{_content_of_models()}"),
                "--log-level-file",
                "none",
                "--no-write-json",
                "--quiet",
            ]
        )
    if not outcome.success:
        raise TransformError(f"The models do not parse: {outcome.exception}")
    return outcome.result  # type: ignore[return-value]


def _content_of_models() -> str:
    """A hash over the place and content of each file that dbt parses."""
    digest = hashlib.sha256()
    for part in _PARSED:
        for path in sorted((CHECKOUT / part, *(CHECKOUT / part).rglob("*"))):
            if path.is_file():
                content = path.read_bytes()
                place = path.relative_to(CHECKOUT).as_posix()
                digest.update(f"{place}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


@contextmanager
def dbt_over(data: DataFolder) -> Iterator[None]:
    """Where dbt is invoked: its profile finds the data folder by PROMESA_DATA, and at the end it
    lets go of the build file: to open and close it for each model would double the time."""
    if data.raw.exists():
        keep_replays(data)
    before = os.environ.get("PROMESA_DATA")
    os.environ["PROMESA_DATA"] = str(data.root.absolute())
    try:
        yield
    finally:
        _let_go_of(data.build)
        if before is None:
            del os.environ["PROMESA_DATA"]
        else:
            os.environ["PROMESA_DATA"] = before


def _let_go_of(build: Path) -> None:
    """Close dbt's connections and see that nothing in this process holds the build file any more:
    a thread of dbt may still end its statement, and an environment that dbt has replaced is open
    until it is collected. Placement and publication could not attach the file then."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    connections: Any = DuckDBConnectionManager
    deadline = time.monotonic() + LET_GO_SECONDS
    while True:
        try:
            if connections._ENV is not None:
                connections._ENV.close()
            connections.close_all_connections()
            if build.exists():
                _require_free(build)
            return
        except duckdb.ResourceInUseException as error:
            if time.monotonic() > deadline:
                raise TransformError(
                    f"dbt has not let go of {build} after {LET_GO_SECONDS} s. Start the run again."
                ) from error
            gc.collect()
            time.sleep(0.05)


def _require_free(build: Path) -> None:
    with duckdb.connect() as connection:
        try:
            connection.execute(f"attach '{build}' as built (read_only)")
        except duckdb.IOException:
            # Another process writes to it: that is for whoever opens it next to say.
            return
