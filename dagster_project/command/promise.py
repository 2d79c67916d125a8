"""`promesa promise`: one question put to the published warehouse, answered in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from dagster_project.command.told import Told, told_in_sentences
from dagster_project.settings import load_settings
from dagster_project.warehouse import DataFolder, current_version, open_published
from promise import Answered, Asked, put

_MODES = {"alone": "alone", "queue": "in queue"}


def answer(
    item: str, quantity: Decimal, by: date | None, customer: str | None, price: Decimal | None
) -> None:
    """Print the verdict with its three locks, the sources of the quantity, the days and the split.

    The same answer as on the page *Can we promise it?*.
    """
    with told_in_sentences():
        data = DataFolder(load_settings().data)
        version = current_version(data)
        if version is None:
            raise Told("Nothing is published yet. Run `promesa run` first.")
        with open_published(data, version) as opened:

            def warehouse(statement: str, parameters: Sequence[Any] = ()) -> pa.Table:
                return opened.sql(statement, params=parameters).to_arrow_table()

            if customer is not None and not warehouse(
                "from questions.q_customer where card_code = ?", [customer]
            ):
                raise Told(f"Customer {customer} is unknown. Give the ERP's customer code.")
            answered = put(Asked(item, quantity, by, customer, price), warehouse)
    if answered.answer["item_name"] is None and answered.answer["inventory_uom"] is None:
        raise Told(f"Item {item} is unknown. Give the ERP's item code.")
    print("\n".join(_told(item, quantity, customer, answered)))


def _told(item: str, quantity: Decimal, customer: str | None, answered: Answered) -> list[str]:
    row = answered.answer
    binding = "" if row["binding_lock"] == "None" else f" ({row['binding_lock']} binds)"
    lines = [
        f"{_quantity(quantity)} {row['inventory_uom']} of {item}, asked on {answered.as_of}",
        f"{row['verdict']}{binding}: {row['reason_en']}",
        *_date_lock(row, answered.as_of),
        *_margin_lock(row),
        *_credit_lock(row, customer),
    ]
    if not answered.reason:
        return lines
    return [
        *lines,
        f"  from stock {_quantity(row['from_stock_qty'])}, to make {_quantity(row['to_make_qty'])},"
        f" to buy {_quantity(row['to_buy_qty'])}",
        *_days(answered.reason),
        *_split(answered.split),
    ]


def _date_lock(row: Mapping[str, Any], as_of: date) -> list[str]:
    lines = [
        f"  date    {row['date_verdict']}",
        f"    alone      {_day(row['earliest_date'], row['days_late'], row, as_of)}",
        f"    in queue   {_day(row['queue_date'], row['queue_days_late'], row, as_of)}",
    ]
    if row["safe_date"] is not None:
        lines.append(
            f"    safe       {row['safe_date']} (day {(row['safe_date'] - as_of).days}),"
            " alone, kept in 9 of 10 cases"
        )
    elif row["safe_date_reason_en"] is not None:
        lines.append(f"    safe       {row['safe_date_reason_en']}")
    if row["record_level"] is not None:
        lines.append(
            f"    right      {row['record_hit_count']} of {row['record_line_count']} so far,"
            f" asked again for past orders of the {row['record_level']}"
        )
    if row["binding_kind"] is not None:
        kind = row["binding_kind"].replace("_", " ")
        key = row["binding_key"] or ""
        lines.append(f"    held by    {kind} {key}, {row['binding_days']} days")
    if row["opened_by_date"] is not None:
        lines.append(f"    lifted     {row['opened_by_date']} alone")
    return lines


def _day(day: date | None, late: int | None, row: Mapping[str, Any], as_of: date) -> str:
    if day is None:
        return "no date"
    told = f"{day} (day {(day - as_of).days})"
    if row["requested_date"] is None:
        return told
    if not late:
        return f"{told}, in time"
    return f"{told}, {late} day{'s' if late > 1 else ''} late"


def _margin_lock(row: Mapping[str, Any]) -> list[str]:
    if not row["is_margin_asked"]:
        return ["  margin  not asked: give a unit price with --price"]
    since = "" if row["last_price_date"] is None else f", last invoiced on {row['last_price_date']}"
    return [
        f"  margin  {row['margin_verdict']}",
        f"    net amount {_money(row['net_amount'])} at {row['unit_price']:,.2f}{since}",
        f"    cost       {_money(row['cost_amount'])} variable",
        f"    leaves     {_money(row['contribution_amount'])}, {_percent(row)}",
    ]


def _credit_lock(row: Mapping[str, Any], customer: str | None) -> list[str]:
    if not row["is_credit_asked"]:
        return ["  credit  not asked: give --customer and a unit price"]
    lines = [
        f"  credit  {row['credit_verdict']}: {customer}, level {row['credit_level']}",
        f"    limit      {_money(row['credit_limit_amount'])}",
        f"    exposure   {_money(row['credit_exposure_amount'])}",
        f"    available  {_money(row['credit_available_amount'])}",
        f"    this deal  {_money(row['gross_amount'])} with tax",
    ]
    if row["credit_short_amount"]:
        lines.append(f"    short      {_money(row['credit_short_amount'])}")
    return lines


def _days(reason: pa.Table) -> list[str]:
    """Days of each critical chain by what they went on and where, and their sum."""
    lines = []
    for mode, name in _MODES.items():
        days: dict[tuple[str, str], int] = {}
        for term in reason.to_pylist():
            if term["mode"] == mode:
                place = (term["kind"], term["work_centre"] or term["item_code"] or "")
                days[place] = days.get(place, 0) + term["days"]
        if days:
            lines.append(f"  the days {name}, which add up:")
            lines += [
                f"    {count:>4}  {kind.replace('_', ' '):<15} {place}".rstrip()
                for (kind, place), count in days.items()
            ]
            lines.append(f"    {sum(days.values()):>4}  in all")
    return lines


def _split(split: pa.Table) -> list[str]:
    """Quantities by the day on which they could be with the customer."""
    if not split:
        return []
    return [
        "  if parts were shipped as they come:",
        *(
            f"    {part['split_date']}  {_quantity(part['split_qty']):>10} {part['inventory_uom']}"
            f" of {part['item_code']} ({_MODES[part['mode']]})"
            for part in split.to_pylist()
        ),
    ]


def _quantity(quantity: Decimal) -> str:
    """Without the zeros that carry nothing: 1,000 and 12.5."""
    return f"{quantity:,f}".rstrip("0").rstrip(".") if quantity % 1 else f"{quantity:,.0f}"


def _money(amount: Decimal | None) -> str:
    return "not known" if amount is None else f"{amount:,.2f}"


def _percent(row: Mapping[str, Any]) -> str:
    share = row["expected_margin_pct"]
    return "not known" if share is None else f"{share:.1f} %"
