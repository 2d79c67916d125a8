"""What an untidy company holds: negative stock, circles, orphans, odd dates, hostile text."""

from __future__ import annotations

from datetime import date

from sandbox.plant.books.documents import Line
from sandbox.plant.cases.steps import customer_of, deal, made, order, part, trade
from sandbox.plant.crm import DealLine
from sandbox.plant.master import Customer, Tree, TreeLine
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF

FORMULA = '=HYPERLINK("http://example.invalid";"Factura")'
HOSTILE = "B12 Deal 🛠️ \u202etxet desrever\u202c עברית e\u0301 zero\u200bwidth \u0007bell"
ITEMS = (
    trade("B7-NEG", "Abrazadera B7", price=10.0, cost=5.0),
    made("B8-A", "Círculo B8 A", in_crm=True),
    made("B8-B", "Círculo B8 B", in_crm=False),
    made("B8-C", "Círculo B8 C", in_crm=False),
    made("B9-ITEM", "Pieza sin ruta B9"),
    part("B9-RAW", "Chapa B9"),
    trade("B10-PART", "Pasador B10", opening=100.0),
    trade("B17-LEAD", "Válvula antirretorno B17", lead_days=-5),
    trade("B18-PART", "Soporte B18", opening=10.0),
    trade("B19-UNIT", "Arandela B19", price=300.0, cost=0.1, crm_unit="PALLET", opening=50_000.0),
)
TREES = (
    Tree("B8-A", (TreeLine("B8-B", 1.0),)),
    Tree("B8-B", (TreeLine("B8-C", 1.0),)),
    Tree("B8-C", (TreeLine("B8-A", 1.0),)),
    Tree("B9-ITEM", (TreeLine("B9-RAW", 1.0),)),
)
CUSTOMERS = (
    Customer("CBAD", "Datos Difíciles S.L.", limit=100_000.0),
    Customer("CB21", FORMULA, limit=1_000.0),
)


def arrange(plant: Plant) -> None:
    """None of these touches an item, customer or work centre of another case."""
    plant.on(date(2025, 8, 11), _in_the_erp)
    plant.on(date(2025, 8, 20), _in_the_crm, 13)


def _in_the_erp(plant: Plant) -> None:
    plant.warehouse.correct("B7-NEG", -40, "Salida sin existencias")
    plant.note_case("B7", "Negative stock", {"item": "B7-NEG"}, "01: stock is -40", stock=-40)
    impossible = plant.sales.order("CBAD", [Line("B10-PART", 5, 100.0, ship=date.min)], date.min)
    plant.note_case(
        "B10",
        "Impossible date",
        {"order": impossible["DocNum"]},
        "due 0001-01-01: left out of OTIF, counted there",
    )
    line = Line("B18-PART", 42, 100.0, ship=date(2025, 9, 19), tax_percent=0.0)
    orphan = plant.sales.order(
        "CBAD", [line], date(2025, 9, 19), card=("C999", "Cliente desconocido")
    )
    plant.note_case(
        "B18",
        "Orphan customer",
        {"order": orphan["DocNum"], "customer": "C999"},
        "shown under unknown customer, EUR 4,200",
        amount=4_200,
    )
    plant.note_case(
        "B8", "BOM circle", {"items": ["B8-A", "B8-B", "B8-C"]}, "B8-A → B8-B → B8-C → B8-A"
    )
    plant.note_case(
        "B9", "No routing", {"item": "B9-ITEM"}, "made, but no work centre: date Unknown"
    )
    plant.note_case("B17", "Negative lead time", {"item": "B17-LEAD"}, "lead time -5 days")


def _in_the_crm(plant: Plant) -> None:
    wanted = date(2025, 9, 26)
    for key, item, qty in (
        ("B7", "B7-NEG", 10),
        ("B8", "B8-A", 10),
        ("B9", "B9-ITEM", 10),
        ("B17", "B17-LEAD", 10),
    ):
        plant.cases[key].found["opportunity"] = deal(
            plant, "CBAD", f"{key} Deal {qty} units", item, qty, wanted
        )
    pallet = deal(plant, "CBAD", "B19 Deal 2 pallets", "B19-UNIT", 2, wanted)
    plant.note_case(
        "B19", "Unit without conversion", {"opportunity": pallet, "item": "B19-UNIT"},
        "line in PALLET, stock in PCS, no factor: no promise for this line",
    )  # fmt: skip
    verbal = deal(plant, "CBAD", "B20 Deal verbal", "B10-PART", 3, wanted, "Verbal OK")
    plant.note_case(
        "B20", "Unknown stage", {"opportunity": verbal}, "Verbal OK: the org's own 60 % is used"
    )
    formula = deal(plant, "CB21", "-10 % y @SUMA(A1)", "B10-PART", 1, wanted)
    plant.note_case(
        "B21", "Formula-like text", {"opportunity": formula, "customer": "CB21"}, f"text: {FORMULA}"
    )
    hostile = plant.crm.open_deal(
        customer_of(plant, "CBAD"), HOSTILE, [DealLine("B10-PART", 2, 100.0, wanted)], AS_OF,
        "Qualification", description="línea 1\u0000\u0001 NUL y SOH\r\n#N/A NULL",
    )  # fmt: skip
    plant.note_case(
        "B12", "Emoji and control characters", {"opportunity": hostile}, "kept byte for byte in raw"
    )
    again = plant.crm.add_account(customer_of(plant, "C20005"))
    plant.note_case(
        "B14", "Key on two accounts", {"customer": "C20005", "second_account": again},
        "C20005 matches 2 accounts: nothing written to either",
    )  # fmt: skip
    order(plant, "CBAD", "B10-PART", 4, date(2025, 9, 22))
