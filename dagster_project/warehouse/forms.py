"""Which form the ledger and the published files have: a newer one is refused in one sentence."""

from __future__ import annotations

from importlib.metadata import version

from extract import Stop

# Raised by one with every change that a program of before could not read. A file from before forms
# were noted counts as 0 and is read as form 1, which differs in the note alone.
LEDGER_FORM = 1
PUBLISHED_FORM = 1


def program_version() -> str:
    """The version of Promesa that runs here."""
    return version("promesa")


def require_known(file: str, form: int, known: int, written_by: str, way_out: str) -> None:
    """Raise Stop for a file that a newer program wrote (B24, F29); it is not touched."""
    if form > known:
        raise Stop(
            f"{file} was written by Promesa {written_by}; this is {program_version()}.",
            code="newer_file",
            what_to_do=way_out,
        )
