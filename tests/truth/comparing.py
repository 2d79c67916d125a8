"""Two tables by key, figure by figure: which rows are missing on one side, which figures differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from tests.truth.records import Records

Key = tuple[Any, ...]
Figures = tuple[Any, ...]
Table = dict[Key, Figures]


@dataclass(frozen=True)
class Number:
    """A number of kpis.md: what the plant knows of it, and where the marts tell it.

    `told` selects the key first (`key_width` columns) and then the figures, named by `figures`.
    `within` is the largest difference that is none: 0 unless the definition divides. With
    `is_part` the plant knows some of the rows only, and the others are passed over.
    """

    name: str
    known: Callable[[Records], Table]
    told: str | Callable[[Records], str]
    figures: tuple[str, ...]
    key_width: int = 1
    within: Decimal = Decimal(0)
    is_part: bool = False


@dataclass
class Outcome:
    """What came of a comparison."""

    number: Number
    rows: int = 0
    differing: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The outcome in one line."""
        return f"{self.number.name:<44}{self.rows:>9,} rows {len(self.differing):>7,} differ"


def compare(number: Number, records: Records, marts: duckdb.DuckDBPyConnection) -> Outcome:
    """Hold a number of the marts against the plant's own."""
    known = number.known(records)
    select = number.told if isinstance(number.told, str) else number.told(records)
    rows = marts.execute(select).fetchall()
    told = {tuple(row[: number.key_width]): tuple(row[number.key_width :]) for row in rows}
    twice = len(rows) - len(told)
    if number.is_part:
        told = {key: figures for key, figures in told.items() if key in known}
    outcome = Outcome(number, len(known.keys() | told.keys()))
    if twice:
        outcome.differing.append(f"{twice} keys stand twice in the marts")
    for key in sorted(known.keys() | told.keys(), key=repr):
        if key not in told:
            outcome.differing.append(f"{key}: the plant knows {_text(known[key])}, no row told")
        elif key not in known:
            outcome.differing.append(f"{key}: told {_text(told[key])}, the plant knows none")
        else:
            wrong = [
                f"{name}: the plant knows {_text((ours,))}, told {_text((theirs,))}"
                for name, ours, theirs in zip(number.figures, known[key], told[key], strict=True)
                if not _same(ours, theirs, number.within)
            ]
            if wrong:
                outcome.differing.append(f"{key}: {'; '.join(wrong)}")
    return outcome


def _same(ours: Any, theirs: Any, within: Decimal) -> bool:
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, Decimal | int | float) and isinstance(theirs, Decimal | int | float):
        return abs(Decimal(str(ours)) - Decimal(str(theirs))) <= within
    return bool(ours == theirs)


def _text(figures: Figures) -> str:
    return ", ".join(
        f"{value.normalize():f}"
        if isinstance(value, Decimal)
        else value.isoformat()
        if isinstance(value, date)
        else str(value)
        for value in figures
    )
