"""Customers and receivables: exposure against limit, ageing, and how fast money comes in."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import ageing_bars, exposure_bars
from dashboards.components.faces import nothing_here
from dashboards.components.filters import choice
from dashboards.components.header import page_header
from dashboards.components.metrics import tiles
from dashboards.components.tables import COUNT, MONEY, MONTH, PERCENT, Column, table
from dashboards.locales import text, word
from dashboards.queries import customers as sql
from dashboards.warehouse import query

LEVELS = ("", "Blocked", "Over", "Near", "Unknown", "None")

page_header(text("Customers and receivables"))
# DSO is never shown without the effectiveness of collection
tiles(
    ["receivables_amount", "overdue_share", "dso", "collection_effectiveness",
     "customers_over_limit_share", "over_limit_sales_share"]
)  # fmt: skip

st.header(text("Exposure against the limit"))
with st.grid(columns="auto", min_column_width=220):
    level = choice(
        text("Credit"), LEVELS, lambda code: word(code, "level") or text("All"), key="level"
    )
    words = st.text_input(
        text("Customer"), key="q", bind="query-params", placeholder=text("Search")
    )
exposure = query(sql.EXPOSURE, {"level": level or "", "words": words or ""})
if exposure.empty:
    nothing_here(text("No customer matches."))
else:
    exposure_bars(
        exposure.head(8),
        {
            "receivables_amount": text("Receivables"),
            "cheques_and_bills_amount": text("Cheques and bills"),
            "delivered_not_invoiced_amount": text("Delivered, not invoiced"),
            "open_orders_amount": text("Open orders"),
            "drafts_amount": text("Drafts"),
            "unlinked_deals_amount": text("Won deals without an order"),
        },
    )
    st.caption(text("Choose a row to open the customer."))
    chosen = table(
        exposure.assign(
            credit_level=exposure["credit_level"].map(lambda code: word(code, "level")),
            sap_would_say=exposure["sap_would_say"].map(word),
        ),
        {
            "customer_name": Column(text("Customer"), width="medium"),
            "credit_level": Column(text("Credit")),
            "exposure_amount": Column(text("Exposure (€)"), MONEY),
            "credit_limit_amount": Column(text("Limit (€)"), MONEY),
            "available_amount": Column(text("Available (€)"), MONEY),
            "receivables_amount": Column(text("Receivables (€)"), MONEY),
            "overdue_amount": Column(text("Overdue (€)"), MONEY),
            "oldest_overdue_days": Column(text("Oldest overdue (days)"), COUNT),
            "delivered_not_invoiced_amount": Column(text("Delivered, not invoiced (€)"), MONEY),
            "open_orders_amount": Column(text("Open orders (€)"), MONEY),
            "payment_days": Column(text("Days to pay"), COUNT),
            "sap_would_say": Column(
                text("SAP would say"),
                help=text("The answer of the ERP's own credit check, before a new document"),
            ),
        },
        alt=text("Customers with exposure, the gravest credit level first"),
        key="exposure",
        selectable=True,
        height=420,
    )
    if chosen is not None:
        st.switch_page(
            "app_pages/customer.py", query_params={"code": str(exposure.iloc[chosen]["card_code"])}
        )

st.header(text("Receivables by age"))
ageing = query(sql.AGEING)
if ageing.empty:
    nothing_here(text("Nothing is open."))
else:
    ageing_bars(ageing)

st.header(text("Collection by month"))
collection = query(sql.COLLECTION)
if collection.empty:
    nothing_here(text("No month has been closed yet."))
else:
    table(
        collection,
        {
            "month_start_date": Column(text("Month"), MONTH),
            "dso_days": Column(text("DSO (days)"), PERCENT),
            "best_possible_dso_days": Column(text("Best possible DSO"), PERCENT),
            "countback_dso_days": Column(text("Countback DSO"), PERCENT),
            "cei_pct": Column(text("CEI (%)"), PERCENT),
        },
        alt=text("Days sales outstanding beside collection effectiveness, by month"),
        key="collection",
    )

st.header(text("Credit notes by cause"))
notes = query(sql.CREDIT_NOTES)
if notes.empty:
    nothing_here(text("Nothing was credited in the last 12 months."))
else:
    tiles(["invoicing_error_share", "delivered_not_invoiced_amount"])
    table(
        notes.assign(cause=notes["cause"].map(lambda cause: word(cause, "cause"))),
        {
            "cause": Column(text("Cause"), width="medium"),
            "note_lines": Column(text("Lines"), COUNT),
            "net_amount": Column(text("Net amount (€)"), MONEY),
            "days_after_invoice": Column(text("Days after the invoice"), COUNT),
        },
        alt=text("Credit notes of the last 12 months by cause"),
        key="credit_notes",
    )
