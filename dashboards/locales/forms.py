"""Numbers, dates, shares and money as text in the session's language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

from dashboards.locales.words import language

NOT_KNOWN = "–"


def number(value: Any, decimals: int = 0) -> str:
    """A quantity; a dash where it is not known (never zero)."""
    if pd.isna(value):
        return NOT_KNOWN
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return format_decimal(Decimal(str(value)), pattern, locale=language())


def amount(value: Any, currency: str = "EUR") -> str:
    """Money in whole units of the company's currency."""
    if pd.isna(value):
        return NOT_KNOWN
    return format_currency(
        Decimal(str(value)),
        currency,
        format="#,##0 ¤" if language() == "es" else "¤#,##0",
        locale=language(),
        currency_digits=False,
    )


def short_amount(value: Any, currency: str = "EUR") -> str:
    """Money for a tile: millions are shortened to two decimals, all else is told whole."""
    if pd.isna(value) or abs(value) < 1_000_000:
        return amount(value, currency)
    return format_compact_currency(
        Decimal(str(value)), currency, locale=language(), fraction_digits=2
    )


def share(value: Any, decimals: int = 1) -> str:
    """A ratio (0.25) as a percentage."""
    if pd.isna(value):
        return NOT_KNOWN
    return format_percent(
        Decimal(str(value)), "#,##0." + "0" * decimals + "%", locale=language()
    ).replace("%", " %" if language() == "es" else "%")


def day(value: Any) -> str:
    """A day such as `mié, 1 oct 2025`."""
    return _date(value, "EEE, d MMM y")


def short_day(value: Any) -> str:
    """A day such as `1 oct`, for the axis of a chart."""
    return _date(value, "d MMM")


def month(value: Any) -> str:
    """A month such as `oct 2025`."""
    return _date(value, "MMM y")


def _date(value: Any, pattern: str) -> str:
    if value is None or pd.isna(value):
        return NOT_KNOWN
    return format_date(value, pattern, locale=language())
