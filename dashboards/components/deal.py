"""One deal opened: feasible, profitable, creditworthy – each lock with its figures."""

from __future__ import annotations

import streamlit as st

from dashboards.components.tables import DAY, QUANTITY, table
from dashboards.locales import amount, day, language, share, text
from dashboards.queries import deals as sql
from dashboards.warehouse import query

_SIGNS = {
    "Go": ":green-badge[:material/check: {}]",
    "Check": ":orange-badge[:material/help: {}]",
    "Stop": ":red-badge[:material/block: {}]",
    "Unknown": ":gray-badge[:material/question_mark: {}]",
}


def verdict_badge(verdict: str) -> str:
    """The verdict as a coloured badge that also carries its word and sign."""
    return _SIGNS[verdict].format(text(verdict))


def deal_locks(opportunity_id: str) -> None:
    """The reason in a sentence, then the three locks side by side, then the lines."""
    deal = query(sql.DEAL, [opportunity_id]).iloc[0]
    st.subheader(text("Behind the verdict"))
    st.text(f"{deal['deal_name']} · {deal['customer_name']}")
    st.text(deal[f"reason_{language()}"])
    with st.grid(columns="auto", min_column_width=260):
        with st.container(border=True, height="stretch"):
            st.markdown(f"**{text('Date')}** {verdict_badge(deal['date_verdict'])}")
            st.text(f"{text('Wanted')}: {day(deal['requested_date'])}")
            st.text(f"{text('Alone')}: {day(deal['earliest_date'])}")
            st.text(f"{text('In queue')}: {day(deal['queue_date'])}")
            if deal["opened_by_date"] is not None:
                st.text(f"{text('With the lock opened')}: {day(deal['opened_by_date'])}")
        with st.container(border=True, height="stretch"):
            st.markdown(f"**{text('Margin')}** {verdict_badge(deal['margin_verdict'])}")
            st.text(f"{text('Contribution')}: {amount(deal['contribution_amount'])}")
            st.text(f"{text('Of net amount')}: {_percent(deal['expected_margin_pct'])}")
        with st.container(border=True, height="stretch"):
            st.markdown(f"**{text('Credit')}** {verdict_badge(deal['credit_verdict'])}")
            st.text(f"{text('Available')}: {amount(deal['credit_available_amount'])}")
            st.text(f"{text('This deal with tax')}: {amount(deal['gross_amount'])}")
            st.text(f"{text('Short')}: {amount(deal['credit_short_amount'])}")
    lines = query(sql.LINES, [opportunity_id])
    if not lines.empty:
        table(
            lines.assign(mode=lines["mode"].map({"alone": text("Alone"), "queue": text("In queue")})),
            {
                "item_code": text("Item"),
                "mode": text("Answer"),
                "asked_qty": text("Quantity"),
                "from_stock_qty": text("From stock"),
                "to_make_qty": text("To make"),
                "to_buy_qty": text("To buy"),
                "delivered_date": text("With the customer"),
            },
            forms={
                "asked_qty": QUANTITY,
                "from_stock_qty": QUANTITY,
                "to_make_qty": QUANTITY,
                "to_buy_qty": QUANTITY,
                "delivered_date": DAY,
            },
            alt=text("Lines of the deal with the split of each quantity"),
        )


def _percent(value: float | None) -> str:
    return share(None if value is None else value / 100)
