"""The purchase books: purchase order, goods receipt, the supplier's invoice and its payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.plant.books.core import (
    BANK,
    PAYABLES,
    PURCHASES,
    VAT_IN,
    Core,
    JournalLine,
    Matched,
    Record,
    day_text,
)
from sandbox.plant.books.documents import Line, close_line, lot_rows, reduce_line, write
from sandbox.plant.books.sales_core import mark_paid
from sandbox.plant.money import cents, tidy
from sandbox.plant.stock import Lot, Picked

PURCHASE_ORDER, GOODS_RECEIPT = 22, 20


@dataclass(frozen=True)
class Receipt:
    """What arrives of one purchase order line; lot details where the supplier gives them."""

    order: Record
    line: int
    qty: float
    lot_name: str | None = None
    expires: date | None = None
    price: float | None = None
    status: int = 0
    serials: tuple[str, ...] = ()


class PurchaseBooks:
    """Everything that is written between us and a supplier."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def order(
        self,
        supplier: str,
        lines: Sequence[Line],
        due: date,
        comments: str | None = None,
    ) -> Record:
        """Write a purchase order: its lines are expected in stock."""
        partner = self.core.masters.suppliers[supplier]
        record = write(self.core, "PurchaseOrders", partner, lines, due, comments=comments)
        for line in record["DocumentLines"]:
            self._expect(line, line["Quantity"])
        return record

    def _expect(self, line: Record, qty: float) -> None:
        if self.core.masters.items[line["ItemCode"]].stocked and line["WarehouseCode"] != "DS":
            self.core.stock.order(
                self.core.today,
                line["ItemCode"],
                line["WarehouseCode"],
                tidy(qty * line["UnitsOfMeasurment"]),
            )

    def receive(
        self,
        receipts: Sequence[Receipt],
        comments: str | None = None,
        reference: str | None = None,
    ) -> Record:
        """Receive goods of one supplier's orders; each line of a lot-managed item opens a lot."""
        core = self.core
        supplier = core.masters.suppliers[receipts[0].order["CardCode"]]
        record = write(
            core,
            "PurchaseDeliveryNotes",
            supplier,
            [self._receipt_line(receipt) for receipt in receipts],
            core.today,
            comments=comments,
            reference=reference,
        )
        for receipt, line in zip(receipts, record["DocumentLines"], strict=True):
            base = receipt.order["DocumentLines"][receipt.line]
            self._put_away(record, receipt, line)
            self._expect(base, -receipt.qty)
            reduce_line(core, receipt.order, base, receipt.qty)
        return record

    def _receipt_line(self, receipt: Receipt) -> Line:
        base = receipt.order["DocumentLines"][receipt.line]
        return Line(
            base["ItemCode"],
            receipt.qty,
            base["Price"] if receipt.price is None else receipt.price,
            ship=self.core.today,
            warehouse=base["WarehouseCode"],
            base=(PURCHASE_ORDER, receipt.order["DocEntry"], receipt.line),
            uom=base["UoMCode"],
            units=base["UnitsOfMeasurment"],
            serials=receipt.serials,
        )

    def _put_away(self, record: Record, receipt: Receipt, line: Record) -> None:
        item = self.core.masters.items[line["ItemCode"]]
        if not item.stocked or line["WarehouseCode"] == "DS":
            return
        cost = line["Price"] / line["UnitsOfMeasurment"]
        lot: Lot | None = None
        source = f"purchase:{record['DocEntry']}:{line['LineNum']}"
        if item.by_lot:
            lot = self.core.stock.new_lot(
                item.code,
                self.core.today,
                cost,
                source,
                receipt.lot_name,
                receipt.expires,
                receipt.status,
                # Where the supplier's number isn't ours, it has one of its own all the same.
                receipt.lot_name
                or f"{record['CardCode']}-{record['DocNum']}/{line['LineNum'] + 1}",
            )
        qty = line["InventoryQuantity"]
        self.core.stock.receive(
            self.core.today, item.code, line["WarehouseCode"], qty, cost, lot, source
        )
        line["BatchNumbers"] = lot_rows([Picked(lot, qty, cost)], line["LineNum"])

    def give_back(self, receipt: Record, line: int, qty: float, lot: Lot | None = None) -> Record:
        """Return goods of a receipt to their supplier: they leave stock, and the receipt's rest."""
        core, row = self.core, receipt["DocumentLines"][line]
        record = write(
            core,
            "PurchaseReturns",
            core.masters.suppliers[receipt["CardCode"]],
            [
                Line(
                    row["ItemCode"],
                    qty,
                    row["Price"],
                    ship=core.today,
                    warehouse=row["WarehouseCode"],
                    base=(GOODS_RECEIPT, receipt["DocEntry"], line),
                    uom=row["UoMCode"],
                    units=row["UnitsOfMeasurment"],
                )
            ],
            core.today,
        )
        sent = record["DocumentLines"][0]
        picked = core.stock.take(
            core.today,
            row["ItemCode"],
            row["WarehouseCode"],
            sent["InventoryQuantity"],
            f"purchase return:{record['DocEntry']}",
            lot,
        )
        sent["BatchNumbers"] = lot_rows(picked, 0)
        reduce_line(core, record, sent, qty)
        reduce_line(core, receipt, row, qty)
        return record

    def add_freight(self, receipt: Record, carrier: str, amount: float) -> Record:
        """Landed cost of a receipt: a carrier's freight, spread over its lines by value."""
        core = self.core
        entry = core.next_entry("LandedCosts")
        total = sum(row["LineTotal"] for row in receipt["DocumentLines"])
        record: Record = {
            "DocEntry": entry,
            "LandedCostNumber": 300 + entry,
            "PostingDate": day_text(core.today),
            "DueDate": day_text(core.today),
            "VendorCode": receipt["CardCode"],
            "VendorName": receipt["CardName"],
            "Broker": carrier,
            "BrokerName": core.masters.suppliers[carrier].name,
            "ClosedDocument": "lcOpen",
            "Reference": str(receipt["DocNum"]),
            "DocumentCurrency": "EUR",
            "DocumentRate": 1.0,
            "BeforeTax": amount,
            "Total": amount,
            "LandedCost_ItemLines": [
                {
                    "DocEntry": entry,
                    "LineNumber": number,
                    "BaseDocumentType": "asGoodsReceiptPO",
                    "BaseEntry": receipt["DocEntry"],
                    "BaseLine": row["LineNum"],
                    "Number": row["ItemCode"],
                    "ItemDescription": row["ItemDescription"],
                    "Quantity": row["InventoryQuantity"],
                    "BaseDocumentPrice": row["Price"],
                    "BaseDocumentValueLineTotal": row["LineTotal"],
                    "AllocatedCostsLineTotal": cents(amount * row["LineTotal"] / total),
                    "Warehouse": row["WarehouseCode"],
                    "Currency": "EUR",
                }
                for number, row in enumerate(receipt["DocumentLines"])
            ],
            "LandedCost_CostLines": [
                {
                    "DocEntry": entry,
                    "LandedCostCode": "FR",
                    "AllocationBy": "asCashValueBeforeCustoms",
                    "Amount": amount,
                    "OpenAmount": amount,
                    "Broker": carrier,
                }
            ],
        }
        core.sets["LandedCosts"][entry] = record
        return record

    def close_rest(self, order: Record) -> None:
        """Close what is still open of a purchase order: it will not come."""
        for line in order["DocumentLines"]:
            if line["LineStatus"] == "bost_Open":
                self._expect(line, -line["RemainingOpenQuantity"])
                close_line(self.core, order, line)

    def invoice(self, receipt: Record) -> Record:
        """The supplier's invoice for a goods receipt."""
        core = self.core
        supplier = core.masters.suppliers[receipt["CardCode"]]
        due = core.today + timedelta(days=supplier.terms_days)
        record = write(
            core,
            "PurchaseInvoices",
            supplier,
            [
                Line(
                    row["ItemCode"],
                    row["Quantity"],
                    row["Price"],
                    ship=core.today,
                    warehouse=row["WarehouseCode"],
                    base=(GOODS_RECEIPT, receipt["DocEntry"], row["LineNum"]),
                    uom=row["UoMCode"],
                    units=row["UnitsOfMeasurment"],
                )
                for row in receipt["DocumentLines"]
            ],
            due,
        )
        for row in receipt["DocumentLines"]:
            reduce_line(core, receipt, row, row["RemainingOpenQuantity"])
        rows = [
            JournalLine(PAYABLES, credit=record["DocTotal"], partner=supplier.code, due=due),
            JournalLine(PURCHASES, debit=round(record["DocTotal"] - record["VatSum"], 2)),
        ]
        if record["VatSum"]:
            rows.append(JournalLine(VAT_IN, debit=record["VatSum"]))
        record["TransNum"] = core.post(
            "ttAPInvoice", record["DocEntry"], record["DocNum"], f"Factura {supplier.name}", rows
        )
        return record

    def pay(self, invoice: Record) -> Record:
        """Pay a supplier's invoice in full, by transfer."""
        core = self.core
        entry = core.next_entry("VendorPayments")
        number = core.number("VendorPayments", entry)
        amount = invoice["DocTotal"]
        jdt = core.post(
            "ttVendorPayment",
            entry,
            number,
            f"Pago {invoice['CardName']}",
            [
                JournalLine(PAYABLES, debit=amount, partner=invoice["CardCode"]),
                JournalLine(BANK, credit=amount),
            ],
        )
        record: Record = {
            "DocEntry": entry,
            "DocNum": number,
            "DocType": "rSupplier",
            "DocObjectCode": "bopot_OutgoingPayments",
            "DocDate": day_text(core.today),
            "CardCode": invoice["CardCode"],
            "CardName": invoice["CardName"],
            "DocCurrency": "EUR",
            "CashSum": 0.0,
            "TransferSum": amount,
            "TransferAccount": BANK,
            "Cancelled": "tNO",
            "PaymentInvoices": [
                {
                    "LineNum": 0,
                    "DocEntry": invoice["DocEntry"],
                    "InvoiceType": "it_PurchaseInvoice",
                    "SumApplied": amount,
                    "InstallmentId": 1,
                }
            ],
        }
        core.sets["VendorPayments"][entry] = record
        supplier = invoice["CardCode"]
        core.reconcile(
            "rtPayment",
            [
                Matched(supplier, jdt, 0, "46", entry, amount, True),
                Matched(supplier, invoice["TransNum"], 0, "18", invoice["DocEntry"], amount, False),
            ],
        )
        mark_paid(core, invoice, amount)
        return record
