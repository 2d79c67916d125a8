"""The order books: quotation, sales order, and the draft of one that awaits approval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sandbox.plant.books.core import Record, day_text
from sandbox.plant.books.documents import Line, close_line, open_gross, reduce_line, write
from sandbox.plant.books.sales_core import QUOTATION, SalesCore
from sandbox.plant.master import Customer
from sandbox.plant.memory import Confirmation, LineStory
from sandbox.plant.money import cents


class OrderBooks(SalesCore):
    """What is offered, ordered, moved, closed short and cancelled."""

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
