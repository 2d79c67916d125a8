"""The second day of the demo company: what persons change in both systems, then one run, which
also asks the engine again for the orders of a past day.

A seller wants 200 pumps less and wins a deal; finance raises a limit; the order is entered, and of
K11's orders one goes into production, one is delivered and one invoiced.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo_plant import Plant

TOLD = "told.json"


@dataclass(frozen=True)
class SecondDay:
    """Both systems and the data folder after the run, and what was said on the way."""

    plant: Plant
    # What `promesa validate` said once the limit was raised and nothing had run.
    validated: str
    # Where both journals ended just before the run.
    before_the_run: dict[str, int]
    said: str
    # The number of the order that was entered for the deal won.
    order: int


def live(plant: Plant) -> None:
    """The day's changes in their order, and the run; what was said is kept beside the data."""
    cases = json.loads((plant.company / "truth" / "cases.json").read_text())
    k4, k11, k16 = cases["K4"], cases["K11"], cases["K16"]

    the_seller_wants_200_pumps_less(plant, k4["opportunity"])
    the_credit_limit_is_raised(plant, "CCRED", 100_000)
    validated = plant.promesa("validate", "--only", "BusinessPartners", "--records", "500", code=1)

    the_seller_closes_the_deal_as_won(plant, k16["opportunity"])
    with plant.erp() as erp:
        order = its_order_is_entered(
            erp, k16["opportunity"], k16["customer"], k16["item"], quantity=160
        )
        production_is_released_and_reports(erp, k11["work_orders"]["A"], good=25)
        it_is_delivered(erp, k11["orders"]["C"])
        it_is_invoiced(erp, k11["orders"]["D"])

    before_the_run = plant.journal_end()
    said = plant.promesa("run", "--send", "--replay", "1")
    told = {
        "validated": validated,
        "before_the_run": before_the_run,
        "said": said,
        "order": order,
    }
    (plant.home / TOLD).write_text(json.dumps(told))


def kept_day(plant: Plant, home: Path) -> SecondDay:
    """The day that was lived in `home`, its systems served again as `plant`."""
    return SecondDay(plant, **json.loads((home / TOLD).read_text()))


# The steps


def the_seller_wants_200_pumps_less(plant: Plant, deal: str) -> None:
    line = plant.crm().query(f"SELECT Id FROM OpportunityLineItem WHERE OpportunityId = '{deal}'")[
        "records"
    ][0]["Id"]
    plant.crm().OpportunityLineItem.update(line, {"Quantity": 800})


def the_credit_limit_is_raised(plant: Plant, customer: str, limit: float) -> None:
    with plant.erp() as erp:
        answer = erp.patch(f"BusinessPartners('{customer}')", json={"CreditLimit": limit})
        assert answer.status_code == 204, answer.text


def the_seller_closes_the_deal_as_won(plant: Plant, deal: str) -> None:
    plant.crm().Opportunity.update(deal, {"StageName": "Closed Won"})


def its_order_is_entered(erp: Any, deal: str, customer: str, item: str, quantity: float) -> int:
    return created(
        erp,
        "Orders",
        CardCode=customer,
        DocDueDate="2025-09-15",
        U_PRM_Deal=deal,
        DocumentLines=[
            {"ItemCode": item, "Quantity": quantity, "UnitPrice": 30, "ShipDate": "2025-09-15"}
        ],
    )["DocNum"]


def production_is_released_and_reports(erp: Any, work_order: int, good: float) -> None:
    order = numbered(erp, "ProductionOrders", work_order, number="DocumentNumber")
    entry = order["AbsoluteEntry"]
    answer = erp.patch(
        f"ProductionOrders({entry})", json={"ProductionOrderStatus": "boposReleased"}
    )
    assert answer.status_code == 204, answer.text
    line = {"BaseType": 202, "BaseEntry": entry, "ItemCode": order["ItemNo"], "Quantity": good}
    created(erp, "InventoryGenEntries", DocumentLines=[line])


def it_is_delivered(erp: Any, order: int) -> None:
    base = numbered(erp, "Orders", order)
    created(
        erp,
        "DeliveryNotes",
        CardCode=base["CardCode"],
        DocumentLines=[{"BaseType": 17, "BaseEntry": base["DocEntry"], "BaseLine": 0}],
    )


def it_is_invoiced(erp: Any, order: int) -> None:
    base = numbered(erp, "Orders", order)
    (delivery,) = [
        note
        for note in listed(erp, "DeliveryNotes", f"CardCode eq '{base['CardCode']}'")
        if any(line["BaseEntry"] == base["DocEntry"] for line in note["DocumentLines"])
    ]
    created(
        erp,
        "Invoices",
        CardCode=base["CardCode"],
        DocumentLines=[{"BaseType": 15, "BaseEntry": delivery["DocEntry"], "BaseLine": 0}],
    )


def created(erp: Any, entity: str, **body: Any) -> Any:
    answer = erp.post(entity, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def listed(erp: Any, entity: str, where: str) -> Any:
    return erp.get(entity, params={"$filter": where}).json()["value"]


def numbered(erp: Any, entity: str, value: int, number: str = "DocNum") -> Any:
    (found,) = listed(erp, entity, f"{number} eq {value}")
    return found
