"""Lots: a case or a lot, where it comes from, where it went, whom to call, what to hold."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboards.components.faces import nothing_here
from dashboards.components.filters import choice
from dashboards.components.genealogy import genealogy
from dashboards.components.header import page_header
from dashboards.components.plain import plain
from dashboards.components.tables import (
    COUNT,
    DAY,
    MONEY,
    PERCENT,
    QUANTITY,
    Column,
    table,
)
from dashboards.locales import amount, day, language, number, short_day, text, word
from dashboards.queries import lots as sql
from dashboards.warehouse import query


def way_of_a_lot(lot: pd.Series[Any]) -> None:
    """One lot: its balance, its family, everything that it did."""
    st.header(f"{plain(lot['lot_number'])} · {plain(lot['item_code'])}")
    unit = plain(lot["inventory_uom"])
    with st.grid(columns="auto", min_column_width=150):
        for label, name in (
            (text("Received"), "received_qty"), (text("In stock"), "stock_qty"),
            (text("Used"), "consumed_qty"), (text("Shipped"), "shipped_qty"),
            (text("Not accounted for"), "difference_qty"),
        ):  # fmt: skip
            st.metric(label, f"{number(lot[name])} {unit}", border=True)
    st.caption(word(lot["balance"]))
    links = query(sql.LOT_LINKS, {"item_code": lot["item_code"], "lot_number": lot["lot_number"]})
    st.subheader(text("What went into what"))
    if links.empty:
        nothing_here(text("Nothing is known to have gone into this lot, or to be made of it."))
    else:
        genealogy(
            links,
            {(lot["item_code"], lot["lot_number"]): "complained"},
            text("What went into the lot and what was made of it"),
            key=f"family_{lot['item_code']}",
        )
    events = query(sql.EVENTS, [lot["item_code"], lot["lot_number"]])
    if events.empty:
        return
    table(
        events.assign(event_kind=events["event_kind"].map(lambda kind: word(kind, "lot"))),
        {
            "event_date": Column(text("Day"), DAY),
            "event_kind": Column(text("What happened"), width="medium"),
            "moved_qty": Column(text("Quantity"), QUANTITY),
            "partner_name": Column(text("Customer or supplier"), width="medium"),
            "work_order_number": Column(text("Work order")),
            "document_number": Column(text("Document")),
            "warehouse_code": Column(text("Warehouse")),
        },
        alt=text("Everything that the lot did, day by day"),
        key=f"events_{lot['item_code']}",
    )


def story(case: pd.Series[Any]) -> None:
    """The case in plain sentences."""
    st.markdown(
        text(
            "**{customer}** complains of lot **{lot}** of {item}, made or received on {day}."
            " {cases} other cases are about lots in its reach."
        ).format(
            customer=plain(case["customer_name"]),
            lot=plain(case["lot_number"]),
            item=plain(case["item_code"]),
            day=day(
                case["receipt_date"]
                if pd.isna(case["production_date"])
                else case["production_date"]
            ),
            cases=number(case["other_case_count"]),
        )
    )
    if case["suspect_count"]:
        st.markdown(
            text(
                "**Suspect: {lot}** of {item}. It is in {with_lot} of {all} complaints, but only in"
                " {made} of {base} units that were made."
            ).format(
                lot=plain(case["suspect_lot_number"]),
                item=plain(case["suspect_item_code"]),
                with_lot=number(case["suspect_complaint_count"]),
                all=number(case["complaint_count"]),
                made=number(case["suspect_qty"]),
                base=number(case["base_qty"]),
            )
        )
    else:
        st.markdown(
            text("No raw lot stands out in the complaints: every one of them may be the cause.")
        )
    if pd.notna(case["replacement_reason_code"]):
        st.markdown(
            plain(case[f"replacement_reason_{language()}"]).replace(
                "{quantity}", number(case["replacement_qty"])
            )
        )


def figures(case: pd.Series[Any]) -> None:
    """The reach at most and for certain, and when it can be replaced."""
    with st.grid(columns="auto", min_column_width=170):
        st.metric(
            text("Lots, at most"), number(case["lot_count"]), border=True,
            help=text("{count} of them by direct link: issued on the day that lot alone came out.")
            .format(count=number(case["minimum_lot_count"])),
        )  # fmt: skip
        st.metric(
            text("Units that hold it for certain"),
            number(case["certain_qty"]),
            help=text("{part} of {whole}").format(
                part=number(case["certain_qty"]), whole=number(case["lot_qty"])
            ),
            border=True,
        )
        st.metric(text("In stock"), number(case["stock_qty"]), border=True)
        st.metric(text("Customers"), number(case["customer_count"]), border=True)
        st.metric(
            text("Open deals at risk"),
            number(case["deal_count"]),
            border=True,
            help=amount(case["deal_amount"]),
        )
        st.metric(
            text("Replacement with the customer"),
            short_day(case["replacement_date"]),
            border=True,
        )


def sources(case_id: str) -> None:
    """Raw lots with supplier and receipt, the suspects first."""
    st.header(text("Where it comes from"))
    found = query(sql.SUSPECTS, [case_id])
    if found.empty:
        nothing_here(text("No raw-material lots were issued to its work order."))
        return
    table(
        found.assign(
            is_suspect=["⚠ " + text("Suspect") if one else "" for one in found["is_suspect"]]
        ),
        {
            "is_suspect": Column(text("Suspect")),
            "raw_item_code": Column(text("Item")),
            "raw_lot_number": Column(text("Lot")),
            "supplier_name": Column(text("Supplier"), width="medium"),
            "receipt_number": Column(text("Receipt")),
            "receipt_date": Column(text("Received on"), DAY),
            "with_lot_complaint_count": Column(text("Complaints with it"), COUNT),
            "complaint_count": Column(text("of complaints"), COUNT),
            "complaint_pct": Column(text("Share of complaints (%)"), PERCENT),
            "with_lot_qty": Column(text("Made with it"), QUANTITY),
            "base_qty": Column(text("of all made"), QUANTITY),
            "base_pct": Column(text("Share of what was made (%)"), PERCENT),
        },
        alt=text("Raw-material lots of the complained lot, the suspects first"),
        key="suspects",
    )


def reach(case: pd.Series[Any]) -> None:
    """The picture, every lot, and what to hold."""
    lots = query(sql.REACH, [case["case_id"]])
    held = lots[lots["is_hold_proposed"] & (lots["to_hold_qty"] > 0)]
    st.header(text("What to hold"))
    if held.empty:
        nothing_here(text("Nothing is left to hold."))
    else:
        table(
            held,
            {
                "item_code": Column(text("Item")),
                "lot_number": Column(text("Lot"), width="medium"),
                "to_hold_qty": Column(text("To hold"), QUANTITY),
                "inventory_uom": Column(text("Unit")),
                "held_qty": Column(text("Held already"), QUANTITY),
            },
            alt=text("Stock that is proposed to be held"),
            key="holds",
        )
    st.header(text("What went into what"))
    links = query(sql.CASE_LINKS, {"case_id": case["case_id"]})
    if not links.empty:
        genealogy(
            links,
            {
                (str(item), str(lot)): str(role)
                for item, lot, role in zip(
                    lots["item_code"], lots["lot_number"], lots["role"], strict=True
                )
            },
            text("From the raw lots to every lot that they may be in"),
            key="reach_picture",
        )
    table(
        lots.assign(
            role=lots["role"].map(lambda role: word(role, "role")),
            is_minimum=[
                word("direct" if one else "indirect", "link") for one in lots["is_minimum"]
            ],
        ),
        {
            "role": Column(text("Role")),
            "is_minimum": Column(text("Link")),
            "item_code": Column(text("Item")),
            "lot_number": Column(text("Lot"), width="medium"),
            "lot_date": Column(text("Day"), DAY),
            "stock_qty": Column(text("In stock"), QUANTITY),
            "shipped_qty": Column(text("Shipped"), QUANTITY),
            "case_count": Column(text("Cases"), COUNT),
        },
        alt=text("Every lot in the reach of the case"),
        key="reach",
    )


def people(case_id: str) -> None:
    """Whom to call, and whose deals wait for these lots."""
    st.header(text("Whom to call"))
    shipped = query(sql.SHIPMENTS, [case_id])
    if shipped.empty:
        nothing_here(text("None of it is with a customer."))
    else:
        table(
            shipped,
            {
                "customer_name": Column(text("Customer"), width="medium"),
                "contact_name": Column(text("Contact")),
                "contact_address": Column(text("Telephone or mail"), width="medium"),
                "lot_number": Column(text("Lot"), width="medium"),
                "shipped_qty": Column(text("Quantity"), QUANTITY),
                "last_shipped_date": Column(text("Delivered on"), DAY),
                "delivery_numbers": Column(text("Deliveries")),
            },
            alt=text("Customers who have some of the affected lots"),
            key="shipments",
        )
    deals = query(sql.DEALS, [case_id])
    if deals.empty:
        return
    st.header(text("Open deals at risk"))
    table(
        deals,
        {
            "deal_name": Column(text("Deal"), width="medium"),
            "customer_name": Column(text("Customer"), width="medium"),
            "item_code": Column(text("Item")),
            "asked_qty": Column(text("Quantity"), QUANTITY),
            "net_amount": Column(text("Net amount (€)"), MONEY),
            "queue_date": Column(text("In queue"), DAY),
        },
        alt=text("Open deals that ask for an affected item"),
        key="deals_at_risk",
    )


def practice() -> None:
    """The last mock recalls: how many were complete, how long the slowest took, what is missing."""
    st.header(text("Mock recalls"))
    recalls = query(sql.RECALLS)
    st.caption(
        text(
            "Each day some lots are drawn, called back for practice in both directions and kept as"
            " evidence."
        )
    )
    if recalls.empty:
        nothing_here(text("No lot has been called back for practice yet."))
        return
    with st.grid(columns="auto", min_column_width=170):
        st.metric(
            text("Complete"),
            text("{part} of {whole}").format(
                part=number(recalls["is_complete"].sum()), whole=number(len(recalls))
            ),
            border=True,
        )
        st.metric(
            text("Slowest answer"),
            text("{value} ms").format(value=number(recalls["milliseconds"].max())),
            border=True,
        )
        st.metric(text("Last one"), short_day(recalls["recall_date"].max()), border=True)
    table(
        recalls.assign(
            state=[
                text("Complete") if one else ", ".join(word(code) for code in codes)
                for one, codes in zip(recalls["is_complete"], recalls["missing_codes"], strict=True)
            ]
        ),
        {
            "recall_date": Column(text("Day"), DAY),
            "item_code": Column(text("Item")),
            "lot_number": Column(text("Lot"), width="medium"),
            "state": Column(text("Complete, or what is missing"), width="medium"),
            "source_lot_count": Column(text("Lots that it is of"), COUNT),
            "made_lot_count": Column(text("Lots made of it"), COUNT),
            "customer_count": Column(text("Customers"), COUNT),
            "given_qty": Column(text("Came in"), QUANTITY),
            "accounted_qty": Column(text("Accounted for"), QUANTITY),
            "milliseconds": Column(text("Answered in (ms)"), COUNT),
        },
        alt=text("The last mock recalls, the newest first"),
        key="recalls",
    )


page_header(text("Lots"))
cases = query(sql.CASES)
named = cases[cases["lot_number"].notna()]
labels = {
    str(number_of_case): f"{number_of_case} · {lot} · {customer}"
    for number_of_case, lot, customer in zip(
        named["case_number"], named["lot_number"], named["customer_name"], strict=True
    )
}
with st.grid(columns="auto", min_column_width=260):
    chosen = choice(
        text("Case"), list(labels), labels.__getitem__, key="case",
        placeholder=text("Choose a case"),
    )  # fmt: skip
    wanted = st.text_input(
        text("or a lot"), key="lot", bind="query-params", placeholder=text("Lot number")
    )

if wanted:
    found_lots = query(sql.LOTS, [wanted])
    if found_lots.empty:
        nothing_here(text("No lot of this number moved or is in stock."))
    for _, found_lot in found_lots.iterrows():
        way_of_a_lot(found_lot)
elif chosen:
    found_case = query(sql.CASE, [chosen]).iloc[0]
    story(found_case)
    figures(found_case)
    sources(str(found_case["case_id"]))
    reach(found_case)
    people(str(found_case["case_id"]))
else:
    st.caption(text("Choose a case above to see where its lot comes from and how far it reaches."))
    if cases.empty:
        nothing_here(text("No case about goods is known."))
    else:
        table(
            cases.assign(
                lot_state=cases["lot_number"].fillna(
                    cases["lot_reason_code"].map(word, na_action="ignore")
                )
            ),
            {
                "case_number": Column(text("Case")),
                "customer_name": Column(text("Customer"), width="medium"),
                "subject": Column(text("Subject"), width="medium"),
                "lot_text": Column(text("Lot as written")),
                "lot_state": Column(text("Lot"), width="medium"),
                "created_at": Column(text("Opened"), DAY),
                "response_hours": Column(text("Answered after (h)"), PERCENT),
                "open_hours": Column(text("Open for (h)"), PERCENT),
                "lot_count": Column(text("Lots in reach"), COUNT),
                "customer_count": Column(text("Customers"), COUNT),
            },
            alt=text("Cases about goods, the open ones first"),
            key="cases",
        )
    practice()
