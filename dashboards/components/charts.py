"""Charts: plain Plotly figures in the house's colours, each with a description for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboards.components.plain import plain_in_chart
from dashboards.locales import amount, language, month, number, short_day, text, word

# Okabe-Ito: told apart by colour-blind readers; every mark also carries its word.
GREEN, ORANGE, RED, BLUE, SKY, PINK, GREY, YELLOW = (
    "#009e73", "#e69f00", "#d55e00", "#0072b2", "#56b4e9", "#cc79a7", "#8c8c8c", "#c9b800",
)  # fmt: skip
WANTED = "#b3003c"
VERDICT_COLOURS = {"Go": GREEN, "Check": ORANGE, "Stop": RED, "Unknown": GREY}
VERDICT_SIGNS = {"Go": "✓", "Check": "!", "Stop": "✕", "Unknown": "?"}
TERM_COLOURS = {
    "material_wait": ORANGE,
    "queue": RED,
    "run": BLUE,
    "waiting": YELLOW,
    "non_working": GREY,
    "post_operation": PINK,
    "transit": SKY,
}
AGEING_COLOURS = {
    "current": GREEN, "1-30": YELLOW, "31-60": ORANGE, "61-90": RED, "90+": RED, "unapplied": SKY,
}  # fmt: skip
HEIGHT = 280
OUTLINE = "#6b7280"
"""Around every bar: told from the ground in both themes, whatever the bar's own colour."""


def text_on(colour: str) -> str:
    """The text colour that is read best on a bar: white on the blue, near black on the others."""
    return "#ffffff" if colour == BLUE else "#10171f"


def draw(
    figure: go.Figure, alt: str, key: str, height: int = HEIGHT, legend_below: bool = False
) -> None:
    """One look for every chart: no frame, the reader's number signs, a fixed height."""
    place = {"y": -0.32, "yanchor": "top"} if legend_below else {"y": 1.0, "yanchor": "bottom"}
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        separators=",." if language() == "es" else ".,",
        legend={"orientation": "h", "x": 0, "title": None, "traceorder": "normal", **place},
        hovermode=False,
        dragmode=False,
        bargap=0.35,
    )
    figure.update_traces(marker_line={"color": OUTLINE, "width": 1}, selector={"type": "bar"})
    figure.update_xaxes(fixedrange=True, automargin=True)
    figure.update_yaxes(fixedrange=True, automargin=True)
    st.plotly_chart(figure, alt=alt, key=key, config={"displayModeBar": False})


def verdict_bars(verdicts: pd.DataFrame) -> None:
    """Net amount of open deals by verdict."""
    codes = [str(verdict) for verdict in verdicts["verdict"]]
    figure = go.Figure(
        go.Bar(
            x=verdicts["net_amount"],
            y=[f"{VERDICT_SIGNS[code]} {word(code)} " for code in codes],
            orientation="h",
            marker_color=[VERDICT_COLOURS[code] for code in codes],
            text=[
                text("{count} · {amount}").format(
                    count=number(row.deals), amount=amount(row.net_amount)
                )
                for row in verdicts.itertuples()
            ],
            textposition="outside",
            cliponaxis=False,
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(visible=False, range=[0, float(verdicts["net_amount"].max() or 1) * 1.35])
    draw(
        figure,
        alt=text("Number and net amount of open deals by verdict"),
        key="verdicts_chart",
        height=230,
    )


def days_to_date(terms: pd.DataFrame, modes: Sequence[str], wanted: Any, start: Any) -> None:
    """The terms of a promise as stacked days, a bar per mode; the dashed line is the day wanted."""
    figure = go.Figure()
    for kind, colour in TERM_COLOURS.items():
        days = [
            int(terms.loc[(terms["kind"] == kind) & (terms["mode"] == mode), "days"].sum())
            for mode in modes
        ]
        if sum(days) == 0:
            continue
        figure.add_bar(
            x=days,
            y=[word(mode, "mode") for mode in modes],
            orientation="h",
            name=word(kind),
            marker_color=colour,
            text=[number(count) if count else "" for count in days],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"color": text_on(colour)},
        )
    totals = [int(terms.loc[terms["mode"] == mode, "days"].sum()) for mode in modes]
    figure.update_layout(barmode="stack")
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title=text("Days from today"), rangemode="tozero")
    if wanted is not None and not pd.isna(wanted) and (distance := (wanted - start).days) > 0:
        figure.add_vline(x=distance, line={"dash": "dash", "width": 2, "color": WANTED})
        figure.add_annotation(
            x=distance, y=1, yref="paper", yanchor="bottom", showarrow=False,
            xanchor="right" if distance > 0.6 * max(*totals, distance) else "left",
            text=text("wanted {day}").format(day=short_day(wanted)),
        )  # fmt: skip
    draw(
        figure,
        alt=text("Days until the date, by cause; the table below carries the same figures"),
        key="days_chart",
        height=160 + 55 * len(modes),
        legend_below=True,
    )


