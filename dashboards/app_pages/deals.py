"""Deals: every open deal with its verdict; a chosen one opens with what stands behind it."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import VERDICT_SIGNS
from dashboards.components.faces import nothing_here
from dashboards.components.filters import choice
from dashboards.components.header import page_header
from dashboards.components.metrics import tiles
from dashboards.components.tables import DAY, MONEY, PERCENT, Column, table
from dashboards.locales import language, text, word
from dashboards.queries import deals as sql
from dashboards.warehouse import query

VERDICTS = ("", "Stop", "Check", "Unknown", "Go")
LOCKS = ("", "Date", "Material", "Capacity", "Margin", "Credit", "Hold", "Data")

page_header(text("Deals"))
tiles(["open_deals_amount", "weighted_deals_amount", "deals_go_share", "deals_in_time_share"])

with st.grid(columns="auto", min_column_width=200):
    verdict = choice(
        text("Verdict"), VERDICTS, lambda code: word(code) or text("All"), key="verdict"
    )
    lock = choice(text("What binds"), LOCKS, lambda code: word(code) or text("All"), key="lock")
    words = st.text_input(
        text("Deal or customer"), key="q", bind="query-params", placeholder=text("Search")
    )
deals = query(sql.OPEN_DEALS, {"verdict": verdict or "", "lock": lock or "", "words": words or ""})
if deals.empty:
    nothing_here(text("No open deal matches."))
    st.stop()

st.caption(text("Choose a row to open the deal."))
chosen = table(
    deals.assign(
        verdict=[f"{VERDICT_SIGNS[code]} {word(code)}" for code in deals["verdict"]],
        binding_lock=deals["binding_lock"].map(word),
        credit_level=deals["credit_level"].map(word),
        reason=deals[f"reason_{language()}"],
    ),
    {
        "verdict": Column(text("Verdict")),
        "deal_name": Column(text("Deal"), width="medium"),
        "customer_name": Column(text("Customer"), width="medium"),
        "net_amount": Column(text("Net amount (€)"), MONEY),
        "requested_date": Column(text("Wanted"), DAY),
        "earliest_date": Column(text("Alone"), DAY),
        "queue_date": Column(text("In queue"), DAY),
        "safe_date": Column(
            text("Safe"),
            DAY,
            help=text(
                "The date alone, put off by the plant's own errors so that it is kept in 9 of 10"
                " cases. Empty until enough deliveries with a promise are known."
            ),
        ),
        "margin_pct": Column(text("Margin (%)"), PERCENT),
        "credit_level": Column(text("Credit")),
        "binding_lock": Column(text("What binds")),
        "reason": Column(text("Reason"), width="large"),
    },
    alt=text("Open deals, the gravest verdict first; choose a row for what stands behind it"),
    key="deals",
    selectable=True,
    height=520,
)
if chosen is not None:
    st.switch_page(
        "app_pages/deal.py", query_params={"id": str(deals.iloc[chosen]["opportunity_id"])}
    )
