"""Tables as files: no cell is a formula, numbers stay numbers (S7, B21)."""

from __future__ import annotations

import pandas as pd

from dashboards.locales import language

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> object:
    """Text that a spreadsheet would run gets an apostrophe in front; all else stays."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_SIGNS):
        return f"'{value}"
    return value


def as_csv(rows: pd.DataFrame) -> bytes:
    """The rows as a spreadsheet of the reader's language opens them: `;` and `1,5` in Spanish."""
    spanish = language() == "es"
    safe = pd.DataFrame(
        {
            harmless(str(heading)): (
                values
                if pd.api.types.is_numeric_dtype(values)
                else values.astype(object).map(harmless)
            )
            for heading, values in rows.items()
        }
    )
    told = safe.to_csv(index=False, sep=";" if spanish else ",", decimal="," if spanish else ".")
    return told.encode("utf-8-sig")
