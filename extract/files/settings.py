"""Where the files are: a folder and the plant's time zone, checked before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extract.errors import Misconfigured


@dataclass(frozen=True)
class FilesSettings:
    """A company folder; its name becomes part of the source's label."""

    folder: Path
    time_zone: str = "Europe/Madrid"

    def checked(self) -> FilesSettings:
        """Itself, or the sentence that says why the folder cannot be read."""
        if not self.folder.is_dir():
            raise Misconfigured(
                f"{self.folder} is not a folder.",
                code="folder_missing",
                what_to_do="Give the folder that holds the files and their mapping/ folder.",
            )
        return self
