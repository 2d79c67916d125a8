"""Payments in and out: what they pay, what stays on account, their cancellation; deposits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import cents, product
from sandbox.sap_b1.rules.documents import MarketingDocuments
from sandbox.sap_b1.rules.kinds import KIND_BY_TYPE
from sandbox.sap_b1.rules.ledger import (
    BANK,
    CHEQUES,
    PAYABLES,
    RECEIVABLES,
    Ledger,
    Matched,
    Side,
)
from sandbox.sap_b1.values import Body


@dataclass(frozen=True, slots=True)
class PaymentKind:
    """One entity set of payments; `sign` is +1 for money that comes in, -1 for money that goes."""

    entity_set: str
    object_type: int
    object_name: str
    table: str
    journal: str
    account: str
    partner_type: str
    default_invoice: str
    sign: int


_KINDS = (
    PaymentKind(
        "IncomingPayments",
        24,
        "bopot_IncomingPayments",
        "ORCT",
        "ttReceipt",
        RECEIVABLES,
        "rCustomer",
        "it_Invoice",
        1,
    ),
    PaymentKind(
        "VendorPayments",
        46,
        "bopot_OutgoingPayments",
        "OVPM",
        "ttVendorPayment",
        PAYABLES,
        "rSupplier",
        "it_PurchaseInvoice",
        -1,
    ),
)
PAYMENT_KIND_BY_SET = {kind.entity_set: kind for kind in _KINDS}

_JOURNAL_ENTRY = 30
_TYPE_BY_NAME = {
    "it_Invoice": 13,
    "it_CredItnote": 14,
    "it_DownPayment": 203,
    "it_PurchaseInvoice": 18,
    "it_JournalEntry": _JOURNAL_ENTRY,
}


class Payments:
    """Saves and cancels payments, and deposits cheques."""

    def __init__(self, records: Records, ledger: Ledger, documents: MarketingDocuments) -> None:
        self.records, self.ledger, self.documents = records, ledger, documents

    def create(self, kind: PaymentKind, incoming: Body) -> Body:
        """Save a payment: documents become paid, the partner's balance follows."""
        given = {name: value for name, value in incoming.items() if value is not None}
        partner = self.records.get("BusinessPartners", (str(given.get("CardCode") or ""),))
        if partner is None:
            raise messages.reference_invalid(f"{kind.table}.CardCode")
        entry = self.records.next_number(kind.entity_set, "DocEntry")
        number = self.records.next_number(kind.entity_set, "DocNum")
        today = self.records.today()
        body: Body = {
            "DocType": kind.partner_type,
            "DocObjectCode": kind.object_name,
            "Series": 1,
            "DocDate": today,
            "TaxDate": given.get("DocDate") or today,
            "DueDate": given.get("DocDate") or today,
            "CardName": partner.get("CardName"),
            "DocCurrency": self.records.company.currency,
            "CashSum": 0.0,
            "TransferSum": 0.0,
            "BillOfExchangeAmount": 0.0,
            "Cancelled": "tNO",
            "PaymentInvoices": [],
            "PaymentChecks": [],
            **given,
            "DocEntry": entry,
            "DocNum": number,
        }
        rows: list[Body] = body["PaymentInvoices"]
        applied = [self._applied(kind, index, row) for index, row in enumerate(rows)]
        body["PaymentInvoices"] = applied
        total = _total(body)
        if total <= 0:
            raise messages.business("Enter payment means", 10000070)
        if cents(sum(row["SumApplied"] for row in applied)) > total:
            raise messages.business("Applied amounts exceed the payment", 10000071)
        jdt = self._post(kind, body, kind.sign * total)
        self._apply(kind, body, jdt)
        self.records.insert(kind.entity_set, body)
        self._shift_cheques(body, 1)
        return body

    def _applied(self, kind: PaymentKind, number: int, row: Body) -> Body:
        """A row of what is paid, its amount defaulted to what is still open."""
        kind_name = row.get("InvoiceType") or kind.default_invoice
        paid = KIND_BY_TYPE.get(_TYPE_BY_NAME.get(kind_name, 0))
        document = self.records.get(paid.entity_set, (row.get("DocEntry", 0),)) if paid else None
        if paid is not None and document is None:
            place = f"{kind.table[1:]}2.DocEntry][line: {number + 1}"
            raise messages.reference_invalid(place)
        amount, fc = row.get("SumApplied"), 0.0
        if document is not None:
            open_amount = cents(float(document["DocTotal"]) - float(document["PaidToDate"] or 0.0))
            amount = open_amount if amount is None else amount
            if float(document.get("DocTotalFc") or 0.0) and float(document["DocTotal"]):
                share = product(float(amount)) / product(document["DocTotal"])
                fc = cents(product(document["DocTotalFc"]) * share)
        return {
            "InstallmentId": 1,
            "DiscountPercent": 0.0,
            "AppliedFC": fc,
            "DocNum": (document or {}).get("DocNum"),
            **{name: value for name, value in row.items() if value is not None},
            "LineNum": number,
            "InvoiceType": kind_name,
            "SumApplied": float(amount or 0.0),
            "AppliedSys": float(amount or 0.0),
            "PaidSum": float(amount or 0.0),
        }

    def _post(self, kind: PaymentKind, body: Body, total: float) -> int:
        """Post a payment: the bank's side is positive for money that comes in."""
        payer = str(body["CardCode"])
        account = body.get("TransferAccount") or body.get("CheckAccount")
        if account is None:
            account = CHEQUES if body.get("PaymentChecks") else BANK
        return self.ledger.post(
            kind.journal,
            int(body["DocEntry"]),
            int(body["DocNum"]),
            str(body["DocDate"]),
            str(body.get("JournalRemarks") or f"{body.get('CardName')} {body['DocNum']}"),
            [
                Side(str(account), total),
                Side(kind.account, -total, partner=payer, due=body["DocDate"]),
            ],
        )

    def _apply(self, kind: PaymentKind, body: Body, jdt: int) -> None:
        is_owed = kind.sign > 0
        payer, matched = str(body["CardCode"]), []
        for row in body["PaymentInvoices"]:
            object_type = _TYPE_BY_NAME.get(row["InvoiceType"], 0)
            transaction, journal_row = self._pay(row, object_type, 1)
            matched.append(
                Matched(
                    payer,
                    transaction,
                    journal_row,
                    object_type,
                    int(row["DocEntry"]),
                    float(row["SumApplied"]),
                    is_owed,
                )
            )
        if matched:
            total = cents(sum(row.amount for row in matched))
            entry = int(body["DocEntry"])
            matched.append(Matched(payer, jdt, 1, kind.object_type, entry, total, not is_owed))
            self.ledger.reconcile("rtPayment", matched)

    def _pay(self, row: Body, object_type: int, sign: int) -> tuple[int, int]:
        """Mark a document paid (-1: unpaid); returns its journal entry and row."""
        kind = KIND_BY_TYPE.get(object_type)
        if kind is None:  # a journal entry: nothing but the reconciliation says that it is paid
            return int(row["DocEntry"]), int(row.get("DocLine") or 0)
        amount, fc = sign * float(row["SumApplied"]), sign * float(row.get("AppliedFC") or 0.0)
        document = self.documents.mark_paid(kind, int(row["DocEntry"]), amount, fc)
        return int(document.get("TransNum") or 0), int(row["InstallmentId"]) - 1

    def cancel(self, kind: PaymentKind, before: Body) -> Body:
        """`Cancel`: documents become unpaid again, the balance rises, the entry is reversed."""
        if before.get("Cancelled") == "tYES":
            raise messages.business("Payment is already cancelled", 10000072)
        for row in before["PaymentInvoices"]:
            self._pay(row, _TYPE_BY_NAME.get(row["InvoiceType"], 0), -1)
        self._post(kind, before, -kind.sign * _total(before))
        self._shift_cheques(before, -1)
        after = {**before, "Cancelled": "tYES"}
        self.records.update(kind.entity_set, before, after)
        return after

    def deposit(self, incoming: Body) -> Body:
        """Take cheques to the bank: they are no open risk of their customers any more."""
        lines: list[Body] = incoming.get("CheckLines") or []
        total = cents(sum(float(line.get("CheckAmount") or 0.0) for line in lines))
        entry = self.records.next_number("Deposits", "AbsEntry")
        body: Body = {
            "DepositType": "dtChecks",
            "DepositDate": self.records.today(),
            "DepositCurrency": self.records.company.currency,
            "DepositAccount": BANK,
            "TotalLC": total,
            **{name: value for name, value in incoming.items() if value is not None},
            "AbsEntry": entry,
            "DepositNumber": entry,
        }
        for line in lines:
            amount = cents(float(line.get("CheckAmount") or 0.0))
            self.ledger.shift(str(line.get("Customer")), "OpenChecksBalance", -amount)
        sides = [Side(str(body["DepositAccount"]), total), Side(CHEQUES, -total)]
        memo = f"Deposit {entry}"
        self.ledger.post("ttDeposit", entry, entry, str(body["DepositDate"]), memo, sides)
        self.records.insert("Deposits", body)
        return body

    def _shift_cheques(self, body: Body, sign: int) -> None:
        cheques: list[dict[str, Any]] = body.get("PaymentChecks") or []
        amount = cents(sum(float(row.get("CheckSum") or 0.0) for row in cheques))
        self.ledger.shift(str(body["CardCode"]), "OpenChecksBalance", sign * amount)


def _total(body: Body) -> float:
    """What came in: cash, transfer, bill and cheques."""
    names = ("CashSum", "TransferSum", "BillOfExchangeAmount")
    cheques: list[dict[str, Any]] = body.get("PaymentChecks") or []
    sums = [float(body.get(name) or 0.0) for name in names]
    return cents(sum(sums) + sum(float(row.get("CheckSum") or 0.0) for row in cheques))
