"""Columns of tables to integer arrays and back: amounts, days, keys. Nothing else knows pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from promise.types import NEVER, NONE, UNIT, Ints

_EPOCH = date(1970, 1, 1)
_AMOUNT = pa.decimal128(18, 6)

Table: TypeAlias = pa.Table | Mapping[str, Sequence[Any]]
"""What the engine reads: an Arrow table, or columns by name."""


class PlacementInputError(ValueError):
    """A table handed to the engine lacks a column or holds a value it can't read."""


class Reader:
    """One input table, read column by column; every error names table and column."""

    def __init__(self, name: str, table: Table | None, required: Sequence[str]) -> None:
        self.name = name
        self._columns: dict[str, pa.ChunkedArray | pa.Array] = {}
        if table is None:
            raise PlacementInputError(
                f"The engine's table {name!r} is missing; hand it over, empty if there is nothing."
            )
        names = table.column_names if isinstance(table, pa.Table) else list(table)
        missing = [column for column in required if column not in names]
        if missing:
            raise PlacementInputError(
                f"The engine's table {name!r} lacks the column(s) {', '.join(missing)}."
            )
        for column in names:
            values = table[column]
            is_arrow = isinstance(values, pa.ChunkedArray | pa.Array)
            self._columns[column] = values if is_arrow else _as_arrow(values)
        self.rows: int = len(next(iter(self._columns.values()))) if self._columns else 0

    def has(self, column: str) -> bool:
        """Whether the table has this column."""
        return column in self._columns

    def column(self, column: str) -> pa.ChunkedArray | pa.Array:
        """A column as it came."""
        return self._columns[column]

    def keys(self, column: str) -> list[str]:
        """A key column as text; null becomes ''."""
        return ["" if value is None else str(value) for value in self._columns[column].to_pylist()]

    def whole(self, column: str, if_null: int) -> Ints:
        """A column of whole numbers."""
        return self._convert(column, pa.int64(), if_null)

    def flags(self, column: str) -> Ints:
        """A yes/no column as 1/0; null counts as no."""
        return self._convert(column, pa.int64(), 0)

    def days(self, column: str, as_of: date, if_null: int) -> Ints:
        """A date column as days after the as-of day."""
        today = (as_of - _EPOCH).days
        values = self._columns[column]
        if pa.types.is_null(values.type):
            return np.full(self.rows, if_null, np.int64)
        numbers = pc.cast(pc.cast(values, pa.date32()), pa.int32())
        filled = pc.fill_null(pc.cast(numbers, pa.int64()), pa.scalar(if_null + today, pa.int64()))
        return np.asarray(filled, dtype=np.int64) - today

    def amounts(self, column: str, if_null: int = 0) -> Ints:
        """A quantity, load or factor as whole millionths; `if_null` is in millionths too."""
        values = self._columns[column]
        if pa.types.is_null(values.type):
            return np.full(self.rows, if_null, np.int64)
        if pa.types.is_decimal(values.type) and values.type.scale <= 6:
            filled = pc.fill_null(
                pc.cast(values, pa.decimal128(38, 6)),
                pa.scalar(Decimal(if_null) / UNIT, pa.decimal128(38, 6)),
            )
            return _unscaled(filled)
        floats = pc.fill_null(pc.cast(values, pa.float64()), if_null / UNIT)
        scaled = np.rint(np.asarray(floats, dtype=np.float64) * UNIT)
        if not np.all(np.abs(scaled) < 1 << 52):
            raise PlacementInputError(
                f"The engine's table {self.name!r} holds an amount in {column!r} that is not a"
                " number or too large; correct it at its source."
            )
        return scaled.astype(np.int64)

    def _convert(self, column: str, to: pa.DataType, if_null: int) -> Ints:
        values = self._columns[column]
        if pa.types.is_null(values.type):
            return np.full(self.rows, if_null, np.int64)
        filled = pc.fill_null(pc.cast(values, to), pa.scalar(if_null, to))
        return np.asarray(filled, dtype=np.int64)


def _as_arrow(values: Sequence[Any]) -> pa.Array:
    if len(values) and isinstance(values[0], bool):
        return pa.array([None if value is None else bool(value) for value in values])
    return pa.array(values)


def _unscaled(values: pa.ChunkedArray | pa.Array) -> Ints:
    chunks = values.chunks if isinstance(values, pa.ChunkedArray) else [values]
    parts = [np.zeros(0, np.int64)]
    for chunk in chunks:
        words = np.frombuffer(chunk.buffers()[1], np.int64)
        start = 2 * chunk.offset
        parts.append(words[start : start + 2 * len(chunk) : 2])
    return np.concatenate(parts)


def amount_column(values: Ints) -> pa.Array:
    """Millionths as DECIMAL(18,6)."""
    words = np.empty((len(values), 2), np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63
    return pa.Array.from_buffers(_AMOUNT, len(values), [None, pa.py_buffer(words.tobytes())])


def day_column(values: Ints, as_of: date) -> pa.Array:
    """Days after the as-of day as DATE; NONE and NEVER become null."""
    is_null = (values == NONE) | (values >= NEVER)
    numbers = np.where(is_null, 0, values + (as_of - _EPOCH).days).astype(np.int32)
    return pa.array(numbers, mask=is_null).cast(pa.date32())


def key_column(keys: Sequence[str | None], rows: Ints) -> pa.Array:
    """The key of each row's index; NONE becomes null."""
    indices = pa.array(rows.astype(np.int64), mask=rows == NONE)
    return pa.array(keys, pa.string()).take(indices)


def day_of(as_of: date, day: int) -> date:
    """The calendar day that lies `day` days after the as-of day."""
    return as_of + timedelta(days=int(day))


def number(keys: Iterable[str]) -> dict[str, int]:
    """Each key's place in the order given."""
    return {key: place for place, key in enumerate(keys)}
