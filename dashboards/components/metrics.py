"""Tiles: a figure by the name of its metric, with its definition one click away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboards.components.plain import plain
from dashboards.locales import language, number, share, short_amount, text, word
from dashboards.queries import metrics as sql
from dashboards.warehouse import query

AMOUNT, PERCENT = "company currency", "percent"
UNIT_WORDS = {"days": "{value} days", "hours": "{value} h", "times": "{value} ×"}
_COLOURS: dict[str, Literal["normal", "inverse", "off"]] = {
    "up": "normal",
    "down": "inverse",
    "none": "off",
}


def tiles(names: Sequence[str]) -> None:
    """One tile a metric, five at most: value, change to the period before, course, explanation."""
    figures = query(sql.CURRENT, [list(names)])
    courses = query(sql.COURSE, [list(names)])
    with st.grid(columns="auto", min_column_width=180):
        for name in names:
            for _, figure in figures[figures["metric"] == name].iterrows():
                course = courses.loc[courses["metric"] == name, "value"].dropna()
                _tile(figure, course.tolist())


def _tile(figure: pd.Series[Any], course: list[float]) -> None:
    with st.container(border=True, height="stretch"):
        st.metric(
            figure[f"label_{language()}"],
            shown(figure["value"], figure["unit"]),
            delta=_change(figure),
            delta_color=_COLOURS[figure["direction"]],
            delta_description=_compared(figure),
            chart_data=course if len(course) > 2 else None,
        )
        if st.button(
            text("Explain"),
            key=f"explain_{figure['metric']}",
            type="tertiary",
            icon=":material/info:",
            help=figure[f"definition_{language()}"],
        ):
            explain(str(figure["metric"]))


def shown(value: Any, unit: str) -> str:
    """A metric's value in the form of its unit."""
    if pd.isna(value):
        return text("Not known")
    if unit == AMOUNT:
        return short_amount(value)
    if unit == PERCENT:
        return share(value / 100)
    if unit in UNIT_WORDS:
        return text(UNIT_WORDS[unit]).format(value=number(value, 1))
    return number(value, 1)


def _change(figure: pd.Series[Any]) -> str | None:
    before = figure["value_before"]
    if pd.isna(before) or pd.isna(figure["value"]) or before == figure["value"]:
        return None
    change = figure["value"] - before
    return ("+" if change > 0 else "") + shown(change, figure["unit"])


def _compared(figure: pd.Series[Any]) -> str | None:
    return text("than the month before") if _change(figure) else None


def explain(name: str) -> None:
    """Open a metric's explanation on the right: definition, both parts, excluded, model, grade."""

    @st.dialog(text("What this figure is"), position="right")
    def explanation() -> None:
        figure = query(sql.CURRENT, [[name]]).iloc[0]
        st.header(figure[f"label_{language()}"])
        st.markdown(plain(figure[f"definition_{language()}"]))
        with st.container(border=True):
            _part(text("Value"), None, shown(figure["value"], figure["unit"]))
            _part(text("Above the line"), figure[f"numerator_{language()}"], figure["numerator"])
            if not pd.isna(figure["denominator"]):
                _part(
                    text("Below the line"),
                    figure[f"denominator_{language()}"],
                    figure["denominator"],
                )
            _part(text("Left out"), figure[f"excluded_{language()}"], figure["excluded_count"])
        st.caption(
            text("Model {model} · {grade} · area {area}").format(
                model=plain(figure["model"]),
                grade=word(figure["grade"]).lower(),
                area=word(figure["area"], "area").lower(),
            )
        )

    explanation()


def _part(name: str, words: Any, figure: Any) -> None:
    told = figure if isinstance(figure, str) else number(figure, 2)
    st.markdown(f"{name}: **{plain(told)}**")
    if words is not None and not pd.isna(words):
        st.caption(plain(words))
