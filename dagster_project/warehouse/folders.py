"""Where the data stands: what is kept for good and what can be made again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DBT_PROJECT = CHECKOUT / "dbt"


class DiskFull(Exception):
    """Too little room on the disk; the message names the space needed and the space free."""


@dataclass(frozen=True)
class DataFolder:
    """The data folder: `kept/` is irreplaceable, `made/` is deleted whole by `make clean`."""

    root: Path

    @property
    def raw(self) -> Path:
        """What the sources said, append-only."""
        return self.root / "kept" / "raw.duckdb"

    @property
    def ledger(self) -> Path:
        """Every intended write with its outcome."""
        return self.root / "kept" / "ledger.duckdb"

    @property
    def replay(self) -> Path:
        """What the engine answered when it was asked again for orders of past days."""
        return self.root / "kept" / "replay.duckdb"

    @property
    def past(self) -> DataFolder:
        """The folder in which a past day is rebuilt, over the same raw tables."""
        return DataFolder(self.root / "made" / "past")

    @property
    def recalls(self) -> Path:
        """Every mock recall with its time."""
        return self.root / "kept" / "recalls.duckdb"

    @property
    def held(self) -> Path:
        """Changesets that the brake holds, one file each."""
        return self.root / "kept" / "held"

    @property
    def lock(self) -> Path:
        """Held by the one run that may write."""
        return self.root / "kept" / "run.lock"

    @property
    def build(self) -> Path:
        """The pipeline's own file, made anew by each run; its catalog name is `warehouse`."""
        return self.root / "made" / "build" / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """Immutable published versions with their manifests, and `CURRENT`."""
        return self.root / "made" / "published"

    @property
    def dbt_target(self) -> Path:
        """dbt's manifest and compiled SQL."""
        return self.root / "made" / "dbt"

    @property
    def orchestrator(self) -> Path:
        """DAGSTER_HOME: runs and events."""
        return self.root / "made" / "dagster"

    def create(self) -> DataFolder:
        """Make every folder, readable by the owner only (S15)."""
        for folder in (
            self.root,
            self.raw.parent,
            self.held,
            self.build.parent,
            self.published,
            self.dbt_target,
            self.orchestrator,
        ):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def require_space(self, needed_bytes: int = 500_000_000) -> None:
        """Raise DiskFull when less than `needed_bytes` are free below the data folder (F24)."""
        free = shutil.disk_usage(self.root).free
        if free < needed_bytes:
            raise DiskFull(
                f"The disk of {self.root} has {free / 1e6:,.0f} MB free; a run needs "
                f"{needed_bytes / 1e6:,.0f} MB. Free some space and start again; nothing was lost."
            )
