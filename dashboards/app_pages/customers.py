"""Customers and receivables: exposure against limit, ageing, and the open items of one customer."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import ageing_bars
from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.metrics import tiles
from dashboards.components.tables import DAY, MONEY, table
from dashboards.locales import text
from dashboards.queries import customers as sql
from dashboards.warehouse import query

page_header(text("Customers and receivables"))
tiles(["receivables", "overdue", "dso", "cei", "over_limit"])

st.subheader(text("Receivables by age"))
ageing = query(sql.AGEING)
if ageing.empty:
    nothing_here(text("Nothing is open."))
else:
    ageing_bars(ageing)

st.subheader(text("Exposure by customer"))
words = st.text_input(text("Customer"), key="q", bind="query-params", placeholder=text("Search"))
exposure = query(sql.EXPOSURE, [words or "", words or ""])
if exposure.empty:
    nothing_here(text("No customer matches."))
    st.stop()
chosen = table(
    exposure.assign(credit_level=exposure["credit_level"].map(text)),
    {
        "customer_name": text("Customer"),
        "credit_level": text("Credit"),
        "exposure_amount": text("Exposure"),
        "credit_limit_amount": text("Limit"),
        "available_amount": text("Available"),
        "receivables_amount": text("Receivables"),
        "overdue_amount": text("Overdue"),
        "delivered_not_invoiced_amount": text("Delivered, not invoiced"),
        "open_orders_amount": text("Open orders"),
        "sap_would_say": text("SAP would say"),
    },
    forms=dict.fromkeys(
        (
            "exposure_amount",
            "credit_limit_amount",
            "available_amount",
            "receivables_amount",
            "overdue_amount",
            "delivered_not_invoiced_amount",
            "open_orders_amount",
        ),
        MONEY,
    ),
    alt=text("Customers with exposure, the least available credit first"),
    key="exposure",
    selectable=True,
)
customer = exposure.iloc[chosen if chosen is not None else 0]
st.subheader(text("Open items"))
st.text(str(customer["customer_name"]))
items = query(sql.OPEN_ITEMS, [str(customer["card_code"])])
if items.empty:
    nothing_here(text("Nothing is open."))
else:
    table(
        items,
        {
            "document_kind": text("Document"),
            "document_number": text("Number"),
            "due_date": text("Due"),
            "days_overdue": text("Days overdue"),
            "open_amount": text("Open"),
        },
        forms={"due_date": DAY, "open_amount": MONEY},
        alt=text("Open items of the chosen customer, the oldest first"),
    )
