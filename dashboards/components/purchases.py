"""Purchases to place: item, quantity and supplier with the last safe order date."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from dashboards.components.tables import COUNT, DAY, QUANTITY, Column, table
from dashboards.locales import text, word


def purchases_table(rows: pd.DataFrame, key: str, height: int | Literal["auto"] = "auto") -> None:
    """One row a purchase; the item's name where the query brings it."""
    columns = {
        "last_safe_order_date": Column(text("Order by"), DAY),
        "item_code": Column(text("Item")),
        "item_name": Column(text("Name"), width="medium"),
        "order_qty": Column(text("Quantity"), QUANTITY),
        "inventory_uom": Column(text("Unit")),
        "need_date": Column(text("Needed in the week of"), DAY),
        "supplier_name": Column(text("Supplier"), width="medium"),
        "lead_p50_days": Column(text("Lead time, median (days)"), COUNT),
        "lead_p90_days": Column(text("Lead time, 9 in 10 (days)"), COUNT),
        "lead_basis": Column(text("Lead time from")),
    }
    table(
        rows.assign(lead_basis=rows["lead_basis"].map(lambda code: word(code, "lead"))),
        {name: column for name, column in columns.items() if name in rows},
        alt=text("Purchases with their last safe order date"),
        key=key,
        height=height,
    )
