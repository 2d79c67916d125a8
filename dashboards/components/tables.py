"""Tables: chosen columns under translated headings, with a description and a safe download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboards.components.export import as_csv
from dashboards.components.plain import readable
from dashboards.locales import text

TEXT, MONEY, DAY, QUANTITY, PERCENT, COUNT = "text", "money", "day", "quantity", "percent", "count"
MONTH = "month"
_DECIMALS = {MONEY: 0, QUANTITY: 3, PERCENT: 1, COUNT: 0}
NOT_KNOWN = "–"


@dataclass(frozen=True)
class Column:
    """How one column is headed and shown; `width` is small, medium, large or pixels."""

    heading: str
    kind: str = TEXT
    help: str | None = None
    width: Any = None


def table(
    rows: pd.DataFrame,
    columns: Mapping[str, Column],
    alt: str,
    key: str,
    selectable: bool = False,
    height: int | Literal["auto"] = "auto",
) -> int | None:
    """Draw `rows` with a download below; with `selectable`, return the chosen row's position.

    Numbers and days stay numbers and days, so that a heading sorts them; they are shown in the
    form of the reader's browser.
    """
    shown = pd.DataFrame({name: _values(rows[name], columns[name].kind) for name in columns})
    config = {name: _config(column) for name, column in columns.items()}
    chosen = None
    if selectable:
        event: Any = st.dataframe(
            shown, hide_index=True, alt=alt, key=key, column_config=config, height=height,
            placeholder=NOT_KNOWN, on_select="rerun", selection_mode="single-row",
        )  # fmt: skip
        chosen = int(event.selection.rows[0]) if event.selection.rows else None
    else:
        st.dataframe(
            shown, hide_index=True, alt=alt, key=key, column_config=config, height=height,
            placeholder=NOT_KNOWN,
        )  # fmt: skip
    headed = shown.rename(columns={name: column.heading for name, column in columns.items()})
    st.download_button(
        text("Download"),
        data=lambda: as_csv(headed),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"{key}_download",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
    return chosen


def _values(values: pd.Series[Any], kind: str) -> pd.Series[Any]:
    if kind == TEXT:
        return values.astype(object).map(readable)
    if kind in (DAY, MONTH):
        return pd.to_datetime(values).dt.date
    numbers = pd.to_numeric(values, errors="coerce").round(_DECIMALS[kind])
    return numbers.astype("Int64") if _DECIMALS[kind] == 0 else numbers.astype("float64")


def _config(column: Column) -> Any:
    heading, tip, width = column.heading, column.help, column.width
    if column.kind == TEXT:
        return st.column_config.TextColumn(heading, help=tip, width=width)
    if column.kind == DAY:
        return st.column_config.DateColumn(heading, help=tip, width=width, format="localized")
    if column.kind == MONTH:
        return st.column_config.DateColumn(heading, help=tip, width=width, format="MM/YYYY")
    return st.column_config.NumberColumn(heading, help=tip, width=width, format="localized")
