"""Overview: the figures of the company, then what needs a person, then the pipeline by verdict."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import verdict_bars
from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.metrics import tiles
from dashboards.components.tables import table
from dashboards.locales import language, text
from dashboards.queries import overview as sql
from dashboards.warehouse import query

page_header(text("Overview"))
tiles(["on_time_in_full", "promise_accuracy", "contribution_margin", "receivables", "overdue"])

st.subheader(text("What needs a person"))
issues = query(sql.ISSUES)
if issues.empty:
    nothing_here(text("Nothing stands out: no record is set aside and no total differs."))
else:
    table(
        issues.assign(told=issues[f"message_{language()}"]),
        {
            "severity": text("Severity"),
            "area": text("Area"),
            "record_name": text("Record"),
            "told": text("What and what to do"),
        },
        alt=text("Records that need a person, the gravest first"),
    )

st.subheader(text("Open deals by verdict"))
verdicts = query(sql.VERDICTS)
if verdicts.empty:
    nothing_here(text("No open deal."))
else:
    verdict_bars(verdicts)
