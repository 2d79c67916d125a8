"""What finance adds to a deal: when it fits, ways to serve it, rivals for hours, last margins."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboards.components.tables import COUNT, DAY, MONEY, PERCENT, QUANTITY, Column, table
from dashboards.components.verdict import percent
from dashboards.locales import amount, day, number, text, word


def when_it_fits(fit: pd.Series[Any]) -> None:
    """Deposit, part and day with which the deal fits into credit, SAP's own check beside."""
    told = _fit_sentences(fit)
    st.markdown(
        "  \n".join(
            [
                *told,
                text("SAP's own check with this deal would say: **{sap}**.").format(
                    sap=word(fit["sap_would_say"])
                ),
            ]
        )
    )


def _fit_sentences(fit: pd.Series[Any]) -> list[str]:
    code = fit["fit_code"]
    if code == "held":
        return [text("Credit is held or not known: no deposit and no receipt opens it by itself.")]
    if code == "fits":
        if fit["released_amount"] and not pd.isna(fit["released_until_date"]):
            return [
                text("It fits today; {released} above the limit are released until {day}.").format(
                    released=amount(fit["released_amount"]), day=day(fit["released_until_date"])
                )
            ]
        return [text("It fits into the limit today.")]
    told = []
    if code == "deposit":
        told.append(
            text(
                "Today it fits with a deposit of **{deposit}** ({share} of it), or **{part}** of it"
                " without one; both with tax."
            ).format(
                deposit=amount(fit["deposit_amount"]),
                share=percent(fit["deposit_pct"]),
                part=amount(fit["part_amount"]),
            )
        )
    else:
        told.append(
            text(
                "The account is over its limit by itself: **{over}** have to come in or be released"
                " before this deal fits."
            ).format(over=amount(fit["over_amount"]))
        )
    if pd.isna(fit["fits_from_date"]):
        told.append(text("The money that is expected does not make room for it."))
    elif pd.isna(fit["fits_from_cautious_date"]):
        told.append(
            text("As the customer usually pays it fits from **{day}**.").format(
                day=day(fit["fits_from_date"])
            )
        )
    else:
        told.append(
            text(
                "As the customer usually pays it fits from **{day}**; as late as it pays in one"
                " case of ten, from {late}."
            ).format(day=day(fit["fits_from_date"]), late=day(fit["fits_from_cautious_date"]))
        )
    return told


def ways_to_serve(options: pd.DataFrame) -> None:
    """Each option with its date, cost and margin; a cost that is not known is a dash."""
    table(
        options.assign(
            option=[
                f"{word(option)} ✓ {text('cheapest in time')}" if cheapest else word(option)
                for option, cheapest in zip(
                    options["option"], options["is_cheapest_in_time"], strict=True
                )
            ],
            overtime=[
                "" if pd.isna(hours) else f"{centre}, {number(hours, 1)} h"
                for centre, hours in zip(
                    options["work_centre"], options["overtime_hours"], strict=True
                )
            ],
        ),
        {
            "option": Column(text("Option"), width="medium"),
            "first_date": Column(text("First delivery"), DAY),
            "first_share_pct": Column(text("In the first (%)"), PERCENT),
            "complete_date": Column(text("All of it"), DAY),
            "days_late": Column(text("Days late"), COUNT),
            "overtime": Column(text("Overtime")),
            "extra_cost_amount": Column(
                text("Extra cost (€)"),
                MONEY,
                help=text("A dash: data/mappings/option_price.csv holds no price for it"),
            ),
            "contribution_amount": Column(text("Contribution (€)"), MONEY),
            "contribution_margin_pct": Column(text("Margin (%)"), PERCENT),
        },
        alt=text("Ways to serve the deal with date, cost and margin"),
        key="options",
    )
    if not options["is_price_known"].all():
        st.caption(
            text("The cost of a way without a price is not known: enter it in the table of prices.")
        )


def rivals(rows: pd.DataFrame) -> None:
    """Deals that have room in the same hours, best first, and whom this one displaces."""
    table(
        rows.assign(
            deal_name=rows["deal_name"].where(~rows["is_this"], "▶ " + rows["deal_name"]),
            served=[text("Yes") if served else text("No") for served in rows["is_served"]],
        ),
        {
            "week_start_date": Column(text("Week"), DAY),
            "work_centre": Column(text("Work centre")),
            "rank_place": Column(text("Place"), COUNT),
            "deal_name": Column(text("Deal"), width="medium"),
            "wanted_hours": Column(text("Hours wanted"), QUANTITY),
            "free_hours": Column(text("Hours free"), QUANTITY),
            "value_per_hour": Column(
                text("Worth of an hour (€)"),
                MONEY,
                help=text("Probability times contribution, by hour of the bottleneck"),
            ),
            "served": Column(text("Has room")),
            "displaced_deals": Column(text("Displaced if taken first"), width="medium"),
        },
        alt=text("Deals that want the same work centre in the same week, by worth of an hour"),
        key="rivals",
    )


def last_margins(rows: pd.DataFrame) -> None:
    """What the same items left with this customer the last five times."""
    table(
        rows.assign(
            state=[
                text("Provisional") if provisional else text("Final")
                for provisional in rows["is_provisional"]
            ]
        ),
        {
            "item_code": Column(text("Item")),
            "invoice_date": Column(text("Invoiced"), DAY),
            "document_number": Column(text("Number")),
            "net_qty": Column(text("Quantity"), QUANTITY),
            "inventory_uom": Column(text("Unit")),
            "net_price": Column(text("Net price (€)"), QUANTITY),
            "margin_amount": Column(text("Real margin (€)"), MONEY),
            "margin_pct": Column(text("Real margin (%)"), PERCENT),
            "state": Column(text("State")),
        },
        alt=text("The last five real margins of each item with this customer"),
        key="last_margins",
    )
