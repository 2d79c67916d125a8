"""K25 in the CRM: what the field history of one deal still tells of its first promise."""

from __future__ import annotations

from datetime import date

from sandbox.plant.cases.steps import deal, trade
from sandbox.plant.master import Customer
from sandbox.plant.plant import Plant

ITEMS = (trade("K25-HIST", "Retén K25", opening=300.0),)
CUSTOMERS = (Customer("CK25H", "K25 Historia S.L.", salesperson=2),)


def arrange(plant: Plant) -> None:
    """A seller promises a day, then another; the amount changes once, the close date once."""
    plant.on(date(2025, 7, 7), _open)


def _open(plant: Plant) -> None:
    key = deal(plant, "CK25H", "K25 Deal promised twice", "K25-HIST", 40, date(2025, 10, 1),
               closes=date(2025, 9, 12))  # fmt: skip
    plant.crm.change_tracked(key, "Promesa_Promised_Date__c", "2025-09-26")
    plant.on(date(2025, 7, 21), lambda p: _promise_later(p, key), 16, 20)
    plant.on(date(2025, 8, 5), lambda p: _sell_less(p, key), 10, 5)


def _promise_later(plant: Plant, key: str) -> None:
    plant.crm.change_tracked(key, "Promesa_Promised_Date__c", "2025-10-03")
    plant.crm.change_deal(key, closes=date(2025, 9, 19))


def _sell_less(plant: Plant, key: str) -> None:
    line = plant.crm.lines_of(key)[0]
    line["Quantity"], line["TotalPrice"] = 30.0, 3_000.0
    plant.crm.touch(line, line["LastModifiedById"])
    plant.crm.change_tracked(key, "Amount", 3_000.0)
    plant.note_case(
        "K25H",
        "First promise in the CRM",
        {"item": "K25-HIST", "customer": "CK25H", "opportunity": key},
        "promised 26 Sep on 7 July, moved to 3 Oct on 21 July (slip 7 days) by the same seller, "
        "who moved the close date from 12 to 19 Sep with it; on 5 Aug 40 became 30: 4,000 to 3,000",
        first_promise="2025-09-26",
        last_promise="2025-10-03",
        slip_days=7,
        amounts=[4000, 3000],
    )
