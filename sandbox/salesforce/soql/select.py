"""A statement ready to be run over the kept records: one table an object, a column a field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sandbox.salesforce.schema import Child, Field, SObject
from sandbox.salesforce.soql.query import Query

Lookup = Callable[[str], SObject | None]
"""An object by its name, whatever the case, with the fields that the asking user sees."""


def table(sobject: str) -> str:
    """The quoted name of the table that keeps an object's records."""
    return f'"sobject_{sobject}"'


def insertion(sobject: str, names: Collection[str]) -> str:
    """The statement that adds a record with these fields to an object's table."""
    listed = ", ".join(f'"{name}"' for name in names)
    return f"insert into {table(sobject)} ({listed}) values ({', '.join('?' * len(names))})"


def parts_of_address(compound: Field, sobject: SObject) -> dict[str, Field]:
    """The fields of which an address is made, by the key under which the REST API shows them."""
    stem = compound.name.removesuffix("Address")
    found = {}
    for part in (
        "City",
        "Country",
        "GeocodeAccuracy",
        "Latitude",
        "Longitude",
        "PostalCode",
        "State",
        "Street",
    ):
        source = sobject.field(stem + part)
        if source is not None:
            found[part[0].lower() + part[1:]] = source
    return found


@dataclass(frozen=True, slots=True)
class Column:
    """One selected value: where it goes in the record, its field, its SQL expression.

    An address has a column for each of its parts, told apart by `part`.
    """

    names: tuple[str, ...]
    field: Field
    expression: str
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """A joined parent: its relationship names, its object and the expression of its id."""

    names: tuple[str, ...]
    sobject: SObject
    id_expression: str
    is_shared: bool = False
    """Whether it may be of several objects: the id then follows its object's name and a slash."""


@dataclass(frozen=True, slots=True)
class Subquery:
    """A child subquery: the relationship's name, the child and its own statement."""

    child: Child
    query: Query


@dataclass(frozen=True, slots=True)
class Select:
    """A statement ready to be run; `parameters` belong to `where`."""

    sobject: SObject
    source: str
    where: str
    parameters: tuple[object, ...]
    order: str
    limit: int | None
    offset: int
    columns: tuple[Column, ...]
    parents: tuple[Parent, ...]
    children: tuple[Subquery, ...]
    group_by: str = ""
    having: str = ""
    aggregates: tuple[tuple[str, str, Field | None], ...] = ()
    """For a grouping statement: name in the result, SQL expression, the field it takes."""

    @property
    def id_expression(self) -> str:
        """The id of the record itself."""
        return 't0."Id"'


def result_names(columns: Sequence[Column]) -> list[str]:
    """The columns' names in CSV: relationships joined by dots."""
    return [".".join(column.names) for column in columns]
