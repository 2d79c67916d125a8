"""K13-K17: cycles, stages, committed rows, the single run, and what lies beyond the horizon."""

from __future__ import annotations

from datetime import date

from sandbox.plant.cases.steps import deal, made, one_stage, part
from sandbox.plant.master import Customer, Item, Stage, Tree, TreeLine, WorkCentre
from sandbox.plant.plant import Plant

ITEMS = (
    made("K13-STAMP", "Pieza estampada K13", price=30.0, cost=14.0),
    part("K13-BLANK", "Formato K13"),
    made("K14-UNIT", "Unidad hidráulica K14", price=220.0, cost=120.0),
    part("K14-BODY", "Cuerpo K14"),
    Item("K14-GALV", "Galvanizado exterior K14", "service", cost=6.0, stocked=False, lead_days=5,
         supplier="P1025", family="K14", in_crm=False),
    made("K15-ITEM", "Casquillo K15", price=20.0, cost=9.0),
    part("K15-RAW", "Tubo K15"),
    made("K16-STAMP", "Pieza estampada K16", price=30.0, cost=14.0),
    part("K16-BLANK", "Formato K16"),
    made("K17-LONG", "Bancada K17", price=90.0, cost=50.0),
    part("K17-RAW", "Viga K17"),
)  # fmt: skip
TREES = (
    one_stage("K13-STAMP", "K13-BLANK", "K13-PRESS", 1.0),
    Tree(
        "K14-UNIT",
        (
            TreeLine("K14-BODY", 1.0),
            TreeLine("K14-MAC", 0.4, is_work_centre=True),
            TreeLine("K14-MAN", 0.2, is_work_centre=True),
            TreeLine("K14-GALV", 1.0, stage=2),
            TreeLine("K14-FIN", 0.08, stage=2, is_work_centre=True),
        ),
        (Stage(1, "Mecanizado", 2), Stage(2, "Galvanizado y acabado")),
    ),
    one_stage("K15-ITEM", "K15-RAW", "K15-WC", 0.1),
    one_stage("K16-STAMP", "K16-BLANK", "K16-PRESS", 1.0),
    one_stage("K17-LONG", "K17-RAW", "K17-WC", 1.0),
)
WORK_CENTRES = (
    WorkCentre("K13-PRESS", "Prensas K13", 32.0, 2.0, 0.0, "ciclo", 900, 12.0),
    WorkCentre("K14-MAC", "Mandrinadora K14", rate=45.0),
    WorkCentre("K14-MAN", "Operario K14", rate=25.0, kind="rtLabor"),
    WorkCentre("K14-FIN", "Acabado K14", rate=30.0),
    WorkCentre("K15-WC", "Centro K15"),
    WorkCentre("K16-PRESS", "Prensas K16", 32.0, 2.0, 32.0, "ciclo", 900, 12.0),
    WorkCentre("K17-WC", "Centro K17", horizon_days=20),
)
CUSTOMERS = (Customer("CK13", "K13 Estampaciones Álava S.A.", limit=300_000.0),)


def arrange(plant: Plant) -> None:
    """One deal for each, asked two weeks before the as-of day."""
    plant.on(date(2025, 8, 20), _deals, 12)
    plant.on(date(2025, 8, 29), _release_six_hours)


def _deals(plant: Plant) -> None:
    wanted = date(2025, 9, 30)

    def ask(number: int, item: str, qty: float) -> dict[str, str]:
        key = deal(plant, "CK13", f"K{number} Deal {qty:g} units", item, qty, wanted)
        return {"opportunity": key, "item": item, "customer": "CK13"}

    plant.note_case(
        "K13",
        "The resource's own unit",
        {**ask(13, "K13-STAMP", 128), "work_centre": "K13-PRESS"},
        "32 cycles a day x 2 machines = 64; 128 pieces of one cycle = 128 cycles = 2 days (2 and 3 "
        "Sep), never 128 hours; with the customer on 4 Sep",
        per_day=64,
        load=128,
        days=2,
        earliest_date="2025-09-04",
    )
    plant.note_case(
        "K14",
        "Stages",
        {**ask(14, "K14-UNIT", 100), "work_centres": ["K14-MAC", "K14-MAN", "K14-FIN"]},
        "stage 1: machine 40 h with operator 20 h = 40 h elapsed (5 days, 2-8 Sep), loads 40 and "
        "20; then 2 waiting days; stage 2: outside galvanizing (non-stock, lead time 5 days) and "
        "8 h",
        loads={"K14-MAC": 40, "K14-MAN": 20, "K14-FIN": 8},
        stage_1_days=5,
        waiting_days=2,
        outside_days=5,
    )
    plant.note_case(
        "K16",
        "Single run",
        {**ask(16, "K16-STAMP", 160), "work_centre": "K16-PRESS"},
        "64 cycles a day in all, but one order may take 32: 160 cycles need 5 days (2-8 Sep), "
        "not 2.5; with the customer on 9 Sep",
        per_day=64,
        single_run=32,
        days=5,
        earliest_date="2025-09-09",
    )
    plant.note_case(
        "K17",
        "Horizon",
        {**ask(17, "K17-LONG", 300), "work_centre": "K17-WC"},
        "daily rows end on 2025-09-21; 300 h at 8 h = 38 working days from 2 Sep: ends Thu 23 "
        "Oct, on weekday factors marked as assumed; with the customer on 24 Oct",
        horizon="2025-09-21",
        days=38,
        earliest_date="2025-10-24",
        assumed=True,
    )


def _release_six_hours(plant: Plant) -> None:
    day = date(2025, 9, 2)
    work = plant.production.plan("K15-ITEM", 60, day, day)
    plant.production.release(work)
    plant.note_case(
        "K15",
        "Committed rows",
        {"item": "K15-ITEM", "work_centre": "K15-WC", "work_order": work["DocumentNumber"]},
        "Internal 8, the released order takes 6 h on 2 Sep and stands in a Committed row of 6: "
        "free is 2; subtracting both would give -4",
        internal=8,
        committed=6,
        free=2,
        day=day.isoformat(),
    )
