"""How a command tells what went wrong: one sentence, no traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dagster_project.command.words import said
from dagster_project.settings import SettingsError
from dagster_project.warehouse import TransformError
from dagster_project.warehouse.folders import DiskFull
from dagster_project.warehouse.publish import PublishError
from extract import ExtractError
from promise import PlacementInputError


class Told(Exception):
    """A failure whose message is meant for the person at the terminal."""


@contextmanager
def told_in_sentences() -> Iterator[None]:
    """Turn every failure that the product knows into `Told`."""
    try:
        yield
    except (
        ExtractError,
        SettingsError,
        TransformError,
        PublishError,
        PlacementInputError,
        DiskFull,
    ) as known:
        raise Told(said(known)) from known
