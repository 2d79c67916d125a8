"""Can we promise it? One question: which item, how many, by when, for whom, at what price."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import streamlit as st

from dashboards.components.faces import nothing_here
from dashboards.components.filters import choice
from dashboards.components.header import page_header
from dashboards.components.plain import readable
from dashboards.components.tables import QUANTITY, Column, table
from dashboards.components.verdict import (
    locks,
    parts,
    reason_of_date,
    split_by_date,
    told_verdict,
)
from dashboards.locales import day, language, number, text, word
from dashboards.queries import question as sql
from dashboards.warehouse import query, query_arrow
from promise import Asked, put

MODES = ("alone", "queue")

page_header(text("Can we promise it?"))
start = query(sql.AS_OF).iloc[0]
as_of = start["as_of_date"].date()
items = query(sql.ITEMS).set_index("item_code")
customers = query(sql.CUSTOMERS).set_index("card_code")["customer_name"]

with st.grid(columns="auto", min_column_width=195):
    item = choice(
        text("Item"),
        list(items.index),
        lambda code: f"{code} · {readable(items.at[code, 'item_name'])}",
        key="item",
        placeholder=text("Choose an item"),
    )
    quantity = st.number_input(
        text("Quantity"), min_value=0.001, value=100.0, step=1.0, format="%g", key="quantity",
        bind="query-params",
    )  # fmt: skip
    wanted = st.date_input(
        text("With the customer by"), value=as_of + timedelta(days=30), format="DD/MM/YYYY",
        min_value=as_of, key="by", bind="query-params",
    )  # fmt: skip
    customer = choice(
        text("Customer"),
        list(customers.index),
        lambda code: f"{readable(customers[code])} ({code})",
        key="customer",
        placeholder=text("Choose a customer"),
    )
    price = st.number_input(
        text("Unit price (€)"), min_value=0.0, value=None, step=1.0, key="price",
        placeholder=text("Last one invoiced"), bind="query-params",
    )  # fmt: skip

if item is None:
    st.info(
        text(
            "Choose an item to see how much is in stock, what has to be made or bought, the date"
            " alone and in queue, and what the deal leaves."
        ),
        icon=":material/event_available:",
    )
    st.stop()

asked = Asked(
    item_code=item,
    quantity=Decimal(str(quantity)),
    wanted=wanted,
    card_code=customer,
    unit_price=None if price is None else Decimal(str(price)),
)
told = put(asked, query_arrow)
answer = told.answer
if answer["last_price_date"] is not None:
    st.caption(
        text(
            "At the unit price last invoiced: {price} € on {day}, before discounts to come."
        ).format(price=number(answer["unit_price"], 2), day=day(answer["last_price_date"]))
    )
unit = readable(answer["inventory_uom"])
told_verdict(answer["verdict"], answer[f"reason_{language()}"])
locks(answer, as_of)

if told.reason.num_rows:
    reason = told.reason.to_pandas()
    st.header(text("Where the quantity comes from"))
    parts(answer, unit)
    st.header(text("Why this date"))
    answered = [mode for mode in MODES if mode in set(reason["mode"])]
    reason_of_date(reason, answered, wanted, as_of)
if told.split.num_rows:
    st.header(text("If parts were shipped as they come"))
    split_by_date(told.split.to_pandas())

with st.expander(text("Stock of the item by warehouse")):
    stock = query(sql.STOCK, [item])
    if stock.empty:
        nothing_here(text("Nothing is in stock."))
    else:
        table(
            stock.assign(unusable_reason=stock["unusable_reason"].map(word)),
            {
                "warehouse_code": Column(text("Warehouse")),
                "warehouse_name": Column(text("Name")),
                "in_stock_qty": Column(text("In stock"), QUANTITY),
                "usable_qty": Column(text("Usable for promises"), QUANTITY),
                "unusable_reason": Column(text("Why not usable")),
            },
            alt=text("Stock of the item by warehouse"),
            key="stock",
        )
