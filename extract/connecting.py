"""Which sources there are: from the settings, or a folder that stands in for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extract.configuration import is_configured, read_settings
from extract.errors import Misconfigured
from extract.files import FilesSource
from extract.salesforce import SalesforceSettings, SalesforceSource
from extract.sap_b1 import SapB1Settings, SapB1Source
from extract.source import Source
from extract.transport import Limits


@contextmanager
def open_sources(
    *,
    files: Path | None = None,
    env_file: Path | None = None,
    time_zone: str = "Europe/Madrid",
    limits: Limits | None = None,
) -> Iterator[tuple[Source, ...]]:
    """The configured systems, or the given folder instead of them; closed at the end.

    Settings come from the environment and from `env_file`; raises Misconfigured with one sentence
    per wrong value, or when nothing is configured.
    """
    sources = (FilesSource(files, time_zone),) if files is not None else _live(env_file, limits)
    try:
        yield sources
    finally:
        for source in sources:
            source.close()


def _live(env_file: Path | None, limits: Limits | None) -> tuple[Source, ...]:
    sources: list[Source] = []
    if is_configured("SALESFORCE_", env_file):
        sources.append(SalesforceSource(read_settings(SalesforceSettings, env_file), limits))
    if is_configured("SAP_B1_", env_file):
        sources.append(SapB1Source(read_settings(SapB1Settings, env_file), limits))
    if not sources:
        raise Misconfigured(
            "No source is configured.",
            code="no_source",
            what_to_do="Fill in SALESFORCE_… and SAP_B1_… in .env, or give a folder of files.",
        )
    return tuple(sources)
