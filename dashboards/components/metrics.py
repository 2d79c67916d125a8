"""Tiles: a figure by the name of its metric, with its definition one click away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.locales import amount, language, number, share, text
from dashboards.queries import metrics as sql
from dashboards.warehouse import query


def tiles(names: Sequence[str]) -> None:
    """One tile a metric, five at most, with comparison to the period before and its explanation."""
    figures = query(sql.CURRENT, [list(names)]).set_index("metric")
    with st.grid(columns="auto", min_column_width=210):
        for name in names:
            if name in figures.index:
                _tile(figures.loc[name])


def _tile(figure: pd.Series[Any]) -> None:
    told = language()
    with st.container(border=True, height="stretch"):
        st.metric(
            figure[f"label_{told}"],
            shown(figure["value"], figure["unit"]),
            help=f"{figure[f'definition_{told}']}",
            delta=_change(figure),
            delta_color="inverse" if figure["direction"] == "down" else "normal",
        )
        if st.button(text("Explain"), key=f"explain_{figure.name}", type="tertiary"):
            explain(str(figure.name))


def shown(value: Any, unit: str) -> str:
    """A metric's value in the form of its unit."""
    if unit == "company currency":
        return amount(value)
    if unit == "share":
        return share(value)
    if unit == "percent":
        return share(None if pd.isna(value) else value / 100)
    return number(value, 1)


def _change(figure: pd.Series[Any]) -> str | None:
    before = figure["value_before"]
    if pd.isna(before) or pd.isna(figure["value"]):
        return None
    change = figure["value"] - before
    if change == 0:
        return None
    return ("+" if change > 0 else "") + shown(change, figure["unit"])


def explain(name: str) -> None:
    """Open the explanation of a metric on the right: definition, numerator, denominator, excluded."""

    @st.dialog(text("What this figure is"), position="right")
    def explanation() -> None:
        told = language()
        figure = query(sql.CURRENT, [[name]]).iloc[0]
        st.subheader(figure[f"label_{told}"])
        st.markdown(_plain(figure[f"definition_{told}"]))
        rows = [
            (text("Value"), shown(figure["value"], figure["unit"])),
            (_named(figure, "numerator", text("Numerator")), number(figure["numerator"], 2)),
            (_named(figure, "denominator", text("Denominator")), number(figure["denominator"], 2)),
            (_named(figure, "excluded", text("Excluded")), number(figure["excluded_count"])),
        ]
        st.table({text("Part"): [r[0] for r in rows], text("Figure"): [r[1] for r in rows]})
        st.caption(f"{text('Model')}: {figure['model']} · {text('Grade')}: {figure['grade']}")

    explanation()


def _named(figure: pd.Series[Any], part: str, fallback: str) -> str:
    words = figure[f"{part}_{language()}"]
    return fallback if pd.isna(words) else str(words)


def _plain(words: str) -> str:
    """Text without Markdown: data is never rendered as markup (S6)."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|~$:" else sign for sign in words)
