"""Deals: every open deal with its verdict, and the three locks behind the chosen one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards.components.deal import deal_locks
from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.tables import DAY, MONEY, table
from dashboards.locales import language, text
from dashboards.queries import deals as sql
from dashboards.warehouse import query

VERDICTS = ("", "Stop", "Check", "Unknown", "Go")

page_header(text("Deals"))
with st.container(horizontal=True):
    verdict = st.selectbox(
        text("Verdict"),
        VERDICTS,
        format_func=lambda code: text(code) if code else text("All"),
        key="verdict",
        bind="query-params",
    )
    words = st.text_input(
        text("Deal or customer"), key="q", bind="query-params", placeholder=text("Search")
    )
deals = query(sql.OPEN_DEALS, [verdict or "", verdict or "", words or "", words or ""])
if deals.empty:
    nothing_here(text("No open deal matches."))
    st.stop()

shown = deals.assign(
    verdict=deals["verdict"].map(text),
    binding_lock=deals["binding_lock"].map(text),
    credit_level=deals["credit_level"].map(text),
    reason=deals[f"reason_{language()}"],
)
chosen = table(
    shown,
    {
        "verdict": text("Verdict"),
        "binding_lock": text("Lock"),
        "deal_name": text("Deal"),
        "customer_name": text("Customer"),
        "net_amount": text("Amount"),
        "requested_date": text("Wanted"),
        "earliest_date": text("Alone"),
        "queue_date": text("In queue"),
        "credit_level": text("Credit"),
        "reason": text("Reason"),
    },
    forms={"net_amount": MONEY, "requested_date": DAY, "earliest_date": DAY, "queue_date": DAY},
    alt=text("Open deals, the gravest verdict first; choose a row for what stands behind it"),
    key="deals",
    selectable=True,
)
deal: pd.Series = deals.iloc[chosen if chosen is not None else 0]
deal_locks(str(deal["opportunity_id"]))
