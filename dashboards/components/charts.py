"""Charts: plain Plotly figures in the house's colours, each with a description for readers."""

from __future__ import annotations


import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboards.components.tables import separators
from dashboards.locales import amount, number, text

# Okabe-Ito: told apart by colour-blind readers; every mark also carries its word.
VERDICT_COLOURS = {"Go": "#009e73", "Check": "#e69f00", "Stop": "#d55e00", "Unknown": "#7f7f7f"}
HEIGHT = 260


def draw(figure: go.Figure, alt: str, height: int = HEIGHT) -> None:
    """One look for every chart: no frame, the reader's number signs, a fixed height."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        separators=separators(),
        legend={"orientation": "h", "y": -0.2},
    )
    st.plotly_chart(figure, alt=alt, config={"displayModeBar": False})


def verdict_bars(verdicts: pd.DataFrame) -> None:
    """Net amount of open deals by verdict."""
    words = [text(str(verdict)) for verdict in verdicts["verdict"]]
    figure = go.Figure(
        go.Bar(
            x=verdicts["net_amount"],
            y=words,
            orientation="h",
            marker_color=[VERDICT_COLOURS[str(verdict)] for verdict in verdicts["verdict"]],
            text=[
                f"{amount(row.net_amount)} · {number(row.deals)}" for row in verdicts.itertuples()
            ],
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(visible=False)
    draw(figure, alt=text("Net amount and number of open deals by verdict"), height=220)


def month_lines(rows: pd.DataFrame, x: str, series: dict[str, str], alt: str) -> None:
    """Lines over months; `series` maps a column to its translated name."""
    figure = go.Figure(
        [
            go.Scatter(x=rows[x], y=rows[column], name=name, mode="lines+markers")
            for column, name in series.items()
        ]
    )
    figure.update_xaxes(tickformat="%Y-%m")
    draw(figure, alt=alt)


def stacked_bars(rows: pd.DataFrame, x: str, series: dict[str, str], alt: str) -> None:
    """Bars stacked apart by series; `series` maps a column to its translated name."""
    figure = go.Figure([go.Bar(x=rows[x], y=rows[column], name=name) for column, name in series.items()])
    figure.update_layout(barmode="stack")
    draw(figure, alt=alt)




AGEING_ORDER = ("current", "1-30", "31-60", "61-90", "90+", "unapplied")


def ageing_bars(ageing: pd.DataFrame) -> None:
    """Open amount by age bucket, unapplied cash apart."""
    amounts = dict(zip(ageing["ageing_bucket"], ageing["open_amount"], strict=True))
    buckets = [bucket for bucket in AGEING_ORDER if bucket in amounts]
    figure = go.Figure(
        go.Bar(
            x=[text(bucket) for bucket in buckets],
            y=[amounts[bucket] for bucket in buckets],
            text=[amount(amounts[bucket]) for bucket in buckets],
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(visible=False)
    draw(figure, alt=text("Open receivables by days past due"))
