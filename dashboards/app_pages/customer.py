"""One customer from all sides: credit, the year, deals, orders, invoices, cases, activities."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from dashboards.components.charts import exposure_by_week
from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.metrics import shown
from dashboards.components.plain import plain
from dashboards.components.tables import COUNT, DAY, MONEY, PERCENT, Column, table
from dashboards.locales import amount, number, short_amount, text, word
from dashboards.queries import customers as sql
from dashboards.warehouse import query


def height_of(rows: pd.DataFrame) -> int | Literal["auto"]:
    """A long table scrolls in itself, so that the page stays one."""
    return 420 if len(rows) > 10 else "auto"


found = query(sql.CUSTOMER, [st.query_params.get("code", "")])
st.page_link("app_pages/customers.py", label=text("All customers"), icon=":material/arrow_back:")
if found.empty:
    page_header(text("Customer"))
    nothing_here(text("This customer is not in the published figures: open it from the list."))
    st.stop()

customer = found.iloc[0]
page_header(plain(customer["customer_name"]))
if customer["payer_card_code"] != customer["card_code"]:
    st.markdown(
        text("Limit and exposure are those of {payer}, who pays.").format(
            payer=plain(customer["payer_card_code"])
        )
    )
st.markdown(
    text("Credit: **{level}** · SAP would say: **{sap}**").format(
        level=word(customer["credit_level"], "level"), sap=word(customer["sap_would_say"])
    )
)
with st.grid(columns="auto", min_column_width=170):
    st.metric(text("Limit"), amount(customer["credit_limit_amount"]), border=True)
    st.metric(text("Exposure"), amount(customer["exposure_amount"]), border=True)
    st.metric(text("Available"), amount(customer["available_amount"]), border=True)
    st.metric(text("Overdue"), amount(customer["overdue_amount"]), border=True)

st.header(text("The last 12 months"))
year = query(sql.YEAR, [customer["card_code"]]).iloc[0]
with st.grid(columns="auto", min_column_width=170):
    st.metric(text("Invoiced, net"), short_amount(year["invoiced_amount"]), border=True)
    st.metric(text("Contribution"), shown(year["contribution_pct"], PERCENT), border=True)
    st.metric(text("On time in full"), shown(year["on_time_pct"], PERCENT), border=True)
    st.metric(text("Pays in"), shown(year["payment_days"], "days"), border=True)
st.caption(
    text(
        "{hits} of {lines} order lines on time against the first promise; contribution on"
        " {costed} with a known cost, {provisional} lines still provisional; {orders} orders;"
        " payment days are the median of {items} settled items."
    ).format(
        hits=number(year["on_time_line_count"]),
        lines=number(year["decided_line_count"]),
        costed=amount(year["costed_amount"]),
        provisional=number(year["provisional_line_count"]),
        orders=number(year["order_count"]),
        items=number(year["settled_item_count"]),
    )
)

st.header(text("What the exposure is made of"))
lines = query(sql.EXPOSURE_LINES, [customer["card_code"]])
if lines.empty:
    nothing_here(text("Nothing is at risk."))
else:
    table(
        lines.assign(component=lines["component"].map(word)),
        {
            "component": Column(text("Part"), width="medium"),
            "document_number": Column(text("Document")),
            "document_date": Column(text("Day"), DAY),
            "item_code": Column(text("Item")),
            "amount": Column(text("Amount (€)"), MONEY),
        },
        alt=text("Parts of the exposure, document by document"),
        key="exposure_lines",
    )

st.header(text("Exposure week by week"))
weeks = query(sql.WEEKS, [customer["payer_card_code"]])
if weeks.empty:
    nothing_here(text("Exposure is not known, so there is nothing to look ahead at."))
else:
    told = (
        text("This payer has no settled invoice to learn from: money is expected when due.")
        if not customer["settled_item_count"]
        else text(
            "Half of its invoices are settled within {days} days, nine in ten in {late}."
        ).format(days=number(customer["payment_days"]), late=number(customer["p90_payment_days"]))
    )
    undated = weeks["undated_amount"].iloc[0]
    if undated > 0:
        told += " " + text("For {amount} no day is expected.").format(amount=amount(undated))
    st.caption(told + " " + text("Nothing new is counted."))
    exposure_by_week(weeks)
    table(
        weeks,
        {
            "week_start_date": Column(text("Week"), DAY),
            "expected_receipts_amount": Column(text("Receipts expected (€)"), MONEY),
            "planned_invoicing_amount": Column(text("To be invoiced (€)"), MONEY),
            "exposure_amount": Column(text("Exposure (€)"), MONEY),
            "available_amount": Column(text("Available (€)"), MONEY),
            "cautious_exposure_amount": Column(text("Exposure, paid late (€)"), MONEY),
            "cautious_available_amount": Column(text("Available, paid late (€)"), MONEY),
        },
        alt=text("Exposure and room at the end of each week"),
        key="exposure_weeks",
    )

st.header(text("Open items"))
items = query(sql.OPEN_ITEMS, [customer["card_code"]])
if items.empty:
    nothing_here(text("Nothing is open."))
else:
    table(
        items.assign(
            document_kind=items["document_kind"].map(word),
            ageing_bucket=items["ageing_bucket"].map(word),
        ),
        {
            "document_kind": Column(text("Document")),
            "document_number": Column(text("Number")),
            "posting_date": Column(text("Posted"), DAY),
            "due_date": Column(text("Due"), DAY),
            "days_overdue": Column(text("Days overdue"), COUNT),
            "ageing_bucket": Column(text("Age")),
            "open_amount": Column(text("Open (€)"), MONEY),
        },
        alt=text("Open items of the customer, the oldest first"),
        key="open_items",
    )

st.header(text("Open deals"))
deals = query(sql.DEALS, [customer["card_code"]])
if deals.empty:
    nothing_here(text("No open deal."))
    chosen = None
else:
    chosen = table(
        deals.assign(
            verdict=deals["verdict"].map(word), binding_lock=deals["binding_lock"].map(word)
        ),
        {
            "verdict": Column(text("Verdict")),
            "binding_lock": Column(text("What binds")),
            "deal_name": Column(text("Deal"), width="medium"),
            "net_amount": Column(text("Net amount (€)"), MONEY),
            "requested_date": Column(text("Wanted"), DAY),
            "earliest_date": Column(text("Alone"), DAY),
            "queue_date": Column(text("In queue"), DAY),
        },
        alt=text("Open deals of the customer, the largest first; choose a row to open one"),
        key="customer_deals",
        selectable=True,
    )

st.header(text("Closed deals"))
closed = query(sql.CLOSED_DEALS, [customer["card_code"]])
if closed.empty:
    nothing_here(text("No deal was closed."))
else:
    table(
        closed.assign(
            outcome=closed["outcome"].map(word), order_status=closed["order_status"].map(word)
        ),
        {
            "close_date": Column(text("Closed"), DAY),
            "outcome": Column(text("Outcome")),
            "deal_name": Column(text("Deal"), width="medium"),
            "net_amount": Column(text("Net amount (€)"), MONEY),
            "order_number": Column(text("Order")),
            "order_status": Column(text("State")),
            "expected_date": Column(text("Expected"), DAY),
            "real_margin_pct": Column(text("Real margin (%)"), PERCENT),
        },
        alt=text("Closed deals of the customer with their orders, the newest first"),
        key="closed_deals",
        height=height_of(closed),
    )

st.header(text("Orders"))
orders = query(sql.ORDERS, [customer["card_code"]])
if orders.empty:
    nothing_here(text("No order."))
else:
    table(
        orders.assign(order_status=orders["order_status"].map(word)),
        {
            "document_number": Column(text("Number")),
            "order_date": Column(text("Day"), DAY),
            "order_status": Column(text("State")),
            "due_date": Column(text("Due"), DAY),
            "expected_date": Column(text("Expected"), DAY),
            "net_amount": Column(text("Net amount (€)"), MONEY),
            "open_net_amount": Column(text("Open (€)"), MONEY),
            "deal_name": Column(text("Deal"), width="medium"),
        },
        alt=text("Orders of the customer on their way, open ones first"),
        key="customer_orders",
        height=height_of(orders),
    )

st.header(text("Invoices"))
invoices = query(sql.INVOICES, [customer["card_code"]])
if invoices.empty:
    nothing_here(text("No invoice."))
else:
    table(
        invoices.assign(document_kind=invoices["document_kind"].map(word)),
        {
            "document_kind": Column(text("Document")),
            "document_number": Column(text("Number")),
            "invoice_date": Column(text("Day"), DAY),
            "due_date": Column(text("Due"), DAY),
            "net_amount": Column(text("Net amount (€)"), MONEY),
            "gross_amount": Column(text("With tax (€)"), MONEY),
            "open_amount": Column(text("Open (€)"), MONEY),
            "order_number": Column(text("Order")),
        },
        alt=text("Invoices and credit notes of the customer, the newest first"),
        key="customer_invoices",
        height=height_of(invoices),
    )

for are_cases, heading, none, alt, key in (
    (
        True,
        text("Cases"),
        text("No case."),
        text("Cases of the customer, the newest first"),
        "customer_cases",
    ),
    (
        False,
        text("Activities"),
        text("No activity."),
        text("Tasks and events of the customer, the newest first"),
        "customer_activities",
    ),
):
    st.header(heading)
    rows = query(sql.ACTIVITIES, {"code": customer["card_code"], "are_cases": are_cases})
    if rows.empty:
        nothing_here(none)
        continue
    table(
        rows.assign(
            kind=rows["kind"].map(word),
            state=rows["state"].map(lambda code: word(code, "activity")),
        ),
        {
            "activity_date": Column(text("Day"), DAY),
            "kind": Column(text("Kind")),
            "subject": Column(text("Subject"), width="large"),
            "state": Column(text("State")),
            "owner_name": Column(text("Owner")),
            "deal_name": Column(text("Deal"), width="medium"),
        },
        alt=alt,
        key=key,
        height=height_of(rows),
    )

if chosen is not None:
    st.switch_page(
        "app_pages/deal.py", query_params={"id": str(deals.iloc[chosen]["opportunity_id"])}
    )
