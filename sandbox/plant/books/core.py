"""What all books share: numbering, stamps, the journal and its reconciliations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sandbox.plant.events import EventLog
from sandbox.plant.master import Customer, Item, Supplier, Tree, WorkCentre
from sandbox.plant.memory import Memory
from sandbox.plant.money import cents
from sandbox.plant.stock import Stock

Record = dict[str, Any]

RECEIVABLES = "43000000"
BILLS = "43100000"
CHEQUES = "43110000"
DOWN_PAYMENTS = "43800000"
PAYABLES = "40000000"
BANK = "57200000"
SALES = "70000000"
SALES_RETURNS = "70800000"
PURCHASES = "60000000"
VAT_OUT = "47700000"
VAT_IN = "47200000"
OPENING = "12900000"
BANK_CHARGES = "62600000"
EXCHANGE_DIFFERENCES = "66800000"

FIRST_NUMBER = {
    "Quotations": 10_000,
    "Orders": 20_000,
    "DeliveryNotes": 30_000,
    "Returns": 35_000,
    "Invoices": 40_000,
    "CreditNotes": 45_000,
    "DownPayments": 47_000,
    "IncomingPayments": 50_000,
    "PurchaseOrders": 60_000,
    "PurchaseDeliveryNotes": 65_000,
    "PurchaseInvoices": 68_000,
    "PurchaseReturns": 68_900,
    "VendorPayments": 69_000,
    "ProductionOrders": 70_000,
    "InventoryGenExits": 80_000,
    "InventoryGenEntries": 85_000,
    "StockTransfers": 88_000,
    "InventoryTransferRequests": 89_000,
    "Drafts": 90_000,
}


def day_text(day: date | None) -> str | None:
    """A date as the Service Layer writes it: midnight with a misleading Z."""
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


@dataclass(frozen=True)
class JournalLine:
    """One side of a journal entry; `partner` is set on a partner's control account."""

    account: str
    debit: float = 0.0
    credit: float = 0.0
    partner: str | None = None
    due: date | None = None
    fc_debit: float = 0.0
    fc_credit: float = 0.0
    currency: str | None = None


@dataclass(frozen=True)
class Matched:
    """One row of a reconciliation: which journal row, from which document, how much."""

    partner: str
    transaction: int
    row: int
    object_type: str
    entry: int
    amount: float
    is_debit: bool


@dataclass(frozen=True)
class Masters:
    """All master data, by code."""

    items: dict[str, Item]
    trees: dict[str, Tree]
    work_centres: dict[str, WorkCentre]
    customers: dict[str, Customer]
    suppliers: dict[str, Supplier]


class Core:
    """The documents written so far, by entity set and entry, and the clock that stamps them."""

    def __init__(self, masters: Masters, start: datetime) -> None:
        self.masters = masters
        self.now = start
        self.log = EventLog()
        self.memory = Memory()
        self.stock = Stock(masters.items, self.log)
        self.sets: dict[str, dict[int, Record]] = defaultdict(dict)
        self.rates: dict[str, dict[date, float]] = {}

    @property
    def today(self) -> date:
        """The day that is being lived."""
        return self.now.date()

    def next_entry(self, entity_set: str) -> int:
        """The next internal number of a set."""
        return len(self.sets[entity_set]) + 1

    def number(self, entity_set: str, entry: int) -> int:
        """The number that people use for a document."""
        return FIRST_NUMBER[entity_set] + entry

    def touch(self, record: Record) -> None:
        """Stamp a record as changed now."""
        record["UpdateDate"] = day_text(self.today)
        record["UpdateTime"] = f"{self.now:%H:%M:%S}"
        record["DataVersion"] = record.get("DataVersion", 0) + 1

    def rate(self, currency: str, day: date) -> float:
        """EUR for one unit of a currency on a day."""
        return 1.0 if currency == "EUR" else self.rates[currency][day]

    def post(
        self,
        origin: str,
        entry: int,
        number: int,
        memo: str,
        lines: Sequence[JournalLine],
    ) -> int:
        """Write a journal entry and return its number; partners' balances follow from it."""
        jdt = self.next_entry("JournalEntries")
        rows: list[Record] = []
        for row, line in enumerate(lines):
            rows.append(
                {
                    "Line_ID": row,
                    "AccountCode": line.account,
                    "ControlAccount": line.account if line.partner else None,
                    "ShortName": line.partner or line.account,
                    "Debit": line.debit,
                    "Credit": line.credit,
                    "FCDebit": line.fc_debit,
                    "FCCredit": line.fc_credit,
                    "FCCurrency": line.currency,
                    "DueDate": day_text(line.due or self.today),
                    "ReferenceDate1": day_text(self.today),
                    "TaxDate": day_text(self.today),
                    "LineMemo": memo,
                    "Reference1": str(number),
                }
            )
            if line.partner:
                amount = cents(line.debit - line.credit)
                self.log.add(self.today, "account", (line.partner,), amount, f"{origin}:{entry}")
        self.sets["JournalEntries"][jdt] = {
            "JdtNum": jdt,
            "Number": jdt,
            "Series": 17,
            "ReferenceDate": day_text(self.today),
            "DueDate": rows[0]["DueDate"],
            "TaxDate": day_text(self.today),
            "VatDate": day_text(self.today),
            "Memo": memo,
            "Reference": str(number),
            "OriginalJournal": origin,
            "Original": entry,
            "BaseReference": str(number),
            "TransactionCode": None,
            "UseAutoStorno": "tNO",
            "StornoDate": None,
            "JournalEntryLines": rows,
        }
        return jdt

    def reconcile(self, kind: str, rows: Sequence[Matched]) -> int:
        """Write an internal reconciliation of journal rows."""
        entry = self.next_entry("InternalReconciliations")
        self.sets["InternalReconciliations"][entry] = {
            "ReconNum": entry,
            "ReconDate": day_text(self.today),
            "CardOrAccount": "coaCard",
            "ReconType": kind,
            "Total": cents(sum(row.amount for row in rows if row.is_debit)),
            "CancelAbs": 0,
            "InternalReconciliationRows": [
                {
                    "LineSeq": seq,
                    "ShortName": row.partner,
                    "TransId": row.transaction,
                    "TransRowId": row.row,
                    "SrcObjTyp": row.object_type,
                    "SrcObjAbs": row.entry,
                    "CreditOrDebit": "codDebit" if row.is_debit else "codCredit",
                    "ReconcileAmount": row.amount,
                    "CashDiscount": 0.0,
                }
                for seq, row in enumerate(rows)
            ],
        }
        return entry
