"""Real margin: from the quoted to the real one term by term, sales by month, the worst lines."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import bridge, sales_by_month
from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.metrics import tiles
from dashboards.components.tables import COUNT, DAY, MONEY, MONTH, PERCENT, Column, table
from dashboards.locales import text, word
from dashboards.queries import margin as sql
from dashboards.warehouse import query

BASES = ("invoiced", "ordered", "delivered")

page_header(text("Real margin"))
tiles(["real_margin_share", "contribution_share", "standard_margin_share", "net_sales_amount"])

st.header(text("From quoted to real margin, last 12 months"))
steps = query(sql.BRIDGE)
if steps.empty:
    nothing_here(text("No invoice of the last 12 months has a known cost."))
else:
    bridge(steps)
    table(
        steps.assign(step=steps["step"].map(lambda step: word(step, "step"))),
        {
            "step": Column(text("Term"), width="medium"),
            "amount": Column(text("Amount (€)"), MONEY),
        },
        alt=text("Terms of the bridge; they add up from the quoted to the real margin"),
        key="bridge",
    )

st.header(text("Sales by month"))
basis = st.segmented_control(
    text("Counted when"),
    BASES,
    default="invoiced",
    required=True,
    format_func=lambda code: word(code, "basis"),
    key="basis",
    bind="query-params",
)
sales = query(sql.SALES, {"basis": basis or "invoiced"})
if sales.empty:
    nothing_here(text("No sales in these months."))
else:
    sales_by_month(sales)
    table(
        sales.iloc[::-1],
        {
            "month_start_date": Column(text("Month"), MONTH),
            "net_amount": Column(text("Net sales (€)"), MONEY),
            "standard_margin_amount": Column(text("Standard margin (€)"), MONEY),
            "margin_pct": Column(text("Margin (%)"), PERCENT),
            "line_count": Column(text("Lines"), COUNT),
            "uncosted_line_count": Column(text("Lines without a cost"), COUNT),
        },
        alt=text("Net sales and standard margin by month, the latest first"),
        key="sales",
        height=320,
    )

st.header(text("Lines that fell furthest below their quote"))
lowest = query(sql.LOWEST)
if lowest.empty:
    nothing_here(text("No invoice line has a known cost."))
else:
    table(
        lowest,
        {
            "document_number": Column(text("Invoice")),
            "invoice_date": Column(text("Day"), DAY),
            "customer_name": Column(text("Customer"), width="medium"),
            "item_code": Column(text("Item")),
            "net_amount": Column(text("Net amount (€)"), MONEY),
            "quoted_margin_amount": Column(text("Quoted margin (€)"), MONEY),
            "margin_amount": Column(text("Real margin (€)"), MONEY),
            "margin_pct": Column(text("Margin (%)"), PERCENT),
        },
        alt=text("Invoice lines of the last 12 months, the largest loss against the quote first"),
        key="lowest",
        height=320,
    )
