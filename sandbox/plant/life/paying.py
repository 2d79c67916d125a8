"""The payers: each pays by its own habit, by transfer, post-dated cheque or bill."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.books.cash import Applied
from sandbox.plant.books.core import BANK, BILLS, JournalLine, Record
from sandbox.plant.chance import stream
from sandbox.plant.money import cents
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF, on_or_after

DISPUTED = 0.008  # share of invoices that nobody pays
UNEXPLAINED = 0.03  # share of transfers that don't say what they pay


class Payers:
    """Decides when each invoice is paid, and how."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.chance = stream(plant.seed, "paying")

    def expect(self, invoice: Record) -> None:
        """An invoice has gone out: put its payment into the agenda."""
        plant, chance = self.plant, self.chance
        payer = plant.sales.customer(invoice["FatherCard"] or invoice["CardCode"])
        due = date.fromisoformat(invoice["DocDueDate"][:10])
        late = round(chance.gauss(payer.habit.late_mean, payer.habit.late_spread))
        disputed = chance.random() < DISPUTED
        if payer.habit.means == "bill":
            day = on_or_after(plant.today + timedelta(days=10))
        else:
            day = on_or_after(max(due + timedelta(days=late), plant.today + timedelta(days=1)))
        if day < AS_OF and not disputed:
            hour, minute = chance.randint(9, 12), chance.randint(0, 59)
            plant.on(day, lambda _: self._pay(invoice, payer.code, due), hour, minute)

    def _pay(self, invoice: Record, payer: str, due: date) -> None:
        plant = self.plant
        amount = cents(invoice["DocTotal"] - invoice["PaidToDate"])
        if amount <= 0:
            return
        means = plant.sales.customer(payer).habit.means
        falls_due = {
            "transfer": plant.today,
            "cheque": plant.today + timedelta(days=45),
            "bill": max(due, plant.today + timedelta(days=5)),
        }[means]
        if means == "transfer" and self.chance.random() < UNEXPLAINED:
            self._pay_unexplained(invoice, payer, amount)
            return
        payment = plant.cash.receive(payer, [Applied(invoice, amount)], means, 0.0, falls_due)
        if means == "bill" and falls_due < AS_OF:
            plant.on(falls_due, lambda _: self._collect_bill(payment), 13)

    def _pay_unexplained(self, invoice: Record, payer: str, amount: float) -> None:
        """Money without a word what it is for: on account, and matched by hand weeks later."""
        plant = self.plant
        payment = plant.cash.receive(payer, [], on_account=amount)
        day = on_or_after(plant.today + timedelta(days=self.chance.randint(7, 40)))
        if day < AS_OF:
            plant.on(day, lambda _: self._match(payment, invoice, amount), 17)

    def _match(self, payment: Record, invoice: Record, amount: float) -> None:
        still_open = cents(invoice["DocTotal"] - invoice["PaidToDate"])
        self.plant.cash.match_on_account(payment, invoice, min(amount, still_open))

    def _collect_bill(self, payment: Record) -> None:
        amount = payment["BillOfExchangeAmount"]
        payment["BillofExchangeStatus"] = "boes_Paid"
        core = self.plant.core
        entry = payment["DocEntry"]
        core.post(
            "ttBoETransaction",
            entry,
            payment["DocNum"],
            f"Cobro de pagaré {payment['DocNum']}",
            [JournalLine(BANK, debit=amount), JournalLine(BILLS, credit=amount)],
        )
        core.log.add(core.today, "bills", (payment["CardCode"],), -amount, f"collected:{entry}")
        self.plant.cash.note_bill_paid(payment)

    def deposit(self, plant: Plant) -> None:
        """Cheques that fall due go to the bank."""
        plant.cash.deposit_due_cheques()

    def settle_opening(self, transaction: int, balances: list[tuple[str, float, date]]) -> None:
        """The open balances of before the history are paid in its first months."""
        self.plant.on_each(
            [
                (
                    on_or_after(due + timedelta(days=max(0, round(self.chance.gauss(6, 5))))),
                    (code, Applied(None, amount, "30", 1, transaction, row)),
                )
                for row, (code, amount, due) in enumerate(balances)
            ],
            lambda plant, owed: plant.cash.receive(owed[0], [owed[1]]),
            12,
        )
