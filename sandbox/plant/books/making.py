"""The production books: production order, issue, receipt, capacity rows and real cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sandbox.plant.books.capacity_rows import CapacityRows
from sandbox.plant.books.core import Core, Record, day_text
from sandbox.plant.books.documents import Line, lot_rows, reduce_line, write
from sandbox.plant.master import TreeLine
from sandbox.plant.money import tidy
from sandbox.plant.stock import Lot, Picked

PRODUCTION_ORDER = 202


@dataclass
class RealCost:
    """What a production order has really cost so far, EUR, and what it has yielded."""

    material: float = 0.0
    hours: float = 0.0
    received: float = 0.0

    @property
    def per_unit(self) -> float:
        """Cost of one good unit."""
        return (self.material + self.hours) / self.received if self.received else 0.0


@dataclass(frozen=True)
class Issue:
    """What is issued to one line of a production order."""

    line: int
    qty: float
    rate: float | None = None  # of a work centre, when it differs from its master record
    lot: Lot | None = None


class ProductionBooks:
    """Everything that is written on the shop floor."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.costs: dict[int, RealCost] = defaultdict(RealCost)
        self.capacity = CapacityRows(core)

    def _explode(self, parent: str) -> list[TreeLine]:
        """The lines of a tree per one unit of its parent, phantoms replaced by what they hold."""
        tree = self.core.masters.trees[parent]
        found: list[TreeLine] = []
        for line in tree.lines:
            per_unit = line.qty / tree.quantity
            inner = self.core.masters.items.get(line.code)
            if inner is not None and inner.phantom:
                found += [
                    TreeLine(
                        sub.code,
                        per_unit * sub.qty,
                        sub.additional,
                        line.stage,
                        sub.is_work_centre,
                        sub.backflush,
                    )
                    for sub in self._explode(line.code)
                ]
            else:
                found.append(
                    TreeLine(
                        line.code,
                        per_unit,
                        line.additional,
                        line.stage,
                        line.is_work_centre,
                        line.backflush,
                    )
                )
        return found

    def plan(
        self,
        item: str,
        qty: float,
        start: date,
        due: date,
        *,
        for_order: tuple[Record, int] | None = None,
        linked: bool = True,
        kind: str = "bopotStandard",
        warehouse: str = "01",
        remarks: str | None = None,
    ) -> Record:
        """Write a planned production order; its components are committed, its product expected."""
        core = self.core
        entry = core.next_entry("ProductionOrders")
        order = for_order[0] if for_order else None
        lines = [
            self._order_line(entry, number, line, qty, start, due, warehouse)
            for number, line in enumerate(self._explode(item))
        ]
        tree = core.masters.trees[item]
        record: Record = {
            "AbsoluteEntry": entry,
            "DocumentNumber": core.number("ProductionOrders", entry),
            "Series": 1,
            "ItemNo": item,
            "ProductDescription": core.masters.items[item].name,
            "ProductionOrderStatus": "boposPlanned",
            "ProductionOrderType": kind,
            "PlannedQuantity": qty,
            "CompletedQuantity": 0.0,
            "RejectedQuantity": 0.0,
            "PostingDate": day_text(core.today),
            "CreationDate": day_text(core.today),
            "StartDate": day_text(start),
            "DueDate": day_text(due),
            "ReleaseDate": None,
            "ClosingDate": None,
            "ProductionOrderOrigin": "bopooSalesOrder" if order and linked else "bopooManual",
            "ProductionOrderOriginEntry": order["DocEntry"] if order and linked else None,
            "ProductionOrderOriginNumber": order["DocNum"] if order and linked else None,
            "CustomerCode": order["CardCode"] if order and linked else None,
            "Warehouse": warehouse,
            "InventoryUOM": core.masters.items[item].unit,
            "Priority": 100,
            "RoutingDateCalculation": "raOnStartDate",
            "UpdateAllocation": "bouaManual",
            "Remarks": remarks,
            "ProductionOrderLines": lines,
            "ProductionOrdersStages": [
                {
                    "DocEntry": entry,
                    "StageID": stage.stage,
                    "SequenceNumber": stage.stage,
                    "StageEntry": stage.stage,
                    "Name": stage.name,
                    "StartDate": day_text(start),
                    "EndDate": day_text(due),
                    "RequiredDays": 0.0,
                    "WaitingDays": float(stage.waiting_days),
                    "CalculationProportion": 0.0,
                }
                for stage in tree.stages
            ],
            "ProductionOrdersSalesOrderLines": (
                [
                    {
                        "DocEntry": entry,
                        "BaseAbsEntry": order["DocEntry"],
                        "BaseNumber": order["DocNum"],
                        "BaseLine": for_order[1],
                    }
                ]
                if order and for_order and linked
                else []
            ),
        }
        core.sets["ProductionOrders"][entry] = record
        self._expect(record, qty)
        for line in lines:
            self._commit(record, line, _outstanding(line))
        return record

    def _order_line(
        self,
        entry: int,
        number: int,
        line: TreeLine,
        qty: float,
        start: date,
        due: date,
        warehouse: str,
    ) -> Record:
        has_stages = bool(line.stage)
        return {
            "DocumentAbsoluteEntry": entry,
            "LineNumber": number,
            "VisualOrder": number,
            "ItemNo": line.code,
            "ItemType": "pit_Resource" if line.is_work_centre else "pit_Item",
            "BaseQuantity": tidy(line.qty),
            "AdditionalQuantity": line.additional,
            "PlannedQuantity": tidy(line.qty * qty + line.additional),
            "IssuedQuantity": 0.0,
            "ProductionOrderIssueType": "im_Backflush" if line.backflush else "im_Manual",
            "Warehouse": warehouse,
            "StageID": line.stage if has_stages else None,
            "StartDate": day_text(start),
            "EndDate": day_text(due),
            "RequiredDays": 0.0,
            "ResourceAllocation": "raOnStartDate" if line.is_work_centre else None,
            "WipAccount": None,
            "LineText": None,
        }

    def _sign(self, record: Record) -> int:
        return -1 if record["ProductionOrderType"] == "bopotDisassembly" else 1

    def _expect(self, record: Record, qty: float) -> None:
        if self._sign(record) > 0:
            self.core.stock.order(self.core.today, record["ItemNo"], record["Warehouse"], qty)
        else:
            self.core.stock.commit(self.core.today, record["ItemNo"], record["Warehouse"], qty)

    def _commit(self, record: Record, line: Record, change: float) -> None:
        """Commit components; by-products and the yield of a disassembly are expected instead."""
        if line["ItemType"] != "pit_Item" or not self.core.masters.items[line["ItemNo"]].stocked:
            return
        comes_in = self._sign(record) * line["PlannedQuantity"] < 0
        move = self.core.stock.order if comes_in else self.core.stock.commit
        move(self.core.today, line["ItemNo"], line["Warehouse"], change)

    def release(self, record: Record) -> None:
        """Release a planned order: its work centres' loads appear as Committed rows."""
        record["ProductionOrderStatus"] = "boposReleased"
        record["ReleaseDate"] = day_text(self.core.today)
        start = date.fromisoformat(record["StartDate"][:10])
        for line in record["ProductionOrderLines"]:
            if line["ItemType"] == "pit_Resource":
                self.capacity.commit(record, line, start)

    def issue(self, record: Record, issues: Sequence[Issue]) -> Record:
        """Issue components and work-centre time to a production order."""
        core = self.core
        entry = record["AbsoluteEntry"]
        lines = record["ProductionOrderLines"]
        document = write(
            core,
            "InventoryGenExits",
            None,
            [
                Line(
                    lines[i.line]["ItemNo"],
                    i.qty,
                    i.rate if i.rate is not None else self._price(lines[i.line]),
                    warehouse=lines[i.line]["Warehouse"],
                    base=(PRODUCTION_ORDER, entry, i.line),
                )
                for i in issues
                if lines[i.line]["ItemType"] == "pit_Item"
            ],
            core.today,
            currency="EUR",
            comments=f"Salida para orden de producción {record['DocumentNumber']}",
        )
        for issue in issues:
            line = lines[issue.line]
            if line["ItemType"] == "pit_Resource":
                self._issue_time(record, document, line, issue)
            else:
                row = next(r for r in document["DocumentLines"] if r["BaseLine"] == issue.line)
                self._issue_item(record, line, row, issue)
        for row in document["DocumentLines"]:
            row["LineStatus"] = "bost_Close"
            row["RemainingOpenQuantity"] = row["RemainingOpenInventoryQuantity"] = 0.0
            row["OpenAmount"] = 0.0
        document["DocTotal"] = document["DocTotalSys"] = round(
            sum(row["LineTotal"] for row in document["DocumentLines"]), 2
        )
        document["DocumentStatus"] = "bost_Close"
        return document

    def _price(self, line: Record) -> float:
        return self.core.masters.items[line["ItemNo"]].cost

    def _issue_item(self, record: Record, line: Record, row: Record, issue: Issue) -> None:
        about = f"issue:{record['AbsoluteEntry']}:{line['LineNumber']}"
        if not self.core.masters.items[line["ItemNo"]].stocked:
            self.costs[record["AbsoluteEntry"]].material += row["LineTotal"]
            line["IssuedQuantity"] = tidy(line["IssuedQuantity"] + issue.qty)
            return
        picked = self.core.stock.take(
            self.core.today, line["ItemNo"], line["Warehouse"], issue.qty, about, issue.lot
        )
        row["BatchNumbers"] = lot_rows(picked, row["LineNum"])
        self.costs[record["AbsoluteEntry"]].material += sum(p.qty * p.cost for p in picked)
        before = _outstanding(line)
        line["IssuedQuantity"] = tidy(line["IssuedQuantity"] + issue.qty)
        self._commit(record, line, tidy(_outstanding(line) - before))

    def _issue_time(self, record: Record, document: Record, line: Record, issue: Issue) -> None:
        entry = record["AbsoluteEntry"]
        centre = self.core.masters.work_centres[line["ItemNo"]]
        rate = issue.rate if issue.rate is not None else centre.rate
        line["IssuedQuantity"] = tidy(line["IssuedQuantity"] + issue.qty)
        self.costs[entry].hours += issue.qty * rate
        number = len(document["DocumentLines"])
        document["DocumentLines"].append(
            {
                "LineNum": number,
                "VisualOrder": number,
                "DocEntry": document["DocEntry"],
                "LineType": "dlt_Regular",
                "ItemType": "dit_Resource",
                "ItemCode": centre.code,
                "ItemDescription": centre.name,
                "TreeType": "iNotATree",
                "Quantity": issue.qty,
                "InventoryQuantity": issue.qty,
                "RemainingOpenQuantity": 0.0,
                "RemainingOpenInventoryQuantity": 0.0,
                "Price": rate,
                "UnitPrice": rate,
                "DiscountPercent": 0.0,
                "Currency": "EUR",
                "LineTotal": round(issue.qty * rate, 2),
                "TaxPercentagePerRow": 0.0,
                "TaxTotal": 0.0,
                "StockInmPrice": rate,
                "UoMCode": centre.unit,
                "UnitsOfMeasurment": 1.0,
                "WarehouseCode": line["Warehouse"],
                "BaseType": PRODUCTION_ORDER,
                "BaseEntry": entry,
                "BaseLine": line["LineNumber"],
                "LineStatus": "bost_Close",
                "BatchNumbers": [],
                "SerialNumbers": [],
            }
        )
        self.capacity.consume(record, document, line, issue.qty)

    def give_back(self, record: Record, line: int, qty: float, lot: Lot | None = None) -> Record:
        """Bring back to stock what was issued to an order and not used."""
        core, row = self.core, record["ProductionOrderLines"][line]
        item = core.masters.items[row["ItemNo"]]
        cost = lot.cost if lot else core.stock.average_cost(item.code)
        document = write(
            core,
            "InventoryGenEntries",
            None,
            [
                Line(
                    item.code,
                    qty,
                    cost,
                    warehouse=row["Warehouse"],
                    base=(PRODUCTION_ORDER, record["AbsoluteEntry"], line),
                )
            ],
            core.today,
            currency="EUR",
            comments=f"Devolución de orden de producción {record['DocumentNumber']}",
        )
        back = document["DocumentLines"][0]
        back["BatchNumbers"] = lot_rows([Picked(lot, qty, cost)], 0)
        reduce_line(core, document, back, back["RemainingOpenQuantity"])
        about = f"return:{record['AbsoluteEntry']}:{line}"
        core.stock.receive(core.today, item.code, row["Warehouse"], qty, cost, lot, about)
        before = _outstanding(row)
        row["IssuedQuantity"] = tidy(row["IssuedQuantity"] - qty)
        self._commit(record, row, tidy(_outstanding(row) - before))
        self.costs[record["AbsoluteEntry"]].material -= qty * cost
        return document

    def complete(
        self,
        record: Record,
        good: float,
        rejected: float = 0.0,
        lot_name: str | None = None,
        expires: date | None = None,
    ) -> Lot | None:
        """Receive good units, write rejected ones off; backflushed lines are issued."""
        core = self.core
        self._backflush(record, good + rejected)
        lot: Lot | None = None
        for qty, kind in ((good, "botrntComplete"), (rejected, "botrntReject")):
            if qty <= 0:
                continue
            document = write(
                core,
                "InventoryGenEntries",
                None,
                [
                    Line(
                        record["ItemNo"],
                        qty,
                        self._price(record),
                        warehouse=record["Warehouse"],
                        base=(PRODUCTION_ORDER, record["AbsoluteEntry"], 0),
                    )
                ],
                core.today,
                currency="EUR",
                comments=f"Entrada de orden de producción {record['DocumentNumber']}",
            )
            row = document["DocumentLines"][0]
            row["TransactionType"] = kind
            row["BaseLine"] = None
            reduce_line(core, document, row, row["RemainingOpenQuantity"])
            if kind == "botrntComplete":
                lot = self._put_away(record, row, qty, lot_name, expires)
        self._reduce_expected(record, good, rejected)
        return lot

    def _put_away(
        self, record: Record, row: Record, qty: float, lot_name: str | None, expires: date | None
    ) -> Lot | None:
        core, item = self.core, self.core.masters.items[record["ItemNo"]]
        cost = self.costs[record["AbsoluteEntry"]]
        cost.received += qty
        source = f"work_order:{record['AbsoluteEntry']}"
        lot: Lot | None = None
        if item.by_lot:
            lot = core.stock.new_lot(
                item.code, core.today, cost.per_unit, source, lot_name, expires
            )
        core.stock.receive(
            core.today, item.code, record["Warehouse"], qty, cost.per_unit, lot, source
        )
        row["BatchNumbers"] = lot_rows([Picked(lot, qty, cost.per_unit)], 0)
        return lot

    def _backflush(self, record: Record, qty: float) -> None:
        lines = record["ProductionOrderLines"]
        issues = [
            Issue(line["LineNumber"], due)
            for line in lines
            if line["ProductionOrderIssueType"] == "im_Backflush"
            and (due := self._backflush_qty(record, line, qty)) > 0
        ]
        if issues:
            self.issue(record, issues)

    def _backflush_qty(self, record: Record, line: Record, qty: float) -> float:
        first = record["CompletedQuantity"] + record["RejectedQuantity"] == 0
        return tidy(line["BaseQuantity"] * qty + (line["AdditionalQuantity"] if first else 0.0))

    def _reduce_expected(self, record: Record, good: float, rejected: float) -> None:
        planned = record["PlannedQuantity"]
        before = planned - record["CompletedQuantity"] - record["RejectedQuantity"]
        record["CompletedQuantity"] = tidy(record["CompletedQuantity"] + good)
        record["RejectedQuantity"] = tidy(record["RejectedQuantity"] + rejected)
        after = planned - record["CompletedQuantity"] - record["RejectedQuantity"]
        self._expect(record, -tidy(max(0.0, before) - max(0.0, after)))

    def close(self, record: Record) -> None:
        """Close an order: what it still expected or committed is given back."""
        planned = record["PlannedQuantity"]
        left = planned - record["CompletedQuantity"] - record["RejectedQuantity"]
        self._expect(record, -tidy(max(0.0, left)))
        for line in record["ProductionOrderLines"]:
            self._commit(record, line, -_outstanding(line))
            self.capacity.give_back(record, line)
        record["ProductionOrderStatus"] = "boposClosed"
        record["ClosingDate"] = day_text(self.core.today)


def _outstanding(line: Record) -> float:
    """What a line of a production order still waits for, in either direction."""
    return tidy(max(0.0, abs(line["PlannedQuantity"]) - abs(line["IssuedQuantity"])))
