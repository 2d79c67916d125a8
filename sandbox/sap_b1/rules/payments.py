"""Incoming payments: what they pay, what stays on account, and their cancellation."""

from __future__ import annotations

from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import cents, product
from sandbox.sap_b1.rules.documents import MarketingDocuments
from sandbox.sap_b1.rules.kinds import KIND_BY_TYPE
from sandbox.sap_b1.rules.ledger import BANK, RECEIVABLES, Ledger, Matched, Side
from sandbox.sap_b1.values import Body

_INCOMING = 24
_JOURNAL_ENTRY = 30
_TYPE_BY_NAME = {
    "it_Invoice": 13,
    "it_CredItnote": 14,
    "it_DownPayment": 203,
    "it_JournalEntry": _JOURNAL_ENTRY,
}


class Payments:
    """Saves and cancels incoming payments."""

    def __init__(self, records: Records, ledger: Ledger, documents: MarketingDocuments) -> None:
        self.records, self.ledger, self.documents = records, ledger, documents

    def create(self, incoming: Body) -> Body:
        """Save a payment: documents become paid, the partner's balance falls."""
        given = {name: value for name, value in incoming.items() if value is not None}
        partner = self.records.get("BusinessPartners", (str(given.get("CardCode") or ""),))
        if partner is None:
            raise messages.reference_invalid("ORCT.CardCode")
        entry = self.records.next_number("IncomingPayments", "DocEntry")
        number = self.records.next_number("IncomingPayments", "DocNum")
        today = self.records.today()
        body: Body = {
            "DocType": "rCustomer",
            "DocObjectCode": "bopot_IncomingPayments",
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
        applied = [self._applied(index, row) for index, row in enumerate(body["PaymentInvoices"])]
        body["PaymentInvoices"] = applied
        total = _total(body)
        if total <= 0:
            raise messages.business("Enter payment means", 10000070)
        if cents(sum(row["SumApplied"] for row in applied)) > total:
            raise messages.business("Applied amounts exceed the payment", 10000071)
        jdt = self._post(body, total, 1)
        self._apply(body, jdt)
        self.records.insert("IncomingPayments", body)
        self._shift_cheques(body, 1)
        return body

    def _applied(self, number: int, row: Body) -> Body:
        """A row of what is paid, its amount defaulted to what is still open."""
        kind_name = row.get("InvoiceType") or "it_Invoice"
        kind = KIND_BY_TYPE.get(_TYPE_BY_NAME.get(kind_name, 0))
        document = self.records.get(kind.entity_set, (row.get("DocEntry", 0),)) if kind else None
        if kind is not None and document is None:
            raise messages.reference_invalid(f"RCT2.DocEntry][line: {number + 1}")
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

    def _post(self, body: Body, total: float, sign: int) -> int:
        payer = str(body["CardCode"])
        account = body.get("TransferAccount") or body.get("CheckAccount") or BANK
        return self.ledger.post(
            "ttReceipt",
            int(body["DocEntry"]),
            int(body["DocNum"]),
            str(body["DocDate"]),
            str(body.get("JournalRemarks") or f"{body.get('CardName')} {body['DocNum']}"),
            [
                Side(str(account), sign * total),
                Side(RECEIVABLES, -sign * total, partner=payer, due=body["DocDate"]),
            ],
        )

    def _apply(self, body: Body, jdt: int) -> None:
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
                    True,
                )
            )
        if matched:
            total = cents(sum(row.amount for row in matched))
            entry = int(body["DocEntry"])
            matched.append(Matched(payer, jdt, 1, _INCOMING, entry, total, False))
            self.ledger.reconcile("rtPayment", matched)

    def _pay(self, row: Body, object_type: int, sign: int) -> tuple[int, int]:
        """Mark a document paid (-1: unpaid); returns its journal entry and row."""
        kind = KIND_BY_TYPE.get(object_type)
        if kind is None:  # a journal entry: nothing but the reconciliation says that it is paid
            return int(row["DocEntry"]), int(row.get("DocLine") or 0)
        amount, fc = sign * float(row["SumApplied"]), sign * float(row.get("AppliedFC") or 0.0)
        document = self.documents.mark_paid(kind, int(row["DocEntry"]), amount, fc)
        return int(document.get("TransNum") or 0), int(row["InstallmentId"]) - 1

    def cancel(self, before: Body) -> Body:
        """`Cancel`: documents become unpaid again, the balance rises, the entry is reversed."""
        if before.get("Cancelled") == "tYES":
            raise messages.business("Payment is already cancelled", 10000072)
        for row in before["PaymentInvoices"]:
            self._pay(row, _TYPE_BY_NAME.get(row["InvoiceType"], 0), -1)
        self._post(before, _total(before), -1)
        self._shift_cheques(before, -1)
        after = {**before, "Cancelled": "tYES"}
        self.records.update("IncomingPayments", before, after)
        return after

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
