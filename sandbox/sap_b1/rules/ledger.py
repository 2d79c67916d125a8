"""Balances of partners and the journal behind them: receivables, payments, reconciliations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import cents, product
from sandbox.sap_b1.values import Body

# Accounts of the Spanish chart; the real server takes them from its account determination.
RECEIVABLES = "43000000"
SALES = "70000000"
SALES_RETURNS = "70800000"
DOWN_PAYMENTS = "43800000"
VAT_OUT = "47700000"
BANK = "57200000"
CHEQUES = "43110000"
PAYABLES = "40000000"
PURCHASES = "60000000"
VAT_IN = "47200000"

# What a document's journal entry posts to: the partner's account, the other side, and tax.
_ACCOUNTS: Mapping[str, tuple[str, str, str]] = {
    "ttARInvoice": (RECEIVABLES, SALES, VAT_OUT),
    "ttARCredItnote": (RECEIVABLES, SALES_RETURNS, VAT_OUT),
    "ttDownPayment": (RECEIVABLES, DOWN_PAYMENTS, VAT_OUT),
    "ttAPInvoice": (PAYABLES, PURCHASES, VAT_IN),
    "ttAPCreditNote": (PAYABLES, PURCHASES, VAT_IN),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One row of a journal entry: a positive amount is a debit, a negative one a credit."""

    account: str
    amount: float
    amount_fc: float = 0.0
    partner: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """One row of a reconciliation: a journal row, the document it comes from, an amount."""

    partner: str
    transaction: int
    row: int
    object_type: int
    entry: int
    amount: float
    is_debit: bool


