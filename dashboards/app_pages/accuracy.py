"""Promise accuracy: on time in full against the first and the last promise, and by how much."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import month_lines
from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.metrics import tiles
from dashboards.components.tables import COUNT, DAY, PERCENT, QUANTITY, Column, table
from dashboards.locales import number, text, word
from dashboards.queries import accuracy as sql
from dashboards.warehouse import query

page_header(text("Promise accuracy"))
tiles(["otif_requested", "otif_first", "otif_last", "promise_bias", "promise_stability"])

variants = query(sql.VARIANTS)
if variants.empty or variants["lines"].sum() == 0:
    nothing_here(text("No order line has come due yet."))
    st.stop()

st.header(text("First promise against last promise"))
whole = query(sql.WHOLE).iloc[0]
delivery = variants[variants["event"] == "delivery"].set_index("target")["share_pct"]
st.markdown(
    text(
        "**{gap} points** of what looks on time were won by moving the date. Against the first"
        " promise, half of the lines came by day {p50} and nine in ten by day {p90} (below 0 is"
        " early)."
    ).format(
        gap=number(delivery["last"] - delivery["first"], 1),
        p50=number(whole["error_p50_days"], 1),
        p90=number(whole["error_p90_days"], 1),
    )
)
months = query(sql.MONTHS)
if not months.empty:
    month_lines(
        months,
        {
            "last_share": text("Last promise"),
            "first_share": text("First promise"),
            "requested_share": text("Requested date"),
        },
        alt=text("On time in full by month of the first promise, against each target date"),
        key="months_chart",
    )
table(
    variants.assign(
        target=variants["target"].map(lambda code: word(code, "target")),
        event=variants["event"].map(lambda code: word(code, "event")),
    ),
    {
        "target": Column(text("Against")),
        "event": Column(text("Measured at")),
        "share_pct": Column(text("On time in full (%)"), PERCENT),
        "hits": Column(text("Lines on time"), COUNT),
        "lines": Column(text("Lines decided"), COUNT),
    },
    alt=text("On time in full in all its variants, with numerator and denominator"),
    key="variants",
)
st.caption(
    text(
        "Of {lines} order lines {counted} count; left out: {cancelled} cancelled, {group} of our"
        " own group, {no_goods} without goods, {given_up} given up by the customer, {impossible}"
        " with an impossible date. {estimated} arrivals are estimated from departure and transit."
    ).format(
        lines=number(whole["line_count"]),
        counted=number(whole["counted_line_count"]),
        cancelled=number(whole["cancelled_line_count"]),
        group=number(whole["intercompany_line_count"]),
        no_goods=number(whole["no_goods_line_count"]),
        given_up=number(whole["customer_cancelled_line_count"]),
        impossible=number(whole["impossible_date_line_count"]),
        estimated=number(whole["estimated_line_count"]),
    )
)

st.header(text("By customer"))
table(
    query(sql.CUSTOMERS),
    {
        "customer_name": Column(text("Customer"), width="medium"),
        "first_pct": Column(text("First promise (%)"), PERCENT),
        "last_pct": Column(text("Last promise (%)"), PERCENT),
        "bias_days": Column(text("Mean error (days)"), PERCENT),
        "hits": Column(text("Lines on time"), COUNT),
        "lines": Column(text("Lines decided"), COUNT),
        "past_due_line_count": Column(text("Open past due"), COUNT),
    },
    alt=text("Promise accuracy by customer, the most misses first"),
    key="accuracy_customers",
    height=420,
)

st.header(text("If Promesa had been asked"))
replay = query(sql.REPLAY).iloc[0]
if not replay["asked"]:
    nothing_here(
        text(
            "No past order has been asked again yet. The nightly round asks for some, and so does"
            " `promesa run --replay 5`."
        )
    )
    st.stop()
st.markdown(
    text(
        "Asked again as of the evening before each order, from what was known then: **{hits} of"
        " {lines}** lines were delivered by the day that Promesa would have promised, {first_hits}"
        " of {first_lines} by the day that people promised first. Half of them arrived by day"
        " {error} of its promise (below 0 is early)."
    ).format(
        hits=number(replay["hits"]),
        lines=number(replay["lines"]),
        first_hits=number(replay["first_hits"]),
        first_lines=number(replay["first_lines"]),
        error=number(replay["error_days"]),
    )
)
lines = query(sql.REPLAYED_LINES)
table(
    lines.assign(outcome=lines["outcome"].map(lambda code: word(code, "replay"))),
    {
        "order_date": Column(text("Ordered"), DAY),
        "item_code": Column(text("Item")),
        "asked_qty": Column(text("Quantity"), QUANTITY),
        "requested_date": Column(text("Wanted"), DAY),
        "first_promise_date": Column(text("First promise"), DAY),
        "promised_date": Column(text("Promesa's promise"), DAY),
        "delivered_date": Column(text("Delivered"), DAY),
        "error_days": Column(text("Late (days)"), COUNT),
        "outcome": Column(text("Kept")),
    },
    alt=text("Order lines of past days: what Promesa would have promised and what was delivered"),
    key="replayed_lines",
    height=420,
)
st.caption(
    text(
        "{lines} lines of {days} order days drawn by chance; {unpromised} had no day at all. Of"
        " {rebuilt} the day was rebuilt: stock, orders and receipts are unwound, limits, bills of"
        " material and machines stand as first read."
    ).format(
        lines=number(replay["asked"]),
        days=number(replay["days"]),
        unpromised=number(replay["asked"] - replay["promised"]),
        rebuilt=number(replay["rebuilt"]),
    )
)
