"""What the books of orders, deliveries and invoices share: partner, stock, cancellation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.plant.books.core import Core, Record, day_text
from sandbox.plant.books.documents import Line, lot_rows, settle_status, write
from sandbox.plant.master import Customer
from sandbox.plant.money import cents, tidy
from sandbox.plant.stock import Lot, Picked

QUOTATION, ORDER, DELIVERY, RETURN, INVOICE, CREDIT_NOTE, DOWN_PAYMENT = 23, 17, 15, 16, 13, 14, 203
DROP_SHIP_WAREHOUSE = "DS"


@dataclass(frozen=True)
class Part:
    """A quantity of one line of a document, in the document's unit."""

    document: Record
    line: int
    qty: float
    lot: Lot | None = None
    serials: tuple[str, ...] = ()


class SalesCore:
    """The ground on which the three sales books stand."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def customer(self, code: str) -> Customer:
        """The customer of a code."""
        return self.core.masters.customers[code]

    def _touches_stock(self, line: Record) -> bool:
        item = self.core.masters.items[line["ItemCode"]]
        return (
            item.stocked
            and line["WithoutInventoryMovement"] == "tNO"
            and line["WarehouseCode"] != DROP_SHIP_WAREHOUSE
        )

    def _commit(self, line: Record, qty: float) -> None:
        if self._touches_stock(line):
            self.core.stock.commit(
                self.core.today,
                line["ItemCode"],
                line["WarehouseCode"],
                tidy(qty * line["UnitsOfMeasurment"]),
            )

    def _note(self, kind: str, record: Record, amount: float) -> None:
        about = f"{record['DocObjectCode']}:{record['DocEntry']}"
        self.core.log.add(self.core.today, kind, (record["CardCode"],), amount, about)

    def _cancel(
        self,
        record: Record,
        entity_set: str,
        kind: int,
        undo_line: Callable[[Record, Record], None],
    ) -> Record:
        """Cancel a document with a second one; `undo_line` takes each line's effects back."""
        customer = self.customer(record["CardCode"])
        mirror = write(
            self.core,
            entity_set,
            customer,
            [
                Line(
                    row["ItemCode"],
                    row["Quantity"],
                    row["Price"],
                    ship=self.core.today,
                    warehouse=row["WarehouseCode"],
                    base=(kind, record["DocEntry"], row["LineNum"]),
                    uom=row["UoMCode"],
                    units=row["UnitsOfMeasurment"],
                    tree_type=row["TreeType"],
                    tax_percent=row["TaxPercentagePerRow"],
                )
                for row in record["DocumentLines"]
            ],
            self.core.today,
            payer=customer.payer,
            comments=f"Anulación de {record['DocNum']}",
        )
        mirror["CancelStatus"] = "csCancellation"
        for row, undone in zip(record["DocumentLines"], mirror["DocumentLines"], strict=True):
            undo_line(row, undone)
            for side in (row, undone):
                side["RemainingOpenQuantity"] = side["RemainingOpenInventoryQuantity"] = 0.0
                side["OpenAmount"] = side["OpenAmountFC"] = 0.0
                side["LineStatus"] = "bost_Close"
        for side_doc in (record, mirror):
            settle_status(self.core, side_doc)
            side_doc["CancelDate"] = day_text(self.core.today)
        record["Cancelled"] = "tYES"
        record["CancelStatus"] = "csYes"
        return mirror

    def _come_back(
        self, row: Record, target: Record, qty: float, warehouse: str, about: str
    ) -> None:
        """Put delivered goods back, into the lots they came from."""
        picked: list[Picked] = []
        left = qty
        for batch in row["BatchNumbers"]:
            lot = self.core.stock.lots[row["ItemCode"], batch["SystemSerialNumber"]]
            part = tidy(min(left, batch["Quantity"]))
            if part > 0:
                picked.append(Picked(lot, part, lot.cost))
                left = tidy(left - part)
        if left > 0:
            picked.append(Picked(None, left, self.core.stock.average_cost(row["ItemCode"])))
        for back in picked:
            self.core.stock.receive(
                self.core.today, row["ItemCode"], warehouse, back.qty, back.cost, back.lot, about
            )
        target["BatchNumbers"] = lot_rows(picked, target["LineNum"])


def mark_paid(core: Core, record: Record, amount: float, amount_fc: float = 0.0) -> None:
    """Add to what is paid of a document; a document paid in full closes."""
    record["PaidToDate"] = cents(record["PaidToDate"] + amount)
    record["PaidToDateFC"] = cents(record["PaidToDateFC"] + amount_fc)
    if record["PaidToDate"] >= record["DocTotal"] and record["ReserveInvoice"] == "tNO":
        record["DocumentStatus"] = "bost_Close"
        record["ClosingDate"] = day_text(core.today)
        for line in record["DocumentLines"]:
            line["LineStatus"] = "bost_Close"
    core.touch(record)
