"""`promesa promise`: one question put to the published warehouse, answered in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa

from dagster_project.command.told import Told, told_in_sentences
from dagster_project.settings import load_settings
from dagster_project.warehouse import DataFolder, current_version, open_published
from promise import QUESTION_TABLES, ModeAnswer, Question, QuestionAnswer, ask

_NAMES = {"alone": "alone", "queue": "in queue"}


def answer(item: str, quantity: float, by: date | None, customer: str | None) -> None:
    """Print stock, to make, to buy, both dates, the chain of days and the customer's credit."""
    with told_in_sentences():
        data = DataFolder(load_settings().data)
        version = current_version(data)
        if version is None:
            raise Told("Nothing is published yet. Run `promesa run` first.")
        with open_published(data, version) as warehouse:
            _answer(warehouse, item, Decimal(str(quantity)), by, customer)


def _answer(
    warehouse: duckdb.DuckDBPyConnection,
    item: str,
    quantity: Decimal,
    by: date | None,
    customer: str | None,
) -> None:
    as_of, transit = _start(warehouse, customer)
    unit, parts = _asked(warehouse, item, quantity)
    print(f"{_told(quantity)} {unit} of {item}, asked on {as_of:%Y-%m-%d}")
    tables = _question_tables(warehouse)
    for code, needed in parts:
        if len(parts) > 1:
            print(f"  of the kit: {_told(needed)} of {code}")
        _print_answer(ask(Question(code, needed, by, transit), tables, as_of), by)
    if customer:
        _print_credit(warehouse, customer)


def _start(warehouse: duckdb.DuckDBPyConnection, customer: str | None) -> tuple[date, int]:
    ((as_of, transit),) = warehouse.execute(
        "select as_of_date, default_transit_days from questions.q_as_of"
    ).fetchall()
    if customer is None:
        return as_of, int(transit)
    found = warehouse.execute(
        "select transit_days from questions.q_customer where card_code = ?", [customer]
    ).fetchall()
    if not found:
        raise Told(f"Customer {customer} is unknown. Give the ERP's customer code.")
    return as_of, int(found[0][0])


def _asked(
    warehouse: duckdb.DuckDBPyConnection, item: str, quantity: Decimal
) -> tuple[str, list[tuple[str, Decimal]]]:
    """The item's unit, and what is really asked for: itself, or the components of a kit."""
    found = warehouse.execute(
        "select stock_point, inventory_uom, is_kit from questions.q_item where item_code = ?",
        [item],
    ).fetchall()
    if not found:
        raise Told(f"Item {item} is unknown. Give the ERP's item code.")
    stock_point, unit, is_kit = found[0]
    if not is_kit:
        return unit, [(stock_point, quantity)]
    components = warehouse.execute(
        "select component_code, per_unit_qty from questions.q_kit_component where kit_code = ?",
        [item],
    ).fetchall()
    return unit, [(code, quantity * per_unit) for code, per_unit in components]


def _question_tables(warehouse: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """What the engine reads, under its own names: it knows an item by its stock point."""
    tables = {}
    for name in QUESTION_TABLES:
        columns = [row[0] for row in warehouse.execute(f"describe questions.q_{name}").fetchall()]
        listed = ", ".join(
            "stock_point as item_code" if column == "stock_point" else column
            for column in columns
            if not (column == "item_code" and "stock_point" in columns)
        )
        tables[name] = warehouse.sql(f"select {listed} from questions.q_{name}").to_arrow_table()
    return tables


def _print_answer(answered: QuestionAnswer, by: date | None) -> None:
    for mode in (answered.alone, answered.queue):
        print(f"  {_NAMES[mode.mode]:<9} {_dated(mode, by)}")
    alone = answered.alone
    if alone.delivered_day is None:
        return
    print(f"  from stock {_told(alone.from_stock_qty)}, to make {_told(alone.to_make_qty)},"
          f" to buy {_told(alone.to_buy_qty)}")  # fmt: skip
    print("  the days, which add up:")
    for (kind, place), days in _days(alone).items():
        print(f"    {days:>4}  {kind.replace('_', ' '):<15} {place}")
    print(f"    {sum(step.days for step in alone.chain):>4}  in all")
    for part in alone.split:
        print(f"  {part.day:%Y-%m-%d}: {_told(part.qty)} ({part.source})")
    for opening in alone.openings:
        print(f"  with {opening.key} opened: {opening.delivered_day:%Y-%m-%d}")


def _days(mode: ModeAnswer) -> dict[tuple[str, str], int]:
    """Days of the critical chain by what they went on and where."""
    found: dict[tuple[str, str], int] = {}
    for step in mode.chain:
        place = (step.kind, step.work_centre or step.item_code or "")
        found[place] = found.get(place, 0) + step.days
    return found


def _dated(mode: ModeAnswer, by: date | None) -> str:
    if mode.delivered_day is None:
        return f"no date: {mode.reason_code} ({mode.reason_key})"
    told = f"{mode.delivered_day:%Y-%m-%d}"
    if by is None:
        return told
    late = (mode.delivered_day - by).days
    return f"{told}, {late} days late" if late > 0 else f"{told}, in time"


def _print_credit(warehouse: duckdb.DuckDBPyConnection, customer: str) -> None:
    found = warehouse.execute(
        "select credit_level, available_amount from marts.fct_exposure where card_code = ?",
        [customer],
    ).fetchall()
    for level, available in found:
        shown = "no limit" if available is None else f"{available:,.2f} available"
        print(f"  credit of {customer}: level {level}, {shown}")


def _told(quantity: Decimal) -> str:
    """Without the zeros that carry nothing: 1,000 and 12.5."""
    return f"{quantity:,f}".rstrip("0").rstrip(".") if quantity % 1 else f"{quantity:,.0f}"
