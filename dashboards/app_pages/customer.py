"""One customer: exposure part by part and week by week, open items, open deals."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import exposure_by_week
from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.plain import plain
from dashboards.components.tables import COUNT, DAY, MONEY, Column, table
from dashboards.locales import amount, number, text, word
from dashboards.queries import customers as sql
from dashboards.warehouse import query

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
    st.caption(
        text(
            "As this payer is used to pay (median {days} days, nine in ten within {late}), if"
            " nothing new is ordered. {undated} have no day on which they are expected."
        ).format(
            days=number(customer["payment_days"]),
            late=number(customer["p90_payment_days"]),
            undated=amount(weeks["undated_amount"].iloc[0]),
        )
    )
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
    st.stop()
chosen = table(
    deals.assign(verdict=deals["verdict"].map(word), binding_lock=deals["binding_lock"].map(word)),
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
if chosen is not None:
    st.switch_page(
        "app_pages/deal.py", query_params={"id": str(deals.iloc[chosen]["opportunity_id"])}
    )
