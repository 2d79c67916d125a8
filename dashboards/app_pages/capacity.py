"""Capacity: load of each work centre by week, firm, planned and pipeline apart."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import load_by_week
from dashboards.components.faces import nothing_here
from dashboards.components.filters import choice
from dashboards.components.header import page_header
from dashboards.components.metrics import tiles
from dashboards.components.plain import readable
from dashboards.components.tables import DAY, PERCENT, Column, table
from dashboards.locales import number, text
from dashboards.queries import capacity as sql
from dashboards.warehouse import query

WEEKS = (4, 8, 16, 26)

page_header(text("Capacity"))
tiles(["utilisation", "late_work_order_share"])

weeks = st.segmented_control(
    text("Weeks ahead"), WEEKS, default=16, required=True, key="weeks", bind="query-params",
    format_func=str,
)  # fmt: skip
centres = query(sql.WORK_CENTRES, {"weeks": int(weeks or 16)})
if centres.empty:
    nothing_here(text("The company keeps no work centres, so there is no load to show."))
    st.stop()

names = centres.set_index("work_centre")["work_centre_name"]
centre = choice(
    text("Work centre"),
    list(names.index),
    lambda code: f"{code} · {readable(names[code])}" if names[code] else code,
    key="centre",
)
by_week = query(sql.WEEKS, {"work_centre": centre, "weeks": int(weeks or 16)})
unit = readable(centres.set_index("work_centre").at[centre, "unit"])
st.header(text("Load by week in {unit}").format(unit=unit))
load_by_week(by_week)
if by_week["is_assumed"].any():
    st.caption(
        text("{count} weeks lie beyond the calendar kept: laid out from the weekdays.").format(
            count=number(by_week["is_assumed"].sum())
        )
    )
table(
    by_week,
    {
        "period_date": Column(text("Week of"), DAY),
        "available_load": Column(text("Available"), PERCENT),
        "firm_load": Column(text("Firm"), PERCENT),
        "planned_load": Column(text("Planned"), PERCENT),
        "pipeline_load": Column(text("Pipeline, weighted"), PERCENT),
        "utilisation_pct": Column(text("Utilisation (%)"), PERCENT),
        "overload_hours": Column(text("Overload (hours)"), PERCENT),
    },
    alt=text("Load of the work centre by week"),
    key="weeks_table",
    height=320,
)

st.header(text("Every work centre"))
table(
    centres,
    {
        "work_centre": Column(text("Work centre")),
        "work_centre_name": Column(text("Name"), width="medium"),
        "unit": Column(text("Unit")),
        "available_load": Column(text("Available"), PERCENT),
        "firm_load": Column(text("Firm"), PERCENT),
        "planned_load": Column(text("Planned"), PERCENT),
        "pipeline_load": Column(text("Pipeline, weighted"), PERCENT),
        "utilisation_pct": Column(text("Utilisation (%)"), PERCENT),
        "overload_hours": Column(text("Overload (hours)"), PERCENT),
    },
    alt=text("Every work centre over these weeks, the fullest first"),
    key="centres",
    height=420,
)
