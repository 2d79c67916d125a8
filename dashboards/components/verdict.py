"""The verdict and its three locks (date, margin, credit) as cards, and what makes up a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st

from dashboards.components.charts import days_to_date
from dashboards.components.plain import plain
from dashboards.components.tables import COUNT, DAY, QUANTITY, Column, table
from dashboards.locales import amount, day, language, number, share, text, word

_SIGNS = {
    "Go": ("green", "check"),
    "Check": ("orange", "priority_high"),
    "Stop": ("red", "block"),
    "Unknown": ("gray", "question_mark"),
}

_Row: TypeAlias = "Mapping[str, Any] | pd.Series[Any]"


def badge(verdict: Any) -> str:
    """The verdict as a coloured badge that also carries its word and sign."""
    if verdict is None or pd.isna(verdict):
        return f":gray-badge[{text('Not asked')}]"
    colour, sign = _SIGNS[str(verdict)]
    return f":{colour}-badge[:material/{sign}: {word(verdict)}]"


def told_verdict(verdict: Any, reason: Any) -> None:
    """The verdict and its reason in one sentence, first of all."""
    with st.container(border=True, key="verdict"):
        colour, sign = _SIGNS[str(verdict)]
        st.markdown(f"## :{colour}[:material/{sign}: {word(verdict)}]")
        st.markdown(plain(reason))


def locks(row: _Row, as_of: Any) -> None:
    """The three locks side by side; `row` is a deal or the answer to a question."""
    with st.grid(columns="auto", min_column_width=270):
        with st.container(border=True, height="stretch"):
            _date_lock(row, as_of)
        with st.container(border=True, height="stretch"):
            _margin_lock(row)
        with st.container(border=True, height="stretch"):
            _credit_lock(row)


def _date_lock(row: _Row, as_of: Any) -> None:
    st.markdown(f"**{text('Date')}** {badge(row['date_verdict'])}")
    _fact(text("Wanted"), day(row["requested_date"]))
    _fact(text("Alone"), _day_with_number(row["earliest_date"], as_of))
    _fact(text("In queue"), _day_with_number(row["queue_date"], as_of))
    if not pd.isna(row["safe_date"]):
        _fact(text("Alone, kept in 9 of 10 cases"), _day_with_number(row["safe_date"], as_of))
    elif not pd.isna(row[f"safe_date_reason_{language()}"]):
        st.caption(plain(row[f"safe_date_reason_{language()}"]))
    if not pd.isna(row.get("record_level")):
        _fact(
            text("Right so far, asked again for past orders"),
            text("{hits} of {lines} ({level})").format(
                hits=number(row["record_hit_count"]),
                lines=number(row["record_line_count"]),
                level=word(row["record_level"], "record").lower(),
            ),
        )
    if not pd.isna(row["binding_kind"]):
        _fact(
            text("What binds"),
            text("{kind} {key}, {days} days").format(
                kind=word(row["binding_kind"]).lower(),
                key=plain(row["binding_key"]),
                days=number(row["binding_days"]),
            ),
        )
    if not pd.isna(row["opened_by_date"]):
        _fact(text("Alone, with that lifted"), day(row["opened_by_date"]))


def _margin_lock(row: _Row) -> None:
    asked = bool(row.get("is_margin_asked", True))
    st.markdown(f"**{text('Margin')}** {badge(row['margin_verdict'] if asked else None)}")
    if not asked:
        st.caption(text("Give a unit price to see what the deal leaves."))
        return
    _fact(text("Net amount"), amount(row["net_amount"]))
    _fact(text("Variable cost"), amount(row["cost_amount"]))
    _fact(text("Contribution"), amount(row["contribution_amount"]))
    _fact(text("Of net amount"), percent(row["expected_margin_pct"]))


def _credit_lock(row: _Row) -> None:
    asked = bool(row.get("is_credit_asked", True))
    st.markdown(f"**{text('Credit')}** {badge(row['credit_verdict'] if asked else None)}")
    if not asked:
        st.caption(text("Choose a customer and give a unit price to check credit."))
        return
    _fact(text("Limit"), amount(row["credit_limit_amount"]))
    _fact(text("Exposure"), amount(row["credit_exposure_amount"]))
    _fact(text("Available before this deal"), amount(row["credit_available_amount"]))
    _fact(text("This deal with tax"), amount(row["gross_amount"]))
    released = row.get("credit_released_amount")
    if not pd.isna(released) and released > 0:
        _fact(text("Released"), amount(released))
    if not pd.isna(row["credit_short_amount"]) and row["credit_short_amount"] > 0:
        _fact(text("Short"), amount(row["credit_short_amount"]))


def _fact(name: str, value: str) -> None:
    st.markdown(f":small[{name}]  \n**{value}**")


def _day_with_number(value: Any, as_of: Any) -> str:
    if value is None or pd.isna(value):
        return text("No date")
    return text("{day} (day {number})").format(
        day=day(value), number=(pd.Timestamp(value) - pd.Timestamp(as_of)).days
    )


def percent(value: Any) -> str:
    """A percentage (25.0) as text."""
    return share(None if value is None or pd.isna(value) else value / 100)


def parts(row: _Row, unit: str) -> None:
    """Where the quantity comes from."""
    with st.grid(columns="auto", min_column_width=200):
        for heading, column in (
            (text("From stock"), "from_stock_qty"),
            (text("To make"), "to_make_qty"),
            (text("To buy"), "to_buy_qty"),
        ):
            st.metric(f"{heading} ({plain(unit)})", number(row[column], 3), border=True)


def reason_of_date(terms: pd.DataFrame, modes: Sequence[str], wanted: Any, as_of: Any) -> None:
    """The days that add up to the date: chart, then table with the sum of each answer.

    `terms` has mode, kind, days, item_code, work_centre in the order of time.
    """
    days_to_date(terms, modes, wanted, as_of)
    table(
        days_table(terms, modes),
        {
            "cause": Column(text("Cause"), width="medium"),
            "place": Column(text("Where"), width="medium"),
            **{mode: Column(f"{word(mode, 'mode')}, {text('days')}", COUNT) for mode in modes},
        },
        alt=text("Days until the date by cause and place; the last row is their sum"),
        key="days",
    )


def days_table(terms: pd.DataFrame, modes: Sequence[str]) -> pd.DataFrame:
    """Days by cause and place, a column a mode, the sum in the last row."""
    placed = terms.assign(place=terms["work_centre"].fillna(terms["item_code"]))
    by_place = placed.pivot_table(
        index=["kind", "place"], columns="mode", values="days", aggfunc="sum", sort=False
    )
    by_place = by_place.reindex(columns=list(modes)).fillna(0).reset_index()
    rows = by_place.assign(cause=by_place["kind"].map(word))
    total = {"cause": text("Sum"), "place": "", **{mode: rows[mode].sum() for mode in modes}}
    return pd.concat([rows, pd.DataFrame([total])], ignore_index=True)


def split_by_date(split: pd.DataFrame) -> None:
    """The quantity that could be with the customer on each day, if parts were shipped.

    `split` has item_code, item_name, mode, split_date, split_qty and inventory_uom.
    """
    table(
        split.assign(mode=split["mode"].map(lambda mode: word(mode, "mode"))),
        {
            "item_code": Column(text("Item")),
            "mode": Column(text("Answer")),
            "split_date": Column(text("With the customer"), DAY),
            "split_qty": Column(text("Quantity"), QUANTITY),
            "inventory_uom": Column(text("Unit")),
            "item_name": Column(text("Name"), width="medium"),
        },
        alt=text("Quantities by the day on which they could be with the customer"),
        key="split",
    )
