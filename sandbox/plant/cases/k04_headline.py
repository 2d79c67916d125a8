"""K4: the headline promise, 1,000 units in 30 days and 1,026 two days later."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.crm import DealLine
from sandbox.plant.master import Customer, Item, Stage, Tree, TreeLine, WorkCentre
from sandbox.plant.plant import Case, Plant
from sandbox.plant.working_days import AS_OF

WANTED = date(2025, 10, 1)


def _product(code: str, name: str) -> Item:
    return Item(
        code, name, "finished", price=40.0, cost=22.0, made=True, opening=500.0, family="K4"
    )


def _part(code: str, name: str) -> Item:
    return Item(
        code,
        name,
        "bought",
        cost=10.0,
        lead_days=10,
        supplier="P1005",
        opening=5000.0,
        in_crm=False,
    )


def _tree(product: str, part: str, centre: str) -> Tree:
    return Tree(
        product,
        (TreeLine(part, 1.0), TreeLine(centre, 0.32, is_work_centre=True)),
        (Stage(1, "Mecanizado"),),
    )


ITEMS = (
    _product("K4-PUMP", "Bomba K4"),
    _part("K4-CAST", "Fundición de la bomba K4"),
    _product("K4-VALVE", "Válvula K4"),
    _part("K4-BODY", "Cuerpo de la válvula K4"),
)
TREES = (_tree("K4-PUMP", "K4-CAST", "K4-WC"), _tree("K4-VALVE", "K4-BODY", "K4V-WC"))
WORK_CENTRES = (
    WorkCentre("K4-WC", "Centro K4 bombas", rate=37.5),
    WorkCentre("K4V-WC", "Centro K4 válvulas", rate=37.5),
)
CUSTOMERS = (Customer("CK04", "Bombeos K4 Mediterráneo S.A.", limit=500_000.0, transit_days=2),)


def arrange(plant: Plant) -> None:
    """Two open deals, each on an item and a work centre of its own."""
    plant.on(AS_OF - timedelta(days=12), _deals, 10)


def _deals(plant: Plant) -> None:
    customer = plant.core.masters.customers["CK04"]
    for qty, item, centre, key in (
        (1000.0, "K4-PUMP", "K4-WC", "K4"),
        (1026.0, "K4-VALVE", "K4V-WC", "K4 (1,026)"),
    ):
        deal = plant.crm.open_deal(
            customer,
            f"K4 Deal {qty:,.0f} units",
            [DealLine(item, qty, 40.0, WANTED)],
            AS_OF + timedelta(days=3),
            "Negotiation/Review",
        )
        late = qty > 1000
        plant.cases[key] = Case(
            "Headline promise",
            {"opportunity": deal, "item": item, "work_centre": centre, "customer": "CK04"},
            (
                "500 from stock and 526 to make x 0.32 h = 168.32 h = 22 working days from Tue 2 "
                "Sep: last operation Wed 1 Oct, +2 days transit = 3 Oct, two days late, bound by "
                "the work centre; alone = in queue"
                if late
                else "500 from stock and 500 to make x 0.32 h = 160 h = 20 working days from Tue "
                "2 Sep: last operation Mon 29 Sep, +2 days transit = 1 Oct = day 30; alone "
                "= in queue"
            ),
            {
                "quantity": qty,
                "from_stock": 500,
                "to_make": qty - 500,
                "to_buy": 0,
                "make_ready_date": "2025-10-01" if late else "2025-09-29",
                "earliest_date": "2025-10-03" if late else "2025-10-01",
                "queue_date": "2025-10-03" if late else "2025-10-01",
                "wanted": WANTED.isoformat(),
                "days_late": 2 if late else 0,
                "transit_days": 2,
                "binding_lock": "Capacity" if late else "None",
                "binding_work_centre": centre,
            },
        )
