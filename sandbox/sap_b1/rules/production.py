"""Production orders: from a bill of material, forward through their states, issues and receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import cents, product, tidy
from sandbox.sap_b1.rules.kinds import KIND_BY_SET, PRODUCTION_ORDER, DocumentKind
from sandbox.sap_b1.rules.stock import Open, Stock
from sandbox.sap_b1.values import Body

_NEXT_STATES: Mapping[str, tuple[str, ...]] = {
    "boposPlanned": ("boposReleased", "boposCancelled"),
    "boposReleased": ("boposClosed", "boposCancelled"),
    "boposClosed": (),
    "boposCancelled": (),
}
_OPEN_STATES = ("boposPlanned", "boposReleased")


class Production:
    """Saves and changes production orders with all that follows."""

    def __init__(self, records: Records, stock: Stock) -> None:
        self.records, self.stock = records, stock

    # -- the order itself ------------------------------------------------------------------

    def create(self, incoming: Body) -> Body:
        """Save an order; without lines of its own it takes those of the item's bill."""
        code = str(incoming.get("ItemNo") or "")
        item = self.stock.item(code)
        if item is None:
            raise messages.reference_invalid("OWOR.ItemCode")
        given = {name: value for name, value in incoming.items() if value is not None}
        entry = self.records.next_number("ProductionOrders", "AbsoluteEntry")
        today = self.records.today()
        body: Body = {
            "DocumentNumber": self.records.next_number("ProductionOrders", "DocumentNumber"),
            "Series": 1,
            "ProductDescription": item.get("ItemName"),
            "ProductionOrderStatus": "boposPlanned",
            "ProductionOrderType": "bopotStandard",
            "PlannedQuantity": 1.0,
            "CompletedQuantity": 0.0,
            "RejectedQuantity": 0.0,
            "PostingDate": today,
            "CreationDate": today,
            "StartDate": given.get("PostingDate") or today,
            "DueDate": today,
            "ProductionOrderOrigin": "bopooManual",
            "Warehouse": item.get("DefaultWarehouse") or "01",
            "InventoryUOM": item.get("InventoryUOM"),
            "Priority": 100,
            "RoutingDateCalculation": "raOnStartDate",
            "UpdateAllocation": "bouaManual",
            **given,
            "AbsoluteEntry": entry,
        }
        if body["ProductionOrderStatus"] not in _OPEN_STATES:
            raise messages.business("A new production order is planned or released", 10000060)
        tree = self.records.get("ProductTrees", (code,))
        lines: list[Body] = body.get("ProductionOrderLines") or []
        if not lines and tree is None:
            raise messages.reference_invalid("OITT.Code")
        rows = lines or self._exploded(tree or {})
        body["ProductionOrderLines"] = [
            self._line(body, number, row) for number, row in enumerate(rows)
        ]
        if tree is not None and not body.get("ProductionOrdersStages"):
            body["ProductionOrdersStages"] = [
                self._stage(body, stage) for stage in tree.get("ProductTreeStages") or []
            ]
        if body["ProductionOrderStatus"] == "boposReleased":
            body["ReleaseDate"] = today
        self.records.insert("ProductionOrders", body)
        self._follow(None, body)
        if body["ProductionOrderStatus"] == "boposReleased":
            self._commit_capacity(body)
        return body

    def _exploded(self, tree: Body) -> list[Body]:
        """The lines for one unit of the parent; phantoms give way to what they hold."""
        found: list[Body] = []
        for line in tree.get("ProductTreeLines") or []:
            per_unit = float(line.get("Quantity") or 0.0) / float(tree.get("Quantity") or 1.0)
            code = str(line["ItemCode"])
            if (self.stock.item(code) or {}).get("IsPhantom") == "tYES":
                inner = self._exploded(self.records.get("ProductTrees", (code,)) or {})
                found += [{**row, "BaseQuantity": row["BaseQuantity"] * per_unit} for row in inner]
                continue
            found.append(
                {
                    "ItemNo": code,
                    "ItemType": line.get("ItemType") or "pit_Item",
                    "BaseQuantity": tidy(per_unit),
                    "AdditionalQuantity": line.get("AdditionalQuantity") or 0.0,
                    "ProductionOrderIssueType": line.get("IssueMethod"),
                    "Warehouse": line.get("Warehouse"),
                    "StageID": line.get("StageID"),
                }
            )
        return found

    def _line(self, order: Body, number: int, row: Mapping[str, Any]) -> Body:
        base, extra = float(row.get("BaseQuantity") or 0.0), row.get("AdditionalQuantity") or 0.0
        planned = tidy(base * float(order["PlannedQuantity"]) + float(extra))
        return {
            "ItemType": "pit_Item",
            "ProductionOrderIssueType": "im_Manual",
            "PlannedQuantity": planned,
            "StartDate": order["StartDate"],
            "EndDate": order["DueDate"],
            "RequiredDays": 0.0,
            **{name: value for name, value in row.items() if value is not None},
            "DocumentAbsoluteEntry": order["AbsoluteEntry"],
            "LineNumber": number,
            "VisualOrder": number,
            "BaseQuantity": base,
            "IssuedQuantity": 0.0,
            "Warehouse": row.get("Warehouse") or order["Warehouse"],
        }

    def _stage(self, order: Body, stage: Mapping[str, Any]) -> Body:
        return {
            "DocEntry": order["AbsoluteEntry"],
            "StageID": stage.get("StageID"),
            "SequenceNumber": stage.get("SequenceNumber"),
            "StageEntry": stage.get("StageEntry"),
            "Name": stage.get("Name"),
            "StartDate": order["StartDate"],
            "EndDate": order["DueDate"],
            "RequiredDays": 0.0,
            "WaitingDays": stage.get("WaitingDays") or 0.0,
            "CalculationProportion": 0.0,
        }

    def modify(self, before: Body, after: Body) -> Body:
        """PATCH: the state moves forward only; quantities and totals follow."""
        was, now = str(before["ProductionOrderStatus"]), str(after["ProductionOrderStatus"])
        if now != was and now not in _NEXT_STATES[was]:
            raise messages.status_backwards()
        if after["PlannedQuantity"] != before["PlannedQuantity"]:
            after = self._rescaled(after)
        if now == "boposCancelled" and now != was:
            self._check_untouched(before)
        stamp = {"boposReleased": "ReleaseDate", "boposClosed": "ClosingDate"}.get(now)
        if now != was and stamp:
            after = {**after, stamp: self.records.today()}
        self.records.update("ProductionOrders", before, after)
        self._follow(before, after)
        if now == "boposReleased" and now != was:
            self._commit_capacity(after)
        if now not in _OPEN_STATES and now != was:
            self._free_capacity(int(after["AbsoluteEntry"]))
        return after

    def cancel(self, before: Body) -> Body:
        """`Cancel`: only while nothing was issued or received."""
        return self.modify(before, {**before, "ProductionOrderStatus": "boposCancelled"})

    def _check_untouched(self, order: Body) -> None:
        issued = sum(float(line["IssuedQuantity"]) for line in order["ProductionOrderLines"])
        if issued or float(order["CompletedQuantity"]) or float(order["RejectedQuantity"]):
            raise messages.business("Order has transactions and cannot be cancelled", 10000061)

    def _rescaled(self, order: Body) -> Body:
        rows = [
            {
                **line,
                "PlannedQuantity": tidy(
                    float(line["BaseQuantity"]) * float(order["PlannedQuantity"])
                    + float(line.get("AdditionalQuantity") or 0.0)
                ),
            }
            for line in order["ProductionOrderLines"]
        ]
        return {**order, "ProductionOrderLines": rows}

    # -- issues and receipts ---------------------------------------------------------------

    def report(self, kind: DocumentKind, entry: int, lines: Sequence[Body]) -> None:
        """Book lines of a goods issue or receipt that name a production order."""
        if any(int(line["BaseType"]) != PRODUCTION_ORDER for line in lines):
            return
        before = self.records.get("ProductionOrders", (entry,))
        if before is None:
            raise messages.reference_invalid(f"{kind.line_table}.BaseEntry")
        if before["ProductionOrderStatus"] != "boposReleased":
            raise messages.business("Production order is not released", 10000062)
        if kind.entity_set == "InventoryGenExits":
            self._issue(before, lines)
        else:
            self._receive(before, lines)

    def _issue(self, before: Body, lines: Sequence[Body]) -> None:
        rows = [dict(row) for row in before["ProductionOrderLines"]]
        by_number = {row["LineNumber"]: row for row in rows}
        for line in lines:
            row = by_number.get(line.get("BaseLine"))
            if row is None:
                raise messages.reference_invalid("IGE1.BaseLine")
            issued = float(row.get("IssuedQuantity") or 0.0) + float(line["InventoryQuantity"])
            row["IssuedQuantity"] = tidy(issued)
            if row["ItemType"] == "pit_Resource":
                self._consume_capacity(before, row, line)
        after = {**before, "ProductionOrderLines": rows}
        self.records.update("ProductionOrders", before, after)
        self._follow(before, after)

    def _receive(self, before: Body, lines: Sequence[Body]) -> None:
        after = dict(before)
        for line in lines:
            is_reject = line.get("TransactionType") == "botrntReject"
            name = "RejectedQuantity" if is_reject else "CompletedQuantity"
            after[name] = tidy(float(after.get(name) or 0.0) + float(line["InventoryQuantity"]))
        self.records.update("ProductionOrders", before, after)
        self._follow(before, after)
        quantity = sum(float(line["InventoryQuantity"]) for line in lines)
        self._backflush(after, quantity, is_first=_received(before) == 0)

    def _backflush(self, order: Body, quantity: float, is_first: bool) -> None:
        """Issue by plan what is issued automatically when its product is received. [K29]"""
        kind = KIND_BY_SET["InventoryGenExits"]
        entry = self.records.next_number(kind.entity_set, "DocEntry")
        lines: list[Body] = []
        for row in order["ProductionOrderLines"]:
            extra = float(row.get("AdditionalQuantity") or 0.0) if is_first else 0.0
            due = tidy(float(row["BaseQuantity"]) * quantity + extra)
            if row["ProductionOrderIssueType"] == "im_Backflush" and due > 0:
                lines.append(self._issue_line(order, row, entry, len(lines), due))
        if not lines:
            return
        for line in lines:
            is_item = line["ItemType"] == "dit_Item"
            if is_item and self.stock.is_kept(line["ItemCode"], line["WarehouseCode"]):
                self.stock.move(line, -1, f"IGE1.ItemCode][line: {line['LineNum'] + 1}")
        total = cents(sum(line["LineTotal"] for line in lines))
        today = self.records.today()
        self.records.insert(
            kind.entity_set,
            {
                "DocEntry": entry,
                "DocNum": self.records.next_number(kind.entity_set, "DocNum"),
                "DocType": "dDocument_Items",
                "DocObjectCode": kind.object_name,
                "DocDate": today,
                "DocDueDate": today,
                "TaxDate": today,
                "DocCurrency": self.records.company.currency,
                "DocRate": 1.0,
                "DocTotal": total,
                "DocTotalSys": total,
                "VatSum": 0.0,
                "DocumentStatus": "bost_Close",
                "Cancelled": "tNO",
                "CancelStatus": "csNo",
                "DocumentLines": lines,
            },
        )
        self.report(kind, int(order["AbsoluteEntry"]), lines)

    def _issue_line(self, order: Body, row: Body, entry: int, number: int, quantity: float) -> Body:
        code, is_resource = str(row["ItemNo"]), row["ItemType"] == "pit_Resource"
        master = (
            self.records.get("Resources", (code,)) if is_resource else self.stock.item(code)
        ) or {}
        price = float(master.get("Cost1" if is_resource else "AvgStdPrice") or 0.0)
        is_by_lot = not is_resource and master.get("ManageBatchNumbers") == "tYES"
        lots = self.stock.first_expiring(code, row["Warehouse"], quantity) if is_by_lot else []
        return {
            "LineNum": number,
            "VisualOrder": number,
            "DocEntry": entry,
            "LineType": "dlt_Regular",
            "ItemType": "dit_Resource" if is_resource else "dit_Item",
            "ItemCode": code,
            "ItemDescription": master.get("Name" if is_resource else "ItemName"),
            "Quantity": quantity,
            "InventoryQuantity": quantity,
            "RemainingOpenQuantity": 0.0,
            "RemainingOpenInventoryQuantity": 0.0,
            "UnitsOfMeasurment": 1.0,
            "Price": price,
            "UnitPrice": price,
            "LineTotal": cents(product(quantity, price)),
            "StockInmPrice": price,
            "TaxPercentagePerRow": 0.0,
            "TaxTotal": 0.0,
            "WarehouseCode": row["Warehouse"],
            "BaseType": PRODUCTION_ORDER,
            "BaseEntry": order["AbsoluteEntry"],
            "BaseLine": row["LineNumber"],
            "LineStatus": "bost_Close",
            "BatchNumbers": lots,
        }

    # -- capacity --------------------------------------------------------------------------

    def _commit_capacity(self, order: Body) -> None:
        """A released order's loads stand as Committed rows on its start day. [K15]"""
        for row in order["ProductionOrderLines"]:
            if row["ItemType"] == "pit_Resource":
                day, load = order["StartDate"], float(row["PlannedQuantity"])
                extra = {"Action": "rcaProductionOrderCreate", "SourceType": "rcstProductionOrder"}
                extra |= {"SourceEntry": order["AbsoluteEntry"], "SourceLineNum": row["LineNumber"]}
                self._capacity_row(order, row, day, "rctCommitted", load, extra)

    def _consume_capacity(self, order: Body, row: Body, line: Body) -> None:
        left = max(0.0, float(row["PlannedQuantity"]) - float(row["IssuedQuantity"]))
        for known in self._capacity_rows(int(order["AbsoluteEntry"])):
            if known.get("BaseLineNum") == row["LineNumber"]:
                after = {**known, "Capacity": tidy(left)}
                self.records.update("ResourceCapacities", known, after)
        extra = {
            "Action": "rcaIssueForProductionCreate",
            "SourceType": "rcstIssueForProduction",
            "SourceEntry": line["DocEntry"],
            "SourceLineNum": line["LineNum"],
        }
        quantity = float(line["InventoryQuantity"])
        self._capacity_row(order, row, self.records.today(), "rctConsumed", quantity, extra)

    def _free_capacity(self, entry: int) -> None:
        for known in self._capacity_rows(entry):
            self.records.update("ResourceCapacities", known, {**known, "Capacity": 0.0})

    def _capacity_rows(self, entry: int) -> list[Body]:
        return self.records.equal(
            "ResourceCapacities",
            {"BaseType": "rcbtProductionOrder", "BaseEntry": entry, "Type": "rctCommitted"},
        )

    def _capacity_row(
        self,
        order: Body,
        row: Body,
        day: str,
        kind: str,
        load: float,
        extra: Mapping[str, Any],
    ) -> None:
        entry, number = order["AbsoluteEntry"], row["LineNumber"]
        self.records.insert(
            "ResourceCapacities",
            {
                "Id": self.records.next_number("ResourceCapacities", "Id"),
                "Code": row["ItemNo"],
                "Warehouse": row["Warehouse"],
                "Date": day,
                "Type": kind,
                "Capacity": load,
                "BaseType": "rcbtProductionOrder",
                "BaseEntry": entry,
                "BaseLineNum": number,
                "OwningType": "rcotProductionOrder",
                "OwningEntry": entry,
                "OwningLineNum": number,
                "SingleRunCapacity": 0.0,
                **extra,
            },
        )

    # -- what stays open -------------------------------------------------------------------

    def _follow(self, before: Body | None, after: Body) -> None:
        was, now = self._open(before), self._open(after)
        for place in {*was.committed, *now.committed}:
            self.stock.shift(place, "Committed", now.committed[place] - was.committed[place])
        for place in {*was.ordered, *now.ordered}:
            self.stock.shift(place, "Ordered", now.ordered[place] - was.ordered[place])

    def _open(self, order: Body | None) -> Open:
        """What an order still expects and commits; a disassembly does the opposite. [K6]"""
        found = Open()
        if order is None or order["ProductionOrderStatus"] not in _OPEN_STATES:
            return found
        is_assembly = order["ProductionOrderType"] != "bopotDisassembly"
        code, warehouse = str(order["ItemNo"]), str(order["Warehouse"])
        left = tidy(max(0.0, float(order["PlannedQuantity"]) - _received(order)))
        if self.stock.is_kept(code, warehouse):
            (found.ordered if is_assembly else found.committed)[code, warehouse] += left
        for line in order["ProductionOrderLines"]:
            self._open_line(line, is_assembly, found)
        return found

    def _open_line(self, line: Body, is_assembly: bool, found: Open) -> None:
        place = (str(line.get("ItemNo")), str(line.get("Warehouse")))
        if line.get("ItemType") != "pit_Item" or not self.stock.is_kept(*place):
            return
        planned, issued = float(line["PlannedQuantity"]), float(line["IssuedQuantity"])
        comes_in = (planned < 0) == is_assembly and planned != 0
        left = tidy(max(0.0, abs(planned) - abs(issued)))
        (found.ordered if comes_in else found.committed)[place] += left


def _received(order: Mapping[str, Any]) -> float:
    completed = float(order.get("CompletedQuantity") or 0.0)
    return completed + float(order.get("RejectedQuantity") or 0.0)