def month_lines(rows: pd.DataFrame, series: Mapping[str, str], alt: str, key: str) -> None:
    """Shares by month; `series` maps a column to its translated name."""
    colours = (BLUE, ORANGE, GREEN)
    dashes = ("solid", "dash", "dot")
    figure = go.Figure(
        [
            go.Scatter(
                x=rows["month_start_date"],
                y=rows[column],
                name=name,
                mode="lines+markers",
                line={"color": colours[at], "dash": dashes[at]},
            )
            for at, (column, name) in enumerate(series.items())
        ]
    )
    months_on_axis(figure, rows["month_start_date"])
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    draw(figure, alt=alt, key=key)


def sales_by_month(rows: pd.DataFrame) -> None:
    """Net sales as bars with their standard margin in front."""
    figure = go.Figure(
        [
            go.Bar(
                x=rows["month_start_date"], y=rows["net_amount"], name=text("Net sales"),
                marker_color=SKY,
            ),
            go.Bar(
                x=rows["month_start_date"], y=rows["standard_margin_amount"],
                name=text("Standard margin"), marker_color=BLUE,
            ),
        ]
    )  # fmt: skip
    figure.update_layout(barmode="overlay")
    months_on_axis(figure, rows["month_start_date"])
    figure.update_yaxes(tickformat=",.0f")
    draw(figure, alt=text("Net sales and standard margin by month"), key="sales_chart")


def bridge(rows: pd.DataFrame) -> None:
    """From quoted to real margin, term by term, read downwards."""
    measures = {"start": "absolute", "term": "relative", "end": "total"}
    figure = go.Figure(
        go.Waterfall(
            y=[word(step, "step") for step in rows["step"]],
            x=rows["amount"],
            orientation="h",
            measure=[measures[kind] for kind in rows["kind"]],
            text=[amount(value) for value in rows["amount"]],
            textposition="outside",
            cliponaxis=False,
            increasing={"marker": {"color": GREEN}},
            decreasing={"marker": {"color": RED}},
            totals={"marker": {"color": BLUE}},
            connector={"line": {"color": GREY, "width": 1}},
        )
    )
    figure.update_xaxes(visible=False, range=[0, float(rows["amount"].max()) * 1.3])
    figure.update_yaxes(autorange="reversed")
    draw(
        figure,
        alt=text("Bridge from quoted to real margin; the table below carries the same figures"),
        key="bridge_chart",
        height=420,
    )


def ageing_bars(ageing: pd.DataFrame) -> None:
    """Open amount by age bucket, unapplied cash apart."""
    amounts = dict(zip(ageing["ageing_bucket"], ageing["open_amount"], strict=True))
    buckets = [bucket for bucket in AGEING_COLOURS if bucket in amounts]
    figure = go.Figure(
        go.Bar(
            x=[word(bucket) for bucket in buckets],
            y=[amounts[bucket] for bucket in buckets],
            marker_color=[AGEING_COLOURS[bucket] for bucket in buckets],
            text=[amount(amounts[bucket]) for bucket in buckets],
            textposition="outside",
            cliponaxis=False,
        )
    )
    figure.update_yaxes(visible=False)
    draw(figure, alt=text("Open receivables by days past due"), key="ageing_chart")


EXPOSURE_COLOURS = {
    "receivables_amount": BLUE,
    "cheques_and_bills_amount": PINK,
    "delivered_not_invoiced_amount": SKY,
    "open_orders_amount": GREEN,
    "drafts_amount": YELLOW,
    "unlinked_deals_amount": GREY,
}


