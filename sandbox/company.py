"""The folder a sandbox is loaded from: its company.json and its files of records, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


class CompanyError(Exception):
    """A company folder that can't be loaded; the text names file, line and what to do."""


@dataclass(frozen=True, slots=True)
class Company:
    """What company.json says; `clock` is the instant at which the sandbox begins (aware)."""

    name: str
    clock: datetime
    currency: str
    country: str
    time_zone: str


def read_company(folder: Path) -> Company:
    """Read `folder`/company.json; CompanyError if it is missing or a value is."""
    file = folder / "company.json"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Company(
            name=content["name"],
            clock=datetime.fromisoformat(content["clock"]),
            currency=content["currency"],
            country=content["country"],
            time_zone=content["time_zone"],
        )
    except OSError as error:
        message = f"{folder} is no company folder: {file.name} can't be read ({error.strerror})."
        raise CompanyError(message) from error
    except KeyError as error:
        message = f"{file}: {error.args[0]} is missing."
        raise CompanyError(message) from error
    except ValueError as error:
        message = f"{file}: {error}."
        raise CompanyError(message) from error


def read_records(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each record of a JSON-lines file with its line number; CompanyError names a broken line."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                message = f"{file.name} line {number} is not JSON: {error}."
                raise CompanyError(message) from error
            if not isinstance(record, dict):
                message = f"{file.name} line {number} holds no record, but {line.strip()[:40]}."
                raise CompanyError(message)
            yield number, record
