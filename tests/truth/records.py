"""What the plant left behind: its documents as the systems show them, and its own memory."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

Record = dict[str, Any]
MAPPINGS = Path(__file__).parents[2] / "data" / "mappings"


def amount(value: Any) -> Decimal:
    """A number as it is written: a tenth is a tenth."""
    return Decimal(str(value or 0))


def day(text: str | None) -> date | None:
    """The day of a date as either system writes it."""
    return date.fromisoformat(text[:10]) if text else None


def policy(name: str) -> str:
    """A value of the policy file."""
    with (MAPPINGS / "policy.csv").open(encoding="utf-8") as rows:
        return next(row["value"] for row in csv.DictReader(rows) if row["name"] == name)


@dataclass(frozen=True)
class Effect:
    """One thing that happened: on whom, how much, by what."""

    day: date
    kind: str
    key: tuple[str, ...]
    amount: Decimal
    about: str


class Records:
    """A company folder, read once."""

    def __init__(self, company: Path, as_of: date, seen_at: datetime) -> None:
        self.company = company
        self.as_of = as_of
        # The instant that the version answers for: what is open then is open until then.
        self.seen_at = seen_at
        self._read: dict[str, list[Record]] = {}

    def sap(self, name: str) -> list[Record]:
        """All records of an entity set of the ERP."""
        return self._lines(f"sap_b1/{name}")

    def crm(self, name: str) -> list[Record]:
        """All records of an object of the CRM that are not deleted."""
        return [r for r in self._lines(f"salesforce/{name}") if not r.get("IsDeleted")]

    def truth(self, name: str) -> Any:
        """One of the plant's own files."""
        return json.loads((self.company / "truth" / f"{name}.json").read_text("utf-8"))

    def _lines(self, name: str) -> list[Record]:
        if name not in self._read:
            path = self.company / f"{name}.jsonl"
            with path.open(encoding="utf-8") as lines:
                self._read[name] = [json.loads(line) for line in lines]
        return self._read[name]

    @cached_property
    def effects(self) -> list[Effect]:
        """Every effect up to as_of, in the order in which it happened."""
        told = (
            Effect(
                date.fromisoformat(row["day"]),
                row["kind"],
                tuple(row["key"]),
                amount(row["amount"]),
                row["about"],
            )
            for row in self._lines("truth/effects")
        )
        return [effect for effect in told if effect.day <= self.as_of]

    def sums(self, kind: str, until: date | None = None) -> dict[tuple[str, ...], Decimal]:
        """The sum of a kind of effects by key, up to the end of a day."""
        found: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
        for effect in self.effects:
            if effect.kind == kind and effect.day <= (until or self.as_of):
                found[effect.key] += effect.amount
        return {key: total for key, total in found.items() if total}

    @cached_property
    def partners(self) -> dict[str, Record]:
        """The ERP's partners by code."""
        return {record["CardCode"]: record for record in self.sap("BusinessPartners")}

    @cached_property
    def items(self) -> dict[str, Record]:
        """The ERP's items by code."""
        return {record["ItemCode"]: record for record in self.sap("Items")}

    @cached_property
    def customers(self) -> set[str]:
        """Codes of the customers."""
        return {code for code, r in self.partners.items() if r["CardType"] == "cCustomer"}

    def payer(self, code: str) -> str:
        """The partner whose limit counts (K21): the father where payments are summed there."""
        partner = self.partners.get(code, {})
        if partner.get("FatherCard") and partner.get("FatherType") == "cPayments_sum":
            return str(partner["FatherCard"])
        return code

    def live(self, name: str) -> Iterator[Record]:
        """Documents of a set that stand at as_of: neither cancelled nor a cancellation (K27)."""
        for record in self.sap(name):
            posted, gone = day(record["DocDate"]), day(record.get("CancelDate"))
            if posted is None or posted > self.as_of or record["CancelStatus"] == "csCancellation":
                continue
            if record["CancelStatus"] == "csYes" and (gone is None or gone <= self.as_of):
                continue
            yield record

    def rate(self, currency: str, on: date) -> Decimal | None:
        """The last rate up to a day, if there is one."""
        if currency in ("EUR", "", None):
            return Decimal(1)
        known = [
            (row["Date"][:10], amount(row["Rate"]))
            for row in self.sap("CurrencyRates")
            if row["Currency"] == currency and row["Date"][:10] <= on.isoformat()
        ]
        return max(known)[1] if known else None


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum, 0 of nothing."""
    return sum(values, Decimal(0))