class Ledger:
    """Posts entries and moves the balances that partners carry."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def shift(self, partner: str, name: str, change: float) -> None:
        """Add to one of a partner's balances (no stamp of the partner moves)."""
        before = self.records.get("BusinessPartners", (partner,))
        if before is None or not cents(change):
            return
        total = Decimal(repr(before.get(name) or 0.0)) + Decimal(repr(change))
        self.records.follow("BusinessPartners", before, {**before, name: cents(total)})

    def post(
        self,
        origin: str,
        entry: int,
        number: int,
        day: str,
        memo: str,
        sides: Sequence[Side],
        currency: str | None = None,
    ) -> int:
        """Write a journal entry and return its number; partners' account balances follow."""
        jdt = self.records.next_number("JournalEntries", "JdtNum")
        rows = [
            {
                "Line_ID": row,
                "AccountCode": side.account,
                "ControlAccount": side.account if side.partner else None,
                "ShortName": side.partner or side.account,
                "Debit": max(side.amount, 0.0),
                "Credit": max(-side.amount, 0.0),
                "FCDebit": max(side.amount_fc, 0.0),
                "FCCredit": max(-side.amount_fc, 0.0),
                "FCCurrency": currency if side.partner else None,
                "DueDate": side.due or day,
                "ReferenceDate1": day,
                "TaxDate": day,
                "LineMemo": memo,
                "Reference1": str(number),
            }
            for row, side in enumerate(sides)
        ]
        self.records.insert(
            "JournalEntries",
            {
                "JdtNum": jdt,
                "Number": jdt,
                "ReferenceDate": day,
                "DueDate": rows[0]["DueDate"],
                "TaxDate": day,
                "VatDate": day,
                "Memo": memo,
                "Reference": str(number),
                "OriginalJournal": origin,
                "Original": entry,
                "BaseReference": str(number),
                "UseAutoStorno": "tNO",
                "JournalEntryLines": rows,
            },
        )
        for side in sides:
            if side.partner:
                self.shift(side.partner, "CurrentAccountBalance", side.amount)
        return jdt

    def post_manual(self, entry: Mapping[str, Any]) -> None:
        """Let partners' balances follow from a journal entry written by hand."""
        for row in entry.get("JournalEntryLines") or []:
            amount = cents(
                Decimal(repr(row.get("Debit") or 0.0)) - Decimal(repr(row.get("Credit") or 0.0))
            )
            self.shift(str(row.get("ShortName")), "CurrentAccountBalance", amount)

    def reconcile(self, kind: str, rows: Sequence[Matched]) -> None:
        """Write an internal reconciliation of journal rows."""
        self.records.insert(
            "InternalReconciliations",
            {
                "ReconNum": self.records.next_number("InternalReconciliations", "ReconNum"),
                "ReconDate": self.records.today(),
                "CardOrAccount": "coaCard",
                "ReconType": kind,
                "Total": cents(sum(row.amount for row in rows if row.is_debit)),
                "CancelAbs": 0,
                "InternalReconciliationRows": [
                    {
                        "LineSeq": sequence,
                        "ShortName": row.partner,
                        "TransId": row.transaction,
                        "TransRowId": row.row,
                        "SrcObjTyp": str(row.object_type),
                        "SrcObjAbs": row.entry,
                        "CreditOrDebit": "codDebit" if row.is_debit else "codCredit",
                        "ReconcileAmount": row.amount,
                        "CashDiscount": 0.0,
                    }
                    for sequence, row in enumerate(rows)
                ],
            },
        )

    def post_receivable(self, document: Body, sign: int, origin: str) -> int:
        """Post what a document does to its partner's account (+1: the partner owes more)."""
        control, other, tax = _ACCOUNTS[origin]
        payer = str(document.get("FatherCard") or document["CardCode"])
        is_foreign = document.get("DocCurrency") != self.records.company.currency
        sides = [
            Side(
                control,
                sign * float(part["Total"]),
                sign * float(part.get("TotalFC") or 0.0),
                payer,
                part["DueDate"],
            )
            for part in document["DocumentInstallments"]
        ]
        net = cents(Decimal(repr(document["DocTotal"])) - Decimal(repr(document["VatSum"])))
        sides.append(Side(other, -sign * net))
        if document["VatSum"]:
            sides.append(Side(tax, -sign * float(document["VatSum"])))
        return self.post(
            origin,
            int(document["DocEntry"]),
            int(document["DocNum"]),
            str(document["DocDate"]),
            f"{document.get('CardName') or document['CardCode']} {document['DocNum']}",
            sides,
            str(document["DocCurrency"]) if is_foreign else None,
        )

    def rate(self, currency: str, day: str) -> float | None:
        """Local currency for one unit of `currency` on a day; None when the table has no row."""
        if currency in ("", self.records.company.currency):
            return 1.0
        row = self.records.row("CurrencyRates", (currency, day[:10]))
        return None if row is None else float(row["Rate"])

    def tax_percent(self, code: str | None) -> float:
        """The rate of a VAT group; where no such group is kept, the digits its code ends in."""
        if not code:
            return 0.0
        group = self.records.get("VatGroups", (code,))
        if group is not None and group.get("VatGroups_Lines"):
            return float(group["VatGroups_Lines"][-1].get("Rate") or 0.0)
        digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return float(digits) if digits.isdigit() else 0.0

    def terms_days(self, group: int | None) -> int:
        """The days of a payment terms group; 0 when it is not kept."""
        terms = self.records.get("PaymentTermsTypes", (group,)) if group is not None else None
        return int((terms or {}).get("NumberOfAdditionalDays") or 0)


def open_gross(document: Mapping[str, Any], line: Mapping[str, Any]) -> float:
    """What a line still stands for, with tax: remaining quantity x price x rate x (1 + tax)."""
    if line.get("LineStatus") != "bost_Open" or document.get("Cancelled") == "tYES":
        return 0.0
    share = 1 + product(float(line.get("TaxPercentagePerRow") or 0.0)) / 100
    exact = product(
        float(line.get("RemainingOpenQuantity") or 0.0),
        float(line.get("Price") or 0.0),
        float(document.get("DocRate") or 1.0),
    )
    return cents(exact * share)
