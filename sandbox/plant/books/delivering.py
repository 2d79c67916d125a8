"""The delivery books: what leaves, arrives, comes back, or never left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sandbox.plant.books.core import Record, day_text
from sandbox.plant.books.documents import (
    Line,
    lot_rows,
    open_gross,
    reduce_line,
    settle_status,
    write,
)
from sandbox.plant.books.sales_core import DELIVERY, INVOICE, ORDER, Part, SalesCore
from sandbox.plant.memory import Shipment


class DeliveryBooks(SalesCore):
    """Deliveries of orders and reserve invoices, their cancellation, and returns."""

    def deliver(
        self,
        parts: Sequence[Part],
        arrived: date | None = None,
        comments: str | None = None,
    ) -> Record:
        """Deliver lines of one customer's orders or reserve invoices, first to expire first."""
        first = parts[0].document
        customer = self.customer(first["CardCode"])
        record = write(
            self.core,
            "DeliveryNotes",
            customer,
            [self._delivery_line(part, arrived) for part in parts],
            self.core.today + timedelta(days=customer.transit_days),
            payer=customer.payer,
            comments=comments,
        )
        about = f"delivery:{record['DocEntry']}"
        for part, line in zip(parts, record["DocumentLines"], strict=True):
            base = part.document["DocumentLines"][part.line]
            cost = self._leave(line, part, about)
            self._remember_shipment(record, part, base, cost)
            self._commit(base, -part.qty)
            change = reduce_line(self.core, part.document, base, part.qty)
            if part.document["ReserveInvoice"] == "tYES":
                line["RemainingOpenQuantity"] = line["RemainingOpenInventoryQuantity"] = 0.0
                line["OpenAmount"] = line["OpenAmountFC"] = 0.0
                line["LineStatus"] = "bost_Close"
            else:
                self._note("orders_open", part.document, change)
                self._note("deliveries_open", record, open_gross(record, line))
        settle_status(self.core, record)
        return record

    def _delivery_line(self, part: Part, arrived: date | None) -> Line:
        base = part.document["DocumentLines"][part.line]
        kind = INVOICE if part.document["ReserveInvoice"] == "tYES" else ORDER
        return Line(
            base["ItemCode"],
            part.qty,
            base["Price"],
            ship=self.core.today,
            warehouse=base["WarehouseCode"],
            base=(kind, part.document["DocEntry"], part.line),
            uom=base["UoMCode"],
            units=base["UnitsOfMeasurment"],
            tree_type=base["TreeType"],
            moves_stock=base["WithoutInventoryMovement"] == "tNO",
            tax_percent=base["TaxPercentagePerRow"],
            arrived=arrived,
            serials=part.serials,
        )

    def _remember_shipment(self, record: Record, part: Part, base: Record, cost: float) -> None:
        is_reserve = part.document["ReserveInvoice"] == "tYES"
        order = base["BaseEntry"] if is_reserve else part.document["DocEntry"]
        number = base["BaseLine"] if is_reserve else part.line
        shipment = Shipment(record["DocEntry"], self.core.today, part.qty, cost)
        self.core.memory.ship(order, number, shipment)

    def _leave(self, line: Record, part: Part, about: str) -> float:
        """Take the goods out of stock; returns what they really cost."""
        if not self._touches_stock(line):
            return 0.0
        picked = self.core.stock.take(
            self.core.today,
            line["ItemCode"],
            line["WarehouseCode"],
            line["InventoryQuantity"],
            f"{about}:{line['LineNum']}",
            part.lot,
        )
        line["BatchNumbers"] = lot_rows(picked, line["LineNum"])
        return sum(p.qty * p.cost for p in picked)

    def arrive(self, delivery: Record, day: date) -> None:
        """Keep on the delivery's lines the day on which the customer had it."""
        for line in delivery["DocumentLines"]:
            line["ActualDeliveryDate"] = day_text(day)
        self.core.memory.arrive(delivery["DocEntry"], day)
        self.core.touch(delivery)

    def cancel_delivery(self, delivery: Record) -> Record:
        """Cancel a delivery the way the ERP does it: with a second document."""
        self.core.memory.forget(delivery["DocEntry"])
        return self._cancel(
            delivery,
            "DeliveryNotes",
            DELIVERY,
            lambda row, undone: self._undo_delivery_line(delivery, row, undone),
        )

    def _undo_delivery_line(self, delivery: Record, row: Record, undone: Record) -> None:
        self._note("deliveries_open", delivery, -open_gross(delivery, row))
        about = f"cancelled_delivery:{delivery['DocEntry']}:{row['LineNum']}"
        if self._touches_stock(row):
            self._come_back(row, undone, row["InventoryQuantity"], row["WarehouseCode"], about)
        order = self.core.sets["Orders"][row["BaseEntry"]]
        base = order["DocumentLines"][row["BaseLine"]]
        self._commit(base, row["Quantity"])
        self._note("orders_open", order, reduce_line(self.core, order, base, -row["Quantity"]))

    def take_back(self, parts: Sequence[Part], why: str, warehouse: str = "01") -> Record:
        """A return of delivered, not yet invoiced goods: into stock, off the open deliveries."""
        customer = self.customer(parts[0].document["CardCode"])
        record = write(
            self.core,
            "Returns",
            customer,
            [
                Line(
                    (base := part.document["DocumentLines"][part.line])["ItemCode"],
                    part.qty,
                    base["Price"],
                    ship=self.core.today,
                    warehouse=warehouse,
                    base=(DELIVERY, part.document["DocEntry"], part.line),
                    uom=base["UoMCode"],
                    units=base["UnitsOfMeasurment"],
                    tax_percent=base["TaxPercentagePerRow"],
                    text=why,
                )
                for part in parts
            ],
            self.core.today,
            comments=why,
        )
        for part, line in zip(parts, record["DocumentLines"], strict=True):
            base = part.document["DocumentLines"][part.line]
            about = f"return:{record['DocEntry']}:{line['LineNum']}"
            self._come_back(base, line, line["InventoryQuantity"], warehouse, about)
            change = reduce_line(self.core, part.document, base, part.qty)
            self._note("deliveries_open", part.document, change)
            reduce_line(self.core, record, line, part.qty)
        return record
