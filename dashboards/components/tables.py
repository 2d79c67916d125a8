"""Tables: chosen columns under translated headings, formatted, with a description for readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.locales import amount, day, language, number, share
from dashboards.locales.forms import NOT_KNOWN

MONEY, DAY, QUANTITY, SHARE = "money", "day", "quantity", "share"
_FORMS = {MONEY: amount, DAY: day, QUANTITY: lambda value: number(value, 3), SHARE: share}


def table(
    rows: pd.DataFrame,
    headings: Mapping[str, str],
    alt: str,
    forms: Mapping[str, str] | None = None,
    key: str | None = None,
    selectable: bool = False,
) -> int | None:
    """Draw `rows`; with `selectable`, return the position of the chosen row."""
    shown = pd.DataFrame(
        {
            heading: _column(rows[name], (forms or {}).get(name))
            for name, heading in headings.items()
        }
    )
    if not selectable:
        st.dataframe(shown, hide_index=True, alt=alt, key=key)
        return None
    event: Any = st.dataframe(
        shown, hide_index=True, alt=alt, key=key, on_select="rerun", selection_mode="single-row"
    )
    chosen = event.selection.rows
    return int(chosen[0]) if chosen else None


def _column(values: pd.Series[Any], form: str | None) -> pd.Series[Any]:
    """Text in the reader's form; an unknown value is a dash, never "None"."""
    if form is None:
        return values.astype(object).where(values.notna(), NOT_KNOWN).astype(str)
    return values.map(_FORMS[form])


def separators() -> str:
    """Plotly's decimal and thousands signs for the reader's language."""
    return ",." if language() == "es" else ".,"
