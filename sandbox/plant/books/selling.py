"""The sales books: quotation, order, delivery, return, invoice, credit note and down payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sandbox.plant.books.core import (
    DOWN_PAYMENTS,
    RECEIVABLES,
    SALES,
    SALES_RETURNS,
    VAT_OUT,
    Core,
    JournalLine,
    Matched,
    Record,
    day_text,
)
from sandbox.plant.books.documents import (
    Line,
    close_line,
    lot_rows,
    open_gross,
    reduce_line,
    settle_status,
    write,
)
from sandbox.plant.master import Customer
from sandbox.plant.memory import Confirmation, LineStory, Shipment
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


class SalesBooks:
    """Everything that is written between us and a customer."""

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

    # -- quotation, order, draft -------------------------------------------------------------

    def quote(
        self,
        customer: str,
        lines: Sequence[Line],
        valid_until: date,
        deal: str | None = None,
        comments: str | None = None,
    ) -> Record:
        """Write a quotation; each line's `ship` is the date promised in it."""
        record = write(
            self.core,
            "Quotations",
            self.customer(customer),
            lines,
            valid_until,
            deal=deal,
            comments=comments,
        )
        for number, line in enumerate(lines):
            self.core.memory.quoted[record["DocEntry"], number] = line.ship
        return record

    def close_quotation(self, quotation: Record) -> None:
        """Close what is still open of a quotation (lost, or no longer valid)."""
        for line in quotation["DocumentLines"]:
            if line["LineStatus"] == "bost_Open":
                close_line(self.core, quotation, line)

    def order(
        self,
        customer: str,
        lines: Sequence[Line],
        due: date,
        deal: str | None = None,
        comments: str | None = None,
        their_reference: str | None = None,
        card: tuple[str, str] | None = None,
    ) -> Record:
        """Write a sales order: its lines commit stock and stand in the customer's open orders."""
        partner = self.customer(customer)
        record = write(
            self.core,
            "Orders",
            partner,
            lines,
            due,
            deal=deal,
            comments=comments,
            their_reference=their_reference,
            payer=partner.payer,
            card=card,
        )
        for line in record["DocumentLines"]:
            self._commit(line, line["Quantity"])
            self._note("orders_open", record, open_gross(record, line))
            if line["BaseType"] == QUOTATION:
                quotation = self.core.sets["Quotations"][line["BaseEntry"]]
                base = quotation["DocumentLines"][line["BaseLine"]]
                if base["LineStatus"] == "bost_Open":
                    taken = min(line["Quantity"], base["RemainingOpenQuantity"])
                    reduce_line(self.core, quotation, base, taken)
                    close_line(self.core, quotation, base)
        self._remember(record, partner, lines)
        return record

    def _remember(self, record: Record, partner: Customer, lines: Sequence[Line]) -> None:
        """Keep the promises made, and the exposure of the payer's group right after them."""
        memory, entry, code = self.core.memory, record["DocEntry"], record["CardCode"]
        for number, line in enumerate(lines):
            promised = line.ship
            if line.base is not None and line.base[0] == QUOTATION:
                promised = memory.quoted[line.base[1], line.base[2]]
            memory.lines[entry, number] = LineStory(
                entry, number, code, line.item, line.qty, line.requested, promised, line.ship
            )
        payer = partner.payer or code
        group = [c for c in self.core.masters.customers.values() if payer in (c.code, c.payer)]
        now = self.core.log.now
        memory.confirmations.append(
            Confirmation(
                entry,
                code,
                payer,
                self.core.today,
                record["DocTotal"],
                self.core.masters.customers[payer].limit if group else None,
                cents(now("account", payer)),
                cents(sum(now("deliveries_open", c.code) for c in group)),
                cents(sum(now("orders_open", c.code) for c in group)),
                cents(now("cheques", payer)),
                cents(now("bills", payer)),
            )
        )

    def draft_order(
        self, customer: str, lines: Sequence[Line], due: date, deal: str | None = None
    ) -> Record:
        """An order held for approval: a draft, of which neither stock nor books know."""
        record = write(self.core, "Drafts", self.customer(customer), lines, due, deal=deal)
        record["DocObjectCode"] = "oOrders"
        record["AuthorizationStatus"] = "dasPending"
        return record

    def move_ship_date(self, order: Record, line: int, ship: date) -> None:
        """Overwrite a line's promised date, as the ERP does: the old one is gone."""
        order["DocumentLines"][line]["ShipDate"] = day_text(ship)
        self.core.memory.lines[order["DocEntry"], line].last_promise = ship
        self.core.touch(order)

    def close_short(self, order: Record, line: int, why: str) -> None:
        """Close an order line by hand with its rest undelivered."""
        row = order["DocumentLines"][line]
        self._commit(row, -row["RemainingOpenQuantity"])
        row["FreeText"] = why
        self.core.memory.lines[order["DocEntry"], line].closed_short = why
        self._note("orders_open", order, close_line(self.core, order, row))

    def cancel_order(self, order: Record, why: str) -> None:
        """Cancel an order nothing of which was delivered."""
        for row in order["DocumentLines"]:
            self._commit(row, -row["RemainingOpenQuantity"])
            self._note("orders_open", order, close_line(self.core, order, row))
        order["Cancelled"] = "tYES"
        order["CancelStatus"] = "csYes"
        order["CancelDate"] = day_text(self.core.today)
        order["Comments"] = why

    # -- delivery ----------------------------------------------------------------------------

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
        return self._cancel(delivery, "DeliveryNotes", DELIVERY)

    def _cancel(self, record: Record, entity_set: str, kind: int) -> Record:
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
            if kind == DELIVERY:
                self._undo_delivery_line(record, row, undone)
            else:
                self._reopen_base(row)
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

    def _undo_delivery_line(self, delivery: Record, row: Record, undone: Record) -> None:
        self._note("deliveries_open", delivery, -open_gross(delivery, row))
        about = f"cancelled_delivery:{delivery['DocEntry']}:{row['LineNum']}"
        if self._touches_stock(row):
            self._come_back(row, undone, row["InventoryQuantity"], row["WarehouseCode"], about)
        order = self.core.sets["Orders"][row["BaseEntry"]]
        base = order["DocumentLines"][row["BaseLine"]]
        self._commit(base, row["Quantity"])
        self._note("orders_open", order, reduce_line(self.core, order, base, -row["Quantity"]))

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

    def _reopen_base(self, row: Record) -> None:
        if row["BaseType"] == DELIVERY:
            delivery = self.core.sets["DeliveryNotes"][row["BaseEntry"]]
            base = delivery["DocumentLines"][row["BaseLine"]]
            change = reduce_line(self.core, delivery, base, -row["Quantity"])
            self._note("deliveries_open", delivery, change)

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

    # -- invoice, credit note ----------------------------------------------------------------

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
        mirror = self._cancel(invoice, "Invoices", INVOICE)
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

    # -- down payments -----------------------------------------------------------------------

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
