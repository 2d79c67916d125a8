"""Lots from the plant's own movements: mass balance, what was made of what, who has it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.truth.comparing import Number, Table
from tests.truth.records import Effect, Records

Lot = tuple[str, str]
# What an effect's cause does to a lot's balance (K35); a transfer changes its place alone.
COLUMN = {
    "opening": 0,
    "purchase": 1,
    "work_order": 1,
    "return": 2,
    "credit_note": 2,
    "count": 3,
    "issue": 4,
    "delivery": 5,
    "cancelled_delivery": 5,
    "purchase return": 6,
}
TAKEN = (4, 5, 6)


def _movements(records: Records) -> list[tuple[Lot, Effect]]:
    names = {(lot["item"], str(lot["number"])): lot["name"] for lot in records.truth("lots")}
    return [
        ((effect.key[0], names[effect.key[0], effect.key[2]]), effect)
        for effect in records.effects
        if effect.kind == "stock" and effect.key[2]
    ]


def balance(records: Records) -> Table:
    """Opening, received, returned, adjusted, consumed, shipped, sent back and in stock (K35)."""
    found: dict[Lot, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 8)
    for lot, effect in _movements(records):
        found[lot][7] += effect.amount
        cause = effect.about.split(":")[0]
        if cause != "transfer":
            column = COLUMN[cause]
            found[lot][column] += -effect.amount if column in TAKEN else effect.amount
    return {lot: tuple(row) for lot, row in found.items()}


def reach(records: Records) -> Table:
    """Each lot and every lot that was made of it, over any number of levels."""
    used: dict[str, set[Lot]] = defaultdict(set)
    made: dict[str, set[Lot]] = defaultdict(set)
    for lot, effect in _movements(records):
        cause, *about = effect.about.split(":")
        if cause == "issue":
            used[about[0]].add(lot)
        elif cause == "work_order":
            made[about[0]].add(lot)
    children: dict[Lot, set[Lot]] = defaultdict(set)
    for work_order, lots in used.items():
        for lot in lots:
            children[lot] |= made[work_order]
    found: Table = {}
    for source in children:
        waiting, seen = list(children[source]), set[Lot]()
        while waiting:
            lot = waiting.pop()
            if lot not in seen:
                seen.add(lot)
                waiting += children.get(lot, ())
        for lot in seen:
            found[*source, *lot] = ()
    return found


NUMBERS = (
    Number(
        "mass balance per lot",
        balance,
        "select item_code, lot_number, opening_qty, received_qty, returned_qty, adjusted_qty,"
        " consumed_qty, shipped_qty, supplier_return_qty, stock_qty from marts.fct_lot",
        (
            "opening",
            "received",
            "returned",
            "adjusted",
            "consumed",
            "shipped",
            "sent back",
            "in stock",
        ),
        key_width=2,
    ),
    Number(
        "descendants of every lot",
        reach,
        "select source_item_code, source_lot_number, item_code, lot_number"
        " from marts.fct_lot_reach",
        (),
        key_width=4,
    ),
)
