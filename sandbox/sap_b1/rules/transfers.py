"""Stock transfers and their requests: goods from one warehouse to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import tidy
from sandbox.sap_b1.rules.stock import Open, Stock
from sandbox.sap_b1.values import Body

_FROM_REQUEST = "InventoryTransferRequest"  # InvBaseDocTypeEnum
_COPIED = ("ItemCode", "ItemDescription", "FromWarehouseCode", "WarehouseCode", "UnitsOfMeasurment")
_CANCELLED = "sasCancelled"

TRANSFER_SETS = ("StockTransfers", "InventoryTransferRequests")


class Transfers:
    """Saves and closes transfers; a request commits in one warehouse and expects in the other."""

    def __init__(self, records: Records, stock: Stock) -> None:
        self.records, self.stock = records, stock

    def create(self, set_name: str, incoming: Body) -> Body:
        """Save a transfer (goods move at once) or a request (nothing moves yet)."""
        is_request = set_name == "InventoryTransferRequests"
        today = self.records.today()
        body: Body = {
            "DocDate": today,
            "DueDate": today,
            "TaxDate": today,
            "DocumentStatus": "bost_Open" if is_request else "bost_Close",
            **{name: value for name, value in incoming.items() if value is not None},
            "DocEntry": self.records.next_number(set_name, "DocEntry"),
            "DocNum": self.records.next_number(set_name, "DocNum"),
        }
        rows: list[Body] = body.get("StockTransferLines") or []
        if not rows:
            raise messages.business("No matching records found: add a line", 10000180)
        body["StockTransferLines"] = [
            self._line(body, {**row, "LineNum": number}, is_request)
            for number, row in enumerate(rows)
        ]
        if not is_request:
            for line in body["StockTransferLines"]:
                self._move(line)
            self._reduce_requests(body)
        self.records.insert(set_name, body)
        self._follow(None, body)
        return body

    def _reduce_requests(self, body: Body) -> None:
        """Take what was transferred off the requests that it was copied from."""
        for line in body["StockTransferLines"]:
            if line.get("BaseType") != _FROM_REQUEST:
                continue
            locator = f"WTR1.BaseEntry][line: {line['LineNum'] + 1}"
            before = self.records.get("InventoryTransferRequests", (int(line["BaseEntry"]),))
            if before is None:
                raise messages.reference_invalid(locator)
            rows = [dict(row) for row in before["StockTransferLines"]]
            row = next((row for row in rows if row["LineNum"] == line.get("BaseLine")), None)
            if row is None:
                raise messages.reference_invalid(locator)
            if row.get("LineStatus") != "bost_Open":
                raise messages.base_closed("WTR1.BaseEntry", line["LineNum"] + 1)
            left = tidy(max(0.0, float(row["RemainingOpenQuantity"]) - float(line["Quantity"])))
            row["RemainingOpenQuantity"] = left
            row["RemainingOpenInventoryQuantity"] = tidy(left * float(row["UnitsOfMeasurment"]))
            row["LineStatus"] = "bost_Open" if left else "bost_Close"
            is_open = any(each["LineStatus"] == "bost_Open" for each in rows)
            status = "bost_Open" if is_open else "bost_Close"
            after = {**before, "StockTransferLines": rows, "DocumentStatus": status}
            self.records.update("InventoryTransferRequests", before, after)
            self._follow(before, after)

    def _base_line(self, given: Mapping[str, Any]) -> Body:
        """The request's line that a transfer's line is copied from, or nothing."""
        if given.get("BaseType") != _FROM_REQUEST or given.get("BaseEntry") is None:
            return {}
        request = self.records.get("InventoryTransferRequests", (int(given["BaseEntry"]),)) or {}
        rows: list[Body] = request.get("StockTransferLines") or []
        found = next((row for row in rows if row["LineNum"] == given.get("BaseLine")), {})
        copied = {name: found.get(name) for name in _COPIED if found.get(name) is not None}
        if "RemainingOpenQuantity" in found:
            copied["Quantity"] = found["RemainingOpenQuantity"]
        return copied

    def _line(self, body: Mapping[str, Any], given: Body, is_request: bool) -> Body:
        stated = {name: value for name, value in given.items() if value is not None}
        given = {**self._base_line(given), **stated}
        code = str(given.get("ItemCode") or "")
        item = self.stock.item(code)
        if item is None:
            locator = f"WTR1.ItemCode][line: {given['LineNum'] + 1}"
            raise messages.reference_invalid(locator)
        quantity = tidy(float(given.get("Quantity") or 0.0))
        units = float(given.get("UnitsOfMeasurment") or 1.0)
        left = quantity if is_request else 0.0
        return {
            "ItemDescription": item.get("ItemName"),
            "FromWarehouseCode": body.get("FromWarehouse"),
            "WarehouseCode": body.get("ToWarehouse"),
            "UoMCode": item.get("InventoryUOM"),
            "BatchNumbers": [],
            **given,
            "DocEntry": body["DocEntry"],
            "Quantity": quantity,
            "UnitsOfMeasurment": units,
            "InventoryQuantity": tidy(quantity * units),
            "RemainingOpenQuantity": left,
            "RemainingOpenInventoryQuantity": tidy(left * units),
            "LineStatus": "bost_Open" if is_request else "bost_Close",
        }

    def _move(self, line: Body) -> None:
        locator = f"WTR1.ItemCode][line: {line['LineNum'] + 1}"
        source = {**line, "WarehouseCode": line["FromWarehouseCode"]}
        if self.stock.is_kept(str(line["ItemCode"]), str(source["WarehouseCode"])):
            self.stock.move(source, -1, locator)
        if self.stock.is_kept(str(line["ItemCode"]), str(line["WarehouseCode"])):
            self.stock.move(line, 1, locator)

    def end(self, set_name: str, before: Body) -> None:
        """A request gives back what it still committed; a transfer moves its goods back."""
        is_request = set_name == "InventoryTransferRequests"
        if before.get("DocumentStatus") == "bost_Close" and is_request:
            raise messages.document_closed()
        if before.get("AuthorizationStatus") == _CANCELLED:
            raise messages.business("Document is already cancelled", 10000046)
        closed = {"LineStatus": "bost_Close"}
        rows = [{**line, **closed} for line in before["StockTransferLines"]]
        after = {**before, "StockTransferLines": rows, "DocumentStatus": "bost_Close"}
        if not is_request:
            for line in rows:
                there, here = line["WarehouseCode"], line["FromWarehouseCode"]
                self._move({**line, "FromWarehouseCode": there, "WarehouseCode": here})
            # The type has no property for it; the nearest that it has. [guess]
            after["AuthorizationStatus"] = _CANCELLED
        self.records.update(set_name, before, after)
        self._follow(before, after)

    def _follow(self, before: Body | None, after: Body) -> None:
        was, now = self._open(before), self._open(after)
        for place in {*was.committed, *now.committed}:
            self.stock.shift(place, "Committed", now.committed[place] - was.committed[place])
        for place in {*was.ordered, *now.ordered}:
            self.stock.shift(place, "Ordered", now.ordered[place] - was.ordered[place])

    def _open(self, body: Body | None) -> Open:
        found = Open()
        for line in (body or {}).get("StockTransferLines") or []:
            if line.get("LineStatus") != "bost_Open":
                continue
            left = float(line.get("RemainingOpenInventoryQuantity") or 0.0)
            code = str(line["ItemCode"])
            found.committed[code, str(line["FromWarehouseCode"])] += left
            found.ordered[code, str(line["WarehouseCode"])] += left
        return found
