"""The warehouse's own books: transfers, requests for them, and corrections after a count."""

from __future__ import annotations

from datetime import date

from sandbox.plant.books.core import Core, Record, day_text
from sandbox.plant.books.documents import Line, lot_rows, write
from sandbox.plant.stock import Lot, Picked


class WarehouseBooks:
    """Goods that change place, and counts that differ."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def _transfer(
        self, entity_set: str, item: str, qty: float, source: str, target: str, due: date
    ) -> Record:
        core = self.core
        entry = core.next_entry(entity_set)
        master = core.masters.items[item]
        is_request = entity_set == "InventoryTransferRequests"
        record: Record = {
            "DocEntry": entry,
            "DocNum": core.number(entity_set, entry),
            "Series": 1,
            "DocDate": day_text(core.today),
            "DueDate": day_text(due),
            "TaxDate": day_text(core.today),
            "CreationDate": day_text(core.today),
            "UpdateDate": day_text(core.today),
            "CardCode": None,
            "FromWarehouse": source,
            "ToWarehouse": target,
            "Comments": None,
            "DocumentStatus": "bost_Open" if is_request else "bost_Close",
            "StockTransferLines": [
                {
                    "LineNum": 0,
                    "DocEntry": entry,
                    "ItemCode": item,
                    "ItemDescription": master.name,
                    "Quantity": qty,
                    "InventoryQuantity": qty,
                    "RemainingOpenQuantity": qty if is_request else 0.0,
                    "RemainingOpenInventoryQuantity": qty if is_request else 0.0,
                    "LineStatus": "bost_Open" if is_request else "bost_Close",
                    "FromWarehouseCode": source,
                    "WarehouseCode": target,
                    "UoMCode": master.unit,
                    "UoMEntry": -1,
                    "UnitsOfMeasurment": 1.0,
                    "BaseType": "Default",
                    "BaseEntry": None,
                    "BaseLine": None,
                    "BatchNumbers": [],
                    "SerialNumbers": [],
                }
            ],
        }
        core.sets[entity_set][entry] = record
        return record

    def request(self, item: str, qty: float, source: str, target: str, due: date) -> Record:
        """Ask for a transfer: committed where it is, expected where it shall go."""
        record = self._transfer("InventoryTransferRequests", item, qty, source, target, due)
        self.core.stock.commit(self.core.today, item, source, qty)
        self.core.stock.order(self.core.today, item, target, qty)
        return record

    def transfer(
        self, item: str, qty: float, source: str, target: str, lot: Lot | None = None
    ) -> Record:
        """Carry goods from one warehouse to another, lots and all."""
        core = self.core
        record = self._transfer("StockTransfers", item, qty, source, target, core.today)
        about = f"transfer:{record['DocEntry']}"
        picked = core.stock.take(core.today, item, source, qty, about, lot)
        for part in picked:
            core.stock.receive(core.today, item, target, part.qty, part.cost, part.lot, about)
        record["StockTransferLines"][0]["BatchNumbers"] = lot_rows(picked, 0)
        return record

    def correct(self, item: str, difference: float, why: str, warehouse: str = "01") -> Record:
        """Bring the books to a count: a goods receipt or a goods issue without a base."""
        core = self.core
        master = core.masters.items[item]
        entity_set = "InventoryGenEntries" if difference > 0 else "InventoryGenExits"
        line = Line(item, abs(difference), master.cost, warehouse=warehouse)
        record = write(core, entity_set, None, [line], core.today, currency="EUR", comments=why)
        row = record["DocumentLines"][0]
        about = f"count:{entity_set}:{record['DocEntry']}"
        if difference > 0:
            lot = None
            if master.by_lot:
                lot = core.stock.new_lot(item, core.today, master.cost, about)
            core.stock.receive(core.today, item, warehouse, difference, master.cost, lot, about)
            row["BatchNumbers"] = lot_rows([Picked(lot, difference, master.cost)], 0)
        else:
            picked = core.stock.take(core.today, item, warehouse, -difference, about)
            row["BatchNumbers"] = lot_rows(picked, 0)
        row["LineStatus"] = "bost_Close"
        row["RemainingOpenQuantity"] = row["RemainingOpenInventoryQuantity"] = 0.0
        record["DocumentStatus"] = "bost_Close"
        return record
