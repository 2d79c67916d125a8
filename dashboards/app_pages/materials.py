"""Materials: what is short, what to buy by when, what can be made, and what lies too long."""

from __future__ import annotations

import streamlit as st

from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.purchases import purchases_table
from dashboards.components.tables import COUNT, DAY, MONEY, PERCENT, QUANTITY, Column, table
from dashboards.locales import short_amount, text, word
from dashboards.queries import materials as sql
from dashboards.warehouse import query

SCENARIOS = ("firm", "weighted", "full")

page_header(text("Materials"))
sums = query(sql.SUMS).iloc[0]
with st.grid(columns="auto", min_column_width=180):
    for label, name in (
        (text("Excess stock"), "excess_amount"),
        (text("of it covered by the weighted pipeline"), "covered_excess_amount"),
        (text("Obsolete stock"), "obsolete_amount"),
    ):
        with st.container(border=True, height="stretch"):
            st.metric(label, short_amount(sums[name]))

st.header(text("Shortages and what they hold up"))
shortages = query(sql.SHORTAGES)
if shortages.empty:
    nothing_here(text("No order is late for want of material."))
else:
    table(
        shortages,
        {
            "item_code": Column(text("Item")),
            "item_name": Column(text("Name"), width="medium"),
            "line_count": Column(text("Order lines held up"), COUNT),
            "first_wanted_date": Column(text("First wanted"), DAY),
            "last_date": Column(text("Last with the customer"), DAY),
            "days_late": Column(text("Days late, at most"), COUNT),
        },
        alt=text("Items that are short and the demand that waits for them"),
        key="shortages",
    )

st.header(text("Purchases to place"))
scenario = st.segmented_control(
    text("Demand"), SCENARIOS, default="weighted", required=True, key="scenario",
    bind="query-params", format_func=lambda code: word(code, "scenario"),
)  # fmt: skip
purchases = query(sql.PURCHASES, {"scenario": scenario or "weighted"})
if purchases.empty:
    nothing_here(text("Nothing has to be bought."))
else:
    purchases_table(purchases, key="purchases", height=420)

st.header(text("What could be made"))
producible = query(sql.PRODUCIBLE)
if producible.empty:
    nothing_here(text("The company keeps no bills of material."))
else:
    table(
        producible.assign(limit_kind=producible["limit_kind"].map(word)),
        {
            "item_code": Column(text("Item")),
            "item_name": Column(text("Name"), width="medium"),
            "today_qty": Column(text("From parts today"), COUNT),
            "four_weeks_qty": Column(text("In 4 weeks"), COUNT),
            "eight_weeks_qty": Column(text("In 8 weeks"), COUNT),
            "limit_kind": Column(text("What limits it")),
            "limit_key": Column(text("Which")),
        },
        alt=text("What could be made of each item with no deal in mind"),
        key="producible",
        height=420,
    )

st.header(text("How long stock lasts"))
cover = query(sql.COVER)
if cover.empty:
    nothing_here(text("Nothing is in stock."))
else:
    table(
        cover.assign(stock_class=cover["stock_class"].map(lambda code: word(code, "class"))),
        {
            "item_code": Column(text("Item")),
            "item_name": Column(text("Name"), width="medium"),
            "stock_class": Column(text("Class")),
            "usable_qty": Column(text("Usable"), QUANTITY),
            "supply_days": Column(text("Days of supply"), PERCENT),
            "turns": Column(text("Turns a year"), PERCENT),
            "excess_amount": Column(text("Excess (€)"), MONEY),
            "covered_excess_amount": Column(text("Covered by pipeline (€)"), MONEY),
            "obsolete_amount": Column(text("Obsolete (€)"), MONEY),
        },
        alt=text("Days of supply, turns, excess and obsolete stock by item"),
        key="cover",
        height=420,
    )
