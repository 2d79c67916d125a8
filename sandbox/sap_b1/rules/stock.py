"""Stock as items carry it: in stock, committed and ordered by warehouse, and lots by quantity.

These totals move without a stamp: stock movements do not touch an item's UpdateDate (community
experience, not verified). So they are written past the change stamps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import tidy
from sandbox.sap_b1.rules.serials import Serials
from sandbox.sap_b1.values import Body

_LOCKED = "2"  # bdsStatus_Locked as the table holds it [A16]

Place = tuple[str, str]
"""An item's code and a warehouse's code."""


@dataclass(slots=True)
class Open:
    """What open documents promise and expect: quantities by place, money by customer."""

    committed: dict[Place, float] = field(default_factory=lambda: defaultdict(float))
    ordered: dict[Place, float] = field(default_factory=lambda: defaultdict(float))
    orders: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    deliveries: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Stock:
    """Reads and moves the stock of items."""

    def __init__(self, records: Records) -> None:
        self.records, self.serials = records, Serials(records)

    def item(self, code: str) -> Body | None:
        """The item with this code, or None."""
        return self.records.get("Items", (code,))

    def is_kept(self, code: str, warehouse: str) -> bool:
        """Whether movements of this item in this warehouse are counted (no drop shipments)."""
        item = self.item(code)
        if item is None or item.get("InventoryItem") == "tNO":
            return False
        place = self.records.get("Warehouses", (warehouse,))
        return place is None or place.get("DropShip") != "tYES"

    def shift(self, place: Place, name: str, change: float) -> None:
        """Add `change` to `InStock`, `Committed` or `Ordered` of an item in a warehouse."""
        code, warehouse = place
        item = self.item(code)
        if item is None or not tidy(change):
            return
        rows: list[Body] = [dict(row) for row in item.get("ItemWarehouseInfoCollection") or []]
        row = next((row for row in rows if row.get("WarehouseCode") == warehouse), None)
        if row is None:
            row = {"ItemCode": code, "WarehouseCode": warehouse}
            row |= {"InStock": 0.0, "Committed": 0.0, "Ordered": 0.0}
            rows.append(row)
        row[name] = tidy((row.get(name) or 0.0) + change)
        after = {**item, "ItemWarehouseInfoCollection": rows, **_totals(rows)}
        self.records.follow("Items", item, after)

    def in_stock(self, place: Place) -> float:
        """What lies in a warehouse."""
        item = self.item(place[0]) or {}
        rows: list[Body] = item.get("ItemWarehouseInfoCollection") or []
        return next(
            (row.get("InStock") or 0.0 for row in rows if row.get("WarehouseCode") == place[1]), 0.0
        )

    def move(self, line: Body, sign: int, locator: str) -> None:
        """Let a document line's goods come in (+1) or leave (-1), with their lots.

        Refusal when more would leave than is there, or when lots are due and not named.
        """
        code, warehouse = str(line["ItemCode"]), str(line["WarehouseCode"])
        quantity = float(line["InventoryQuantity"])
        if sign < 0 and tidy(self.in_stock((code, warehouse)) - quantity) < 0:
            raise messages.negative_inventory(locator)
        item = self.item(code) or {}
        if item.get("ManageBatchNumbers") == "tYES":
            self._move_lots(line, sign, locator)
        if item.get("ManageSerialNumbers") == "tYES":
            self.serials.move(line, sign, locator)
        self.shift((code, warehouse), "InStock", sign * quantity)

    def _move_lots(self, line: Body, sign: int, locator: str) -> None:
        lots: list[Body] = line.get("BatchNumbers") or []
        named = tidy(sum(float(lot.get("Quantity") or 0.0) for lot in lots))
        if named != tidy(float(line["InventoryQuantity"])):
            raise messages.lots_incomplete(locator)
        for lot in lots:
            self._move_lot(line, lot, sign, locator)

    def _move_lot(self, line: Body, lot: Body, sign: int, locator: str) -> None:
        code, warehouse = str(line["ItemCode"]), str(line["WarehouseCode"])
        master = self.lot(code, str(lot.get("BatchNumberProperty")))
        if master is None:
            if sign < 0:
                raise messages.reference_invalid(locator)
            master = self._new_lot(code, lot)
        if sign < 0 and master.get("Status") == _LOCKED:
            raise messages.lot_not_released(locator, str(master["DistNumber"]))
        number = int(master["SysNumber"])
        lot.update(ItemCode=code, SystemSerialNumber=number, BaseLineNumber=line["LineNum"])
        row = self.records.row("OBTQ", (code, number, warehouse)) or {
            "ItemCode": code,
            "SysNumber": number,
            "WhsCode": warehouse,
            "Quantity": 0.0,
            "CommitQty": 0.0,
        }
        left = tidy(row["Quantity"] + sign * float(lot["Quantity"]))
        if left < 0:
            raise messages.negative_inventory(locator)
        self.records.put_row("OBTQ", {**row, "Quantity": left})

    def lot(self, code: str, name: str) -> Body | None:
        """The lot master (a row of OBTN) of an item by the lot's name."""
        found = self.records.plain_rows("OBTN", {"ItemCode": code, "DistNumber": name})
        return found[0] if found else None

    def _new_lot(self, code: str, lot: Body) -> Body:
        numbers = [row["SysNumber"] for row in self.records.plain_rows("OBTN", {"ItemCode": code})]
        master = {
            "ItemCode": code,
            "SysNumber": max(numbers, default=0) + 1,
            "DistNumber": lot.get("BatchNumberProperty"),
            "ExpDate": _compact(lot.get("ExpiryDate")),
            "MnfDate": _compact(lot.get("ManufacturingDate")),
            "InDate": _compact(lot.get("AddmisionDate") or self.records.today()),
            "Status": "0",
        }
        self.records.put_row("OBTN", master)
        self.records.insert(
            "BatchNumberDetails",
            {
                "DocEntry": self.records.next_number("BatchNumberDetails", "DocEntry"),
                "ItemCode": code,
                "ItemDescription": (self.item(code) or {}).get("ItemName"),
                "Status": "bdsStatus_Released",
                "Batch": master["DistNumber"],
                "AdmissionDate": lot.get("AddmisionDate") or self.records.today(),
                "ManufacturingDate": lot.get("ManufacturingDate"),
                "ExpirationDate": lot.get("ExpiryDate"),
                "SystemNumber": master["SysNumber"],
            },
        )
        return master

    def lot_changed(self, detail: Body) -> None:
        """Bring the lot master up to date with its BatchNumberDetails."""
        key = (str(detail.get("ItemCode")), int(detail.get("SystemNumber") or 0))
        master = self.records.row("OBTN", key)
        if master is None:
            return
        codes = self.records.schema.enums["BatchDetailServiceStatusEnum"].code_by_member
        status = str(detail.get("Status") or "bdsStatus_Released")
        changed = {
            "Status": codes.get(status, status),
            "ExpDate": _compact(detail.get("ExpirationDate")),
            "MnfDate": _compact(detail.get("ManufacturingDate")),
        }
        self.records.put_row("OBTN", {**master, **changed})

    def first_expiring(self, code: str, warehouse: str, quantity: float) -> list[Body]:
        """Released lots that cover a quantity, first to expire first (for automatic issues)."""
        chosen: list[Body] = []
        left = quantity
        masters = {m["SysNumber"]: m for m in self.records.plain_rows("OBTN", {"ItemCode": code})}
        held = self.records.plain_rows("OBTQ", {"ItemCode": code, "WhsCode": warehouse})
        held.sort(
            key=lambda row: (
                masters[row["SysNumber"]].get("ExpDate") or "99991231",
                row["SysNumber"],
            )
        )
        for row in held:
            part = tidy(min(left, row["Quantity"]))
            if part > 0 and masters[row["SysNumber"]].get("Status") == "0":
                name = masters[row["SysNumber"]]["DistNumber"]
                chosen.append({"BatchNumberProperty": name, "Quantity": part})
                left = tidy(left - part)
        return chosen


def _totals(rows: list[Body]) -> Mapping[str, Any]:
    """The item's own totals over its warehouses."""
    sums = {
        name: tidy(sum(float(row.get(name) or 0.0) for row in rows))
        for name in ("InStock", "Committed", "Ordered")
    }
    return {
        "QuantityOnStock": sums["InStock"],
        "QuantityOrderedByCustomers": sums["Committed"],
        "QuantityOrderedFromVendors": sums["Ordered"],
    }


def _compact(date: str | None) -> str | None:
    """A stored date as tables hold it in query results: yyyymmdd. [M 4.9]"""
    return None if date is None else date[:10].replace("-", "")