def exposure_bars(rows: pd.DataFrame, parts: Mapping[str, str]) -> None:
    """The parts of each customer's exposure, and its limit as a mark."""
    names = [plain_in_chart(name)[:34] for name in rows["customer_name"]]
    figure = go.Figure(
        [
            go.Bar(
                x=rows[column].clip(lower=0), y=names, orientation="h", name=name,
                marker_color=EXPOSURE_COLOURS[column],
            )
            for column, name in parts.items()
            if rows[column].fillna(0).abs().sum() > 0
        ]
    )  # fmt: skip
    figure.add_scatter(
        x=rows["credit_limit_amount"],
        y=names,
        mode="markers",
        name=text("Limit"),
        marker={"symbol": "line-ns-open", "size": 20, "color": RED, "line": {"width": 4}},
    )
    figure.update_layout(barmode="stack")
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(tickformat=",.0f")
    draw(
        figure,
        alt=text("Exposure by part against the limit; the table below carries the same figures"),
        key="exposure_chart",
        height=110 + 34 * len(rows),
    )


def exposure_by_week(rows: pd.DataFrame) -> None:
    """Exposure at the end of each week, as usually paid and as paid late, and what is allowed."""
    series = {
        "exposure_amount": (text("As usually paid"), BLUE, "solid"),
        "cautious_exposure_amount": (text("Paid late"), ORANGE, "dot"),
        "limit_amount": (text("Limit and releases"), RED, "dash"),
    }
    figure = go.Figure(
        [
            go.Scatter(
                x=pd.to_datetime(rows["week_start_date"]), y=rows[column], mode="lines", name=name,
                line={"color": colour, "dash": dash, "shape": "hv", "width": 3},
            )
            for column, (name, colour, dash) in series.items()
            if rows[column].notna().any()
        ]
    )  # fmt: skip
    days = pd.to_datetime(rows["week_start_date"])[::3]
    figure.update_xaxes(tickvals=days, ticktext=[short_day(day) for day in days])
    figure.update_yaxes(tickformat=",.0f", rangemode="tozero")
    draw(
        figure,
        alt=text("Exposure against the limit week by week; the table below carries the figures"),
        key="exposure_by_week",
    )


def load_by_week(rows: pd.DataFrame) -> None:
    """Firm, planned and pipeline load of one work centre against what is available."""
    figure = go.Figure(
        [
            go.Bar(x=rows["period_date"], y=rows[column], name=name, marker_color=colour)
            for column, name, colour in (
                ("firm_load", text("Firm"), BLUE),
                ("planned_load", text("Planned"), SKY),
                ("pipeline_load", text("Pipeline, weighted"), ORANGE),
            )
        ]
    )
    figure.add_scatter(
        x=rows["period_date"], y=rows["available_load"], name=text("Available"),
        mode="lines+markers", line={"color": GREY, "shape": "hvh", "dash": "dot"},
        marker={"symbol": "line-ew-open", "size": 14},
    )  # fmt: skip
    figure.update_layout(barmode="stack")
    figure.update_xaxes(
        tickvals=rows["period_date"], ticktext=[short_day(value) for value in rows["period_date"]]
    )
    draw(
        figure,
        alt=text("Load by week against what is available"),
        key="load_chart",
        height=340,
    )


def months_on_axis(figure: go.Figure, months: pd.Series[Any]) -> None:
    """Months in the reader's language; every third where there are many."""
    step = 3 if len(months) > 12 else 1
    shown = months.iloc[::step]
    figure.update_xaxes(tickvals=shown, ticktext=[month(value) for value in shown])


def funnel(steps: Mapping[str, int]) -> None:
    """How many are left after each step, read downwards."""
    figure = go.Figure(
        go.Bar(
            x=list(steps.values()),
            y=[f"{name} " for name in steps],
            orientation="h",
            marker_color=SKY,
            text=[number(count) for count in steps.values()],
            textposition="outside",
            cliponaxis=False,
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(visible=False, range=[0, max([*steps.values(), 1]) * 1.2])
    draw(figure, alt=text("Leads, answers, qualified, deals and won deals"), key="funnel_chart")


def units_by_week(rows: pd.DataFrame, title: str) -> None:
    """Won units and open ones weighted by their odds, by the week in which they may close."""
    figure = go.Figure(
        [
            go.Bar(
                x=rows["week_start_date"], y=rows["won_units_qty"], name=text("Won"),
                marker_color=BLUE,
            ),
            go.Bar(
                x=rows["week_start_date"], y=rows["closing_units_qty"],
                name=text("Open, weighted"), marker_color=ORANGE,
            ),
        ]
    )  # fmt: skip
    figure.update_layout(barmode="stack", showlegend=True)
    step = 2 if len(rows) > 8 else 1
    shown = rows["week_start_date"].iloc[::step]
    figure.update_xaxes(tickvals=shown, ticktext=[short_day(value) for value in shown])
    draw(figure, alt=title, key="units_chart")
