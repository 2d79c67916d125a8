"""Stock, lots and commitments, added up from every movement that the plant made."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.truth.comparing import Number, Table
from tests.truth.records import Records


def stock(records: Records) -> Table:
    """On hand, committed and ordered by item and warehouse, where any is not 0."""
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for place, kind in enumerate(("stock", "committed", "ordered")):
        for key, qty in records.sums(kind).items():
            found[key[0], key[1]][place] += qty
    return {key: tuple(row) for key, row in found.items() if any(row)}


def lots(records: Records) -> Table:
    """On hand by item, lot and warehouse: the lot's own number, never its name alone (K12)."""
    return {
        (item, int(lot), warehouse): (qty,)
        for (item, warehouse, lot), qty in records.sums("stock").items()
        if lot
    }


NUMBERS = (
    Number(
        "stock, committed, ordered",
        stock,
        "select item_code, warehouse_code, in_stock_qty, committed_qty, ordered_qty"
        " from marts.fct_inventory_position"
        " where in_stock_qty <> 0 or committed_qty <> 0 or ordered_qty <> 0",
        ("stock", "committed", "ordered"),
        key_width=2,
    ),
    Number(
        "stock per lot and warehouse",
        lots,
        "select item_code, system_number, warehouse_code, lot_qty from marts.fct_lot_position",
        ("stock",),
        key_width=3,
    ),
)
