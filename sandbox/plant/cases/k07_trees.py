"""K7-K9: kits and phantoms, trees per hundred with an addition, lot sizes."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.books.documents import Line
from sandbox.plant.books.making import Issue
from sandbox.plant.cases.steps import deal, made, one_stage, part, trade
from sandbox.plant.master import Customer, Item, Stage, Tree, TreeLine, WorkCentre
from sandbox.plant.plant import Plant


def _kit(code: str, name: str, tree_type: str) -> Item:
    return Item(code, name, "kit", price=50.0, stocked=False, tree_type=tree_type, family="K7")


ITEMS = (
    _kit("K7-KIT-S", "Kit de venta K7", "iSalesTree"),
    _kit("K7-KIT-A", "Kit de montaje K7", "iAssemblyTree"),
    _kit("K7-KIT-T", "Plantilla K7", "iTemplateTree"),
    trade("K7-A", "Brida K7", price=15.0, cost=8.0, opening=500.0),
    trade("K7-B", "Tornillería K7", price=5.0, cost=2.0, opening=500.0),
    made("K7-FIN", "Grupo K7"),
    made("K7-PH", "Subconjunto fantasma K7", phantom=True, price=0.0, in_crm=False),
    part("K7-C", "Chapa K7"),
    part("K7-D", "Pletina K7"),
    made("K8-MIX", "Compuesto K8", unit="KG", price=9.0, cost=5.1),
    part("K8-RES", "Resina base K8", unit="KG", opening=20_000.0),
    trade("K8-BY", "Recorte recuperable K8", unit="KG", cost=0.2, price=0.5),
    made("K9-LOT", "Conector K9", min_qty=100.0, multiple=50.0, price=30.0, cost=15.0),
    part("K9-IN", "Inserto K9"),
)
TREES = (
    Tree("K7-KIT-S", (TreeLine("K7-A", 2.0), TreeLine("K7-B", 1.0)), tree_type="iSalesTree"),
    Tree("K7-KIT-A", (TreeLine("K7-A", 2.0), TreeLine("K7-B", 1.0)), tree_type="iAssemblyTree"),
    Tree("K7-KIT-T", (TreeLine("K7-A", 1.0), TreeLine("K7-B", 4.0)), tree_type="iTemplateTree"),
    Tree("K7-PH", (TreeLine("K7-C", 3.0),)),
    Tree(
        "K7-FIN",
        (
            TreeLine("K7-PH", 2.0),
            TreeLine("K7-D", 1.0),
            TreeLine("K7-WC", 0.2, is_work_centre=True),
        ),
        (Stage(1, "Montaje"),),
    ),
    Tree(
        "K8-MIX",
        (
            TreeLine("K8-RES", 250.0, additional=5.0),
            TreeLine("K8-BY", -4.0),
            TreeLine("K8-WC", 2.0, additional=1.0, is_work_centre=True),
        ),
        (Stage(1, "Mezcla"),),
        quantity=100.0,
    ),
    one_stage("K9-LOT", "K9-IN", "K9-WC", 0.08),
)
WORK_CENTRES = (
    WorkCentre("K7-WC", "Centro K7"),
    WorkCentre("K8-WC", "Mezcladora K8"),
    WorkCentre("K9-WC", "Centro K9"),
)
CUSTOMERS = (
    Customer("CK07", "K7 Kits Rioja S.L."),
    Customer("CK08", "K8 Mezclas Sagunto S.L."),
    Customer("CK09", "K9 Conectores Lugo S.L."),
)


def arrange(plant: Plant) -> None:
    """Kits, mixtures and lot sizes."""
    plant.on(date(2025, 8, 13), _kits)
    plant.on_each(
        [
            (date(2025, 5, 5) + timedelta(days=14 * number), rejected)
            for number, rejected in enumerate((10.0, 20.0, 30.0))
        ],
        _mixed_before,
    )
    plant.on(date(2025, 8, 14), _mixture)
    plant.on(date(2025, 8, 14), _lot_size, 10)


def _kits(plant: Plant) -> None:
    ship = date(2025, 9, 18)
    sales_kit = plant.sales.order(
        "CK07",
        [
            Line("K7-KIT-S", 10, 50.0, ship=ship, tree_type="iSalesTree", moves_stock=False),
            Line("K7-A", 20, 0.0, ship=ship, tree_type="iIngredient"),
            Line("K7-B", 10, 0.0, ship=ship, tree_type="iIngredient"),
        ],
        ship,
    )
    for row in sales_kit["DocumentLines"][1:]:
        row["ParentLineNum"] = 0
    assembly = plant.sales.order(
        "CK07",
        [Line("K7-KIT-A", 10, 50.0, ship=ship, tree_type="iAssemblyTree", moves_stock=False)],
        ship,
    )
    template = plant.sales.order(
        "CK07", [Line("K7-A", 5, 15.0, ship=ship), Line("K7-B", 20, 5.0, ship=ship)], ship
    )
    work = plant.production.plan("K7-FIN", 10, date(2025, 9, 8), date(2025, 9, 12))
    key = deal(plant, "CK07", "K7 Deal 30 units", "K7-FIN", 30, date(2025, 9, 30))
    plant.note_case(
        "K7",
        "Kits and phantoms",
        {
            "customer": "CK07", "sales_kit_order": sales_kit["DocNum"],
            "assembly_kit_order": assembly["DocNum"], "template_order": template["DocNum"],
            "work_order": work["DocumentNumber"], "opportunity": key, "item": "K7-FIN",
        },
        "Sales kit: the children's lines count (20 A, 10 B), the parent's 10 don't. Assembly "
        "kit: only its parent is on the document, exploded 20 A and 10 B more. Template: "
        "exploded at entry, 5 A and 20 B. The phantom is exploded through: 10 K7-FIN need 60 "
        "K7-C and 10 K7-D",
        demand_a=45,
        demand_b=40,
        committed_a=25,
        committed_b=30,
        work_order_needs={"K7-C": 60, "K7-D": 10},
    )  # fmt: skip


def _mixed_before(plant: Plant, rejected: float) -> None:
    work = plant.production.plan("K8-MIX", 200.0, plant.today, plant.today + timedelta(days=3))
    plant.production.release(work)
    plant.production.issue(work, [Issue(0, 505.0), Issue(2, 5.0)])
    plant.production.complete(work, 200.0 - rejected, rejected)
    plant.production.close(work)


def _mixture(plant: Plant) -> None:
    work = plant.production.plan("K8-MIX", 500.0, date(2025, 9, 15), date(2025, 9, 19))
    undone = plant.production.plan(
        "K8-MIX", 100.0, date(2025, 9, 22), date(2025, 9, 24), kind="bopotDisassembly"
    )
    key = deal(plant, "CK08", "K8 Deal 900 kg", "K8-MIX", 900, date(2025, 10, 10))
    plant.note_case(
        "K8",
        "Arithmetic of a tree",
        {
            "item": "K8-MIX", "work_order": work["DocumentNumber"], "customer": "CK08",
            "disassembly": undone["DocumentNumber"], "opportunity": key,
        },
        "Tree per 100, line 250 kg, additional 5: 500 -> 1,255 kg. Three orders of 200 with 10, "
        "20 and 30 rejected: measured yield 540/600 = 90 %. The negative line is a by-product "
        "(20 kg come in), the disassembly reverses the signs",
        component_need=1255,
        completed=540,
        rejected=60,
        by_product_receipt=20,
    )  # fmt: skip


def _lot_size(plant: Plant) -> None:
    key = deal(plant, "CK09", "K9 Deal 130 units", "K9-LOT", 130, date(2025, 9, 22))
    plant.note_case(
        "K9",
        "Lot size",
        {"item": "K9-LOT", "opportunity": key, "customer": "CK09"},
        "none on hand, 130 wanted, minimum 100 and multiple 50: 150 are made; the 20 over are "
        "supply only when firm",
        to_make=150,
        surplus=20,
    )
