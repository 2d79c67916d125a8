"""The invoice books: invoice, reserve invoice, credit note, cancellation, down payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sandbox.plant.books.core import (
    DOWN_PAYMENTS,
    RECEIVABLES,
    SALES,
    SALES_RETURNS,
    VAT_OUT,
    JournalLine,
    Matched,
    Record,
    day_text,
)
from sandbox.plant.books.documents import Line, reduce_line, write
from sandbox.plant.books.sales_core import (
    DELIVERY,
    INVOICE,
    ORDER,
    Part,
    SalesCore,
    mark_paid,
)
from sandbox.plant.master import Customer
from sandbox.plant.money import cents


class InvoiceBooks(SalesCore):
    """What is billed, credited and asked for in advance."""

    def invoice(
        self,
        parts: Sequence[Part],
        comments: str | None = None,
        installments: Sequence[tuple[int, float]] = (),
        price: float | None = None,
    ) -> Record:
        """Invoice delivered lines of one customer; `installments` are (days, percent)."""
        lines = [self._invoice_line(part, DELIVERY, price) for part in parts]
        record = self._bill(parts[0].document["CardCode"], lines, comments, installments)
        for part, line in zip(parts, record["DocumentLines"], strict=True):
            base = part.document["DocumentLines"][part.line]
            line["BatchNumbers"] = base["BatchNumbers"]
            self._note(
                "deliveries_open",
                part.document,
                reduce_line(self.core, part.document, base, part.qty),
            )
        return record

    def reserve_invoice(self, parts: Sequence[Part]) -> Record:
        """Invoice order lines before they are delivered: the invoice now commits the stock."""
        lines = [self._invoice_line(part, ORDER, None) for part in parts]
        record = self._bill(parts[0].document["CardCode"], lines, "Factura de reserva", ())
        record["ReserveInvoice"] = "tYES"
        for part, line in zip(parts, record["DocumentLines"], strict=True):
            base = part.document["DocumentLines"][part.line]
            self._commit(base, -part.qty)
            self._commit(line, part.qty)
            change = reduce_line(self.core, part.document, base, part.qty)
            self._note("orders_open", part.document, change)
        return record

    def service_invoice(
        self,
        customer: str,
        item: str,
        amount: float,
        comments: str | None = None,
        installments: Sequence[tuple[int, float]] = (),
    ) -> Record:
        """An invoice of one non-stock line, without a delivery before it."""
        return self._bill(customer, [Line(item, 1, amount)], comments, installments)

    def _invoice_line(self, part: Part, kind: int, price: float | None) -> Line:
        base = part.document["DocumentLines"][part.line]
        return Line(
            base["ItemCode"],
            part.qty,
            base["Price"] if price is None else price,
            ship=self.core.today,
            warehouse=base["WarehouseCode"],
            base=(kind, part.document["DocEntry"], part.line),
            uom=base["UoMCode"],
            units=base["UnitsOfMeasurment"],
            tree_type=base["TreeType"],
            moves_stock=base["WithoutInventoryMovement"] == "tNO",
            tax_percent=base["TaxPercentagePerRow"],
        )

    def _bill(
        self,
        code: str,
        lines: Sequence[Line],
        comments: str | None,
        installments: Sequence[tuple[int, float]],
    ) -> Record:
        customer = self.customer(code)
        due = self.core.today + timedelta(days=customer.terms_days)
        record = write(
            self.core, "Invoices", customer, lines, due, payer=customer.payer, comments=comments
        )
        plan = list(installments) or [(customer.terms_days, 100.0)]
        self._post_receivable(record, customer, plan, "ttARInvoice", SALES, sign=1)
        return record

    def _post_receivable(
        self,
        record: Record,
        customer: Customer,
        plan: Sequence[tuple[int, float]],
        origin: str,
        account: str,
        sign: int,
    ) -> None:
        payer = customer.payer or customer.code
        total, foreign = record["DocTotal"], record["DocCurrency"] != "EUR"
        rows: list[JournalLine] = []
        left, left_fc = total, record["DocTotalFc"]
        for number, (days, percent) in enumerate(plan, start=1):
            last = number == len(plan)
            amount = left if last else cents(total * percent / 100)
            amount_fc = left_fc if last else cents(record["DocTotalFc"] * percent / 100)
            left, left_fc = cents(left - amount), cents(left_fc - amount_fc)
            due = self.core.today + timedelta(days=days)
            record["DocumentInstallments"].append(
                {
                    "InstallmentId": number,
                    "DueDate": day_text(due),
                    "Percentage": percent,
                    "Total": amount,
                    "TotalFC": amount_fc,
                }
            )
            rows.append(
                JournalLine(
                    RECEIVABLES,
                    debit=amount if sign > 0 else 0.0,
                    credit=amount if sign < 0 else 0.0,
                    partner=payer,
                    due=due,
                    fc_debit=amount_fc if sign > 0 else 0.0,
                    fc_credit=amount_fc if sign < 0 else 0.0,
                    currency=record["DocCurrency"] if foreign else None,
                )
            )
        record["NumberOfInstallments"] = len(plan)
        record["DocDueDate"] = record["DocumentInstallments"][-1]["DueDate"]
        net = cents(total - record["VatSum"])
        rows.append(
            JournalLine(account, credit=net if sign > 0 else 0.0, debit=net if sign < 0 else 0.0)
        )
        if record["VatSum"]:
            vat = record["VatSum"]
            rows.append(
                JournalLine(
                    VAT_OUT, credit=vat if sign > 0 else 0.0, debit=vat if sign < 0 else 0.0
                )
            )
        record["TransNum"] = self.core.post(
            origin,
            record["DocEntry"],
            record["DocNum"],
            f"{customer.name} {record['DocNum']}",
            rows,
        )

    def credit(
        self,
        invoice: Record,
        quantities: dict[int, float],
        why: str,
        *,
        goods_return: bool = False,
        apply: bool = True,
        price: float | None = None,
    ) -> Record:
        """A credit note on an invoice: with the goods, or of money alone; applied or left open."""
        customer = self.customer(invoice["CardCode"])
        lines = [
            replace(
                self._invoice_line(Part(invoice, number, qty), INVOICE, price),
                moves_stock=goods_return,
                text=why,
            )
            for number, qty in quantities.items()
        ]
        record = write(
            self.core,
            "CreditNotes",
            customer,
            lines,
            self.core.today,
            payer=customer.payer,
            comments=why,
        )
        self._post_receivable(
            record, customer, [(0, 100.0)], "ttARCredItnote", SALES_RETURNS, sign=-1
        )
        for line in record["DocumentLines"]:
            if goods_return:
                base = invoice["DocumentLines"][line["BaseLine"]]
                about = f"credit_note:{record['DocEntry']}:{line['LineNum']}"
                self._come_back(base, line, line["InventoryQuantity"], line["WarehouseCode"], about)
        if apply:
            self.offset(invoice, record, "CreditNotes", "rtCreditMemo")
        return record

    def offset(self, invoice: Record, credit: Record, entity_set: str, kind: str) -> None:
        """Set a credit note against an invoice, as far as both are open."""
        amount = cents(
            min(
                invoice["DocTotal"] - invoice["PaidToDate"],
                credit["DocTotal"] - credit["PaidToDate"],
            )
        )
        if amount <= 0:
            return
        payer = invoice["FatherCard"] or invoice["CardCode"]
        self.core.reconcile(
            kind,
            [
                Matched(payer, invoice["TransNum"], 0, "13", invoice["DocEntry"], amount, True),
                Matched(payer, credit["TransNum"], 0, "14", credit["DocEntry"], amount, False),
            ],
        )
        for side in (invoice, credit):
            mark_paid(self.core, side, amount)

    def cancel_invoice(self, invoice: Record) -> Record:
        """Cancel an invoice with a second document that posts the reverse."""
        mirror = self._cancel(invoice, "Invoices", INVOICE, self._reopen_base)
        customer = self.customer(invoice["CardCode"])
        self._post_receivable(mirror, customer, [(0, 100.0)], "ttARInvoice", SALES, sign=-1)
        payer = customer.payer or customer.code
        amount = invoice["DocTotal"]
        self.core.reconcile(
            "rtCancellation",
            [
                Matched(payer, invoice["TransNum"], 0, "13", invoice["DocEntry"], amount, True),
                Matched(payer, mirror["TransNum"], 0, "13", mirror["DocEntry"], amount, False),
            ],
        )
        return mirror

    def _reopen_base(self, row: Record, _: Record) -> None:
        if row["BaseType"] == DELIVERY:
            delivery = self.core.sets["DeliveryNotes"][row["BaseEntry"]]
            base = delivery["DocumentLines"][row["BaseLine"]]
            change = reduce_line(self.core, delivery, base, -row["Quantity"])
            self._note("deliveries_open", delivery, change)

    def down_payment(self, order: Record, percent: float, as_invoice: bool) -> Record:
        """Ask for a share of an order in advance; only the invoice form posts a receivable."""
        customer = self.customer(order["CardCode"])
        lines = [
            Line(
                row["ItemCode"],
                row["Quantity"],
                row["Price"],
                ship=self.core.today,
                warehouse=row["WarehouseCode"],
                base=(ORDER, order["DocEntry"], row["LineNum"]),
                tax_percent=row["TaxPercentagePerRow"],
                moves_stock=False,
            )
            for row in order["DocumentLines"]
        ]
        due = self.core.today + timedelta(days=15)
        record = write(self.core, "DownPayments", customer, lines, due, payer=customer.payer)
        record["DownPaymentPercentage"] = percent
        record["DownPaymentAmount"] = cents(record["DocTotal"] * percent / 100)
        record["DocTotal"] = record["DownPaymentAmount"]
        record["DocTotalSys"] = record["DocTotal"]
        record["VatSum"] = cents(record["VatSum"] * percent / 100)
        record["DownPaymentType"] = "dptInvoice" if as_invoice else "dptRequest"
        record["DownPaymentStatus"] = "so_Open"
        if as_invoice:
            self._post_receivable(
                record, customer, [(15, 100.0)], "ttDownPayment", DOWN_PAYMENTS, sign=1
            )
        return record
