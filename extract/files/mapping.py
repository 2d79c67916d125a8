"""The mapping files of a folder: their form, read as data, and one sentence per fault."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extract.errors import Misconfigured

Scalar = str | int | float | bool


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """One condition on a row; conditions of a list hold together."""

    column: str = ""
    equals: Scalar | None = None
    not_equals: Scalar | None = None
    in_: list[Scalar] | None = Field(default=None, alias="in")
    not_in: list[Scalar] | None = None
    is_null: bool = False
    not_null: bool = False
    at_least: float | None = None
    at_most: float | None = None
    until: Literal["as_of"] | None = None
    after: Literal["as_of"] | None = None
    any: list[Condition] | None = None


class Value(_Strict):
    """Where a field's value comes from."""

    column: str = ""
    value: Scalar | None = None
    template: str = ""
    first_of: list[str] | None = None
    when: list[Condition] | None = None
    then: Scalar | Value | None = None
    otherwise: Scalar | Value | None = None
    add: list[str | float | Value] | None = None
    subtract: list[str | float | Value] | None = None
    multiply: list[str | float | Value] | None = None
    divide: list[str | float | Value] | None = None
    sum: str = ""
    avg: str = ""
    min: str = ""
    max: str = ""
    count: str = ""
    as_of: bool = False
    factor: float | None = None
    round: int | None = None
    values: dict[str, Scalar] | None = None
    format: str = ""
    until: Literal["as_of"] | None = None
    unit: str = ""
    kind: Literal["", "number", "whole", "date", "instant", "time", "flag", "text"] = ""


class Latest(_Strict):
    """Keep the newest row per key; rows dated after as_of don't count."""

    key: list[str]
    by: str


class Table(_Strict):
    """A file with what is done to its rows before values are taken from it."""

    file: str = ""
    delimiter: str = ""
    encoding: Literal["utf-8", "latin-1", "utf-16"] = "utf-8"
    decimal: str = "."
    thousands: str = ""
    date_format: str = ""
    ignore: list[str] = []
    where: list[Condition] = []
    latest: Latest | None = None
    group_by: list[str] = []
    lookups: list[Lookup] = []


class Lookup(Table):
    """Columns of another file, by key."""

    on: dict[str, str]
    not_after: dict[str, str] = {}
    columns: list[str] | dict[str, str | Value] = []


class Mapped(Table):
    """A table whose rows become records or elements."""

    identity: bool = False
    columns: dict[str, str | Value] = {}
    defaults: dict[str, Scalar] = {}
    children: list[Child] = []


class Child(Mapped):
    """The elements of a nested collection."""

    field: str
    on: dict[str, str] = {}
    order_by: list[str] = []
    rows: list[dict[str, str | Value]] = []
    allow_orphans: bool = False


class Mapping(Mapped):
    """One mapping file."""

    system: Literal["salesforce", "sap_b1"]
    object: str
    quarantine_limit_pct: float = 1.0


def read_mappings(folder: Path) -> dict[str, Mapping]:
    """Every mapping file of a folder, by its name; raises Misconfigured with one sentence each."""
    place = folder / "mapping"
    files = sorted(place.glob("*.toml")) if place.is_dir() else []
    if not files:
        raise Misconfigured(
            f"{folder} has no mapping files.",
            code="mapping_missing",
            what_to_do=f"Write one per object in {place}, as extract/files/README.md shows.",
        )
    return {path.name: _read_one(path) for path in files}


def _read_one(path: Path) -> Mapping:
    if path.is_symlink():
        raise Misconfigured(f"mapping/{path.name} is a link; links are not followed.")
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"mapping/{path.name} is not TOML: {error}.", code="mapping_broken"
        ) from error
    except ValidationError as error:
        raise Misconfigured(_sentences(path, error), code="mapping_wrong") from error


def _sentences(path: Path, error: ValidationError) -> str:
    """One sentence per wrong entry, without the library's own noise."""
    told: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=True):
        place = ".".join(str(part) for part in fault["loc"] if not str(part)[:1].isupper())
        if fault["type"] == "extra_forbidden":
            close = difflib.get_close_matches(str(fault["loc"][-1]), Mapping.model_fields, n=1)
            hint = f"; did you mean `{close[0]}`?" if close else "."
            told.setdefault(place, f"`{place}` is not known{hint}")
        elif fault["type"] == "missing":
            told.setdefault(place, f"`{place}` is missing.")
        else:
            told.setdefault(place, f"`{place}`: {fault['msg'].lower()}.")
    return f"mapping/{path.name}: " + " ".join(told.values())
