"""The cash books: incoming payments by transfer, cheque and bill, deposits, and manual entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sandbox.plant.books.core import (
    BANK,
    BILLS,
    CHEQUES,
    OPENING,
    RECEIVABLES,
    Core,
    JournalLine,
    Matched,
    Record,
    day_text,
)
from sandbox.plant.books.sales_core import mark_paid
from sandbox.plant.money import cents


@dataclass(frozen=True)
class Applied:
    """What a payment pays: an invoice or down payment, or a journal row (opening balance)."""

    document: Record | None
    amount: float
    object_type: str = "13"
    installment: int = 1
    transaction: int = 0
    row: int = 0


INVOICE_TYPE = {"13": "it_Invoice", "203": "it_DownPayment", "30": "it_JournalEntry"}


class CashBooks:
    """Money that comes in."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self._cheques: dict[int, tuple[str, float, date]] = {}
        self._journal: dict[int, int] = {}

    def opening(self, balances: Sequence[tuple[str, float, date]]) -> int:
        """The opening entry: what each customer owed when the books began."""
        rows = [
            JournalLine(RECEIVABLES, debit=amount, partner=code, due=due)
            for code, amount, due in balances
        ]
        total = cents(sum(amount for _, amount, _ in balances))
        rows.append(JournalLine(OPENING, credit=total))
        return self.core.post("ttOpeningBalance", 0, 0, "Asiento de apertura", rows)

    def manual_entry(self, customer: str, amount: float, account: str, memo: str, due: date) -> int:
        """A manual journal entry on a customer (positive: the customer owes more)."""
        jdt = self.core.next_entry("JournalEntries")
        on_customer = JournalLine(
            RECEIVABLES, debit=max(amount, 0.0), credit=max(-amount, 0.0), partner=customer, due=due
        )
        against = JournalLine(account, debit=max(-amount, 0.0), credit=max(amount, 0.0))
        return self.core.post("ttJournalEntry", jdt, jdt, memo, [on_customer, against])

    def receive(
        self,
        payer: str,
        applied: Sequence[Applied],
        means: str = "transfer",
        on_account: float = 0.0,
        falls_due: date | None = None,
    ) -> Record:
        """A payment: what it pays, and what stays on account; cheques and bills fall due later."""
        core = self.core
        customer = core.masters.customers[payer]
        entry = core.next_entry("IncomingPayments")
        number = core.number("IncomingPayments", entry)
        total = cents(sum(a.amount for a in applied) + on_account)
        foreign = customer.currency != "EUR"
        account = {"transfer": BANK, "cheque": CHEQUES, "bill": BILLS}[means]
        jdt = core.post(
            "ttReceipt",
            entry,
            number,
            f"Cobro {customer.name}",
            [
                JournalLine(account, debit=total),
                JournalLine(RECEIVABLES, credit=total, partner=payer, due=core.today),
            ],
        )
        record: Record = {
            "DocEntry": entry,
            "DocNum": number,
            "DocType": "rCustomer",
            "DocObjectCode": "bopot_IncomingPayments",
            "Series": 1,
            "DocDate": day_text(core.today),
            "TaxDate": day_text(core.today),
            "DueDate": day_text(falls_due or core.today),
            "CardCode": payer,
            "CardName": customer.name,
            "DocCurrency": "EUR",
            "DocRate": core.rate(customer.currency, core.today) if foreign else 0.0,
            "CashSum": 0.0,
            "TransferSum": total if means == "transfer" else 0.0,
            "TransferAccount": BANK if means == "transfer" else None,
            "TransferDate": day_text(core.today) if means == "transfer" else None,
            "CheckAccount": CHEQUES if means == "cheque" else None,
            "BoeAccount": BILLS if means == "bill" else None,
            "BillOfExchangeAmount": total if means == "bill" else 0.0,
            "BillofExchangeStatus": "boes_Created" if means == "bill" else None,
            "BillOfExchange": None,
            "Cancelled": "tNO",
            "Remarks": None,
            "JournalRemarks": f"Cobro {customer.name}",
            "PaymentInvoices": [],
            "PaymentChecks": [],
            "PaymentCreditCards": [],
            "PaymentAccounts": [],
        }
        core.sets["IncomingPayments"][entry] = record
        self._journal[entry] = jdt
        if means == "cheque":
            self._cheque(record, total, falls_due or core.today)
        if means == "bill":
            record["BillOfExchange"] = {
                "BillOfExchangeNo": entry,
                "BillOfExchangeDueDate": day_text(falls_due),
                "PaymentMethodCode": "PAGARE",
            }
            core.log.add(core.today, "bills", (payer,), total, f"payment:{entry}")
        self._apply(record, jdt, payer, applied)
        return record

    def _cheque(self, record: Record, total: float, due: date) -> None:
        record["PaymentChecks"].append(
            {
                "LineNum": 0,
                "DueDate": day_text(due),
                "CheckNumber": 100_000 + record["DocEntry"],
                "BankCode": "0049",
                "CheckSum": total,
                "Currency": "EUR",
                "CountryCode": "ES",
                "CheckAccount": CHEQUES,
                "CheckAbsEntry": record["DocEntry"],
                "Trnsfrable": "tNO",
            }
        )
        self.core.log.add(self.core.today, "cheques", (record["CardCode"],), total)
        self._cheques[record["DocEntry"]] = (record["CardCode"], total, due)

    def _apply(self, record: Record, jdt: int, payer: str, applied: Sequence[Applied]) -> None:
        matched: list[Matched] = []
        for number, part in enumerate(applied):
            document = part.document
            entry = document["DocEntry"] if document else part.transaction
            transaction = document["TransNum"] if document else part.transaction
            row = part.installment - 1 if document else part.row
            applied_fc = 0.0
            if document and document["DocCurrency"] != "EUR":
                applied_fc = cents(document["DocTotalFc"] * part.amount / document["DocTotal"])
            record["PaymentInvoices"].append(
                {
                    "LineNum": number,
                    "DocEntry": entry,
                    "DocNum": document["DocNum"] if document else part.transaction,
                    "InvoiceType": INVOICE_TYPE[part.object_type],
                    "SumApplied": part.amount,
                    "AppliedFC": applied_fc,
                    "AppliedSys": part.amount,
                    "PaidSum": part.amount,
                    "DiscountPercent": 0.0,
                    "InstallmentId": part.installment,
                    "DocLine": part.row,
                    "DocRate": document["DocRate"] if document else 0.0,
                }
            )
            if document is not None:
                mark_paid(self.core, document, part.amount, applied_fc)
            if transaction:
                matched.append(
                    Matched(payer, transaction, row, part.object_type, entry, part.amount, True)
                )
        if matched:
            total = cents(sum(m.amount for m in matched))
            matched.append(Matched(payer, jdt, 1, "24", record["DocEntry"], total, False))
            self.core.reconcile("rtPayment", matched)

    def match_on_account(self, payment: Record, invoice: Record, amount: float) -> None:
        """Set a payment on account against an invoice later, by hand."""
        payer = payment["CardCode"]
        if amount <= 0:
            return
        jdt = self._journal[payment["DocEntry"]]
        self.core.reconcile(
            "rtManual",
            [
                Matched(payer, invoice["TransNum"], 0, "13", invoice["DocEntry"], amount, True),
                Matched(payer, jdt, 1, "24", payment["DocEntry"], amount, False),
            ],
        )
        mark_paid(self.core, invoice, amount)

    def deposit_due_cheques(self) -> None:
        """Take to the bank every cheque that falls due today or fell due before."""
        core = self.core
        for payment, (payer, amount, due) in list(self._cheques.items()):
            if due > core.today:
                continue
            entry = core.next_entry("Deposits")
            core.sets["Deposits"][entry] = {
                "AbsEntry": entry,
                "DepositNumber": entry,
                "DepositType": "dtChecks",
                "DepositDate": day_text(core.today),
                "DepositCurrency": "EUR",
                "DepositAccount": BANK,
                "TotalLC": amount,
                "CheckLines": [
                    {
                        "CheckKey": payment,
                        "CheckNumber": 100_000 + payment,
                        "Customer": payer,
                        "CheckAmount": amount,
                        "CheckDate": day_text(due),
                        "CheckCurrency": "EUR",
                    }
                ],
            }
            core.post(
                "ttDeposit",
                entry,
                entry,
                f"Ingreso de cheque {100_000 + payment}",
                [JournalLine(BANK, debit=amount), JournalLine(CHEQUES, credit=amount)],
            )
            core.log.add(core.today, "cheques", (payer,), -amount)
            del self._cheques[payment]

    def note_bill_paid(self, payment: Record) -> Record:
        """The bill of a payment goes from made out to paid."""
        core = self.core
        key = core.next_entry("BillOfExchangeTransactions")
        record: Record = {
            "BOETransactionkey": key,
            "TransactionNumber": key,
            "StatusFrom": "btfs_Generated",
            "StatusTo": "btts_Paid",
            "TransactionDate": day_text(core.today),
            "PostingDate": day_text(core.today),
            "TaxDate": day_text(core.today),
            "IsBoeReconciled": "tNO",
            "BillOfExchangeTransactionLines": [
                {
                    "BillOfExchangeNo": payment["BillOfExchange"]["BillOfExchangeNo"],
                    "BillOfExchangeType": "bobt_Incoming",
                    "BillOfExchangeDueDate": payment["BillOfExchange"]["BillOfExchangeDueDate"],
                }
            ],
        }
        core.sets["BillOfExchangeTransactions"][key] = record
        return record
