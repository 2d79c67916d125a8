"""A folder of CSV or Parquet files that stands in for a system, by mapping files."""

from __future__ import annotations

from pathlib import Path

from extract.files.mapping import read_mappings
from extract.files.objects import offered
from extract.files.read import read_folder
from extract.files.settings import FilesSettings
from extract.source import ObjectSpec, Reading, ReadPlan


class FilesSource:
    """A company folder with mapping files."""

    def __init__(self, folder: Path, time_zone: str = "Europe/Madrid") -> None:
        settings = FilesSettings(folder, time_zone).checked()
        self._folder = settings.folder.resolve()
        self._zone = settings.time_zone
        self._mappings = read_mappings(self._folder)
        self._objects = offered(self._mappings)

    @property
    def label(self) -> str:
        """'files:<folder name>'."""
        return f"files:{self._folder.name}"

    def objects(self) -> tuple[ObjectSpec, ...]:
        """The objects that have a mapping file."""
        return self._objects

    def read(self, spec: ObjectSpec, plan: ReadPlan) -> Reading:
        """Spool one object from its files; the read is always whole."""
        mappings = [
            (name, mapping)
            for name, mapping in self._mappings.items()
            if (mapping.system, mapping.object) == (spec.system, spec.name)
        ]
        return read_folder(self._folder, mappings, spec, plan, self._zone)

    def close(self) -> None:
        """Nothing stays open between reads."""


__all__ = ["FilesSource"]
