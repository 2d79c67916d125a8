"""What the plant makes and buys: 80 items in five families, their trees and eight work centres."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from sandbox.plant.chance import stream
from sandbox.plant.master import Item, Stage, Tree, TreeLine, WorkCentre

WORK_CENTRES: tuple[WorkCentre, ...] = (
    WorkCentre("WC-CUT", "Corte", rate=28.0, factor_2=1, backflush=True, breakdowns=0.02),
    WorkCentre("WC-LATHE", "Torno CNC", rate=42.0, factor_2=2, single_run=8.0, breakdowns=0.03),
    WorkCentre("WC-MILL", "Fresadora CNC", rate=45.0, factor_2=2, single_run=8.0, breakdowns=0.03),
    WorkCentre("WC-GRIND", "Rectificado", rate=40.0, breakdowns=0.02),
    WorkCentre("WC-WELD", "Soldadura", rate=34.0, breakdowns=0.01),
    WorkCentre("WC-HEAT", "Tratamiento térmico", rate=38.0, backflush=True, breakdowns=0.01),
    WorkCentre("WC-PAINT", "Pintura", rate=26.0, breakdowns=0.01),
    WorkCentre(
        "WC-ASM", "Montaje", rate=30.0, factor_2=3, single_run=8.0, kind="rtLabor", breakdowns=0.0
    ),
)

RAW = (
    ("RAW-BAR20", "Barra acero F114 Ø20", "KG", 1.95),
    ("RAW-BAR40", "Barra acero F114 Ø40", "KG", 1.85),
    ("RAW-BAR60", "Barra acero F125 Ø60", "KG", 2.10),
    ("RAW-INOX", "Barra inox AISI 316", "KG", 5.40),
    ("RAW-PLATE5", "Chapa S275 5 mm", "KG", 1.20),
    ("RAW-PLATE10", "Chapa S275 10 mm", "KG", 1.15),
    ("RAW-CAST-GG", "Fundición gris GG25", "KG", 2.60),
    ("RAW-CAST-AL", "Fundición aluminio", "KG", 4.90),
    ("RAW-BRONZE", "Casquillo bronce bruto", "KG", 9.80),
    ("RAW-TUBE", "Tubo estirado 60x5", "KG", 2.30),
    ("RAW-PAINT", "Pintura epoxi RAL 7016", "KG", 8.50),
    ("RAW-GREASE", "Grasa de montaje", "KG", 6.20),
    ("RAW-POM", "Barra POM-C", "KG", 7.10),
    ("RAW-WIRE", "Hilo de soldar", "KG", 3.80),
    ("RAW-RUBBER", "Plancha NBR", "KG", 11.0),
)
BOUGHT = (
    ("BUY-BRG6204", "Rodamiento 6204-2RS", 3.40),
    ("BUY-BRG6206", "Rodamiento 6206-2RS", 5.20),
    ("BUY-BRG6208", "Rodamiento 6208-2RS", 7.90),
    ("BUY-SEAL40", "Retén 40x62x7", 1.60),
    ("BUY-SEAL60", "Retén 60x80x8", 2.30),
    ("BUY-ORING", "Junta tórica 50x3", 0.28),
    ("BUY-BOLT8", "Tornillo M8x30 8.8", 0.09),
    ("BUY-BOLT12", "Tornillo M12x50 8.8", 0.22),
    ("BUY-NUT8", "Tuerca M8", 0.04),
    ("BUY-NUT12", "Tuerca M12", 0.08),
    ("BUY-KEY8", "Chaveta 8x7x40", 0.55),
    ("BUY-CIRCLIP", "Anillo DIN 471-40", 0.31),
    ("BUY-MOTOR1", "Motor 0,75 kW B14", 92.0),
    ("BUY-MOTOR2", "Motor 1,5 kW B14", 131.0),
    ("BUY-COUPL", "Acoplamiento elástico", 18.5),
    ("BUY-MECHSEAL", "Cierre mecánico 20 mm", 24.0),
    ("BUY-SPRING", "Muelle compresión 12x40", 0.75),
    ("BUY-PLATE-ID", "Placa de características", 0.60),
    ("BUY-BOX-S", "Caja de cartón pequeña", 0.85),
    ("BUY-BOX-L", "Caja de cartón grande", 1.90),
)
COMPONENTS = (
    # code, name, raw (code, kg), bought, operations (work centre, hours, set-up), inner component
    (
        "CMP-SHAFT-S",
        "Eje mecanizado S",
        ("RAW-BAR20", 1.2),
        (),
        (("WC-CUT", 0.02, 0.3), ("WC-LATHE", 0.06, 0.8)),
        None,
    ),
    (
        "CMP-SHAFT-M",
        "Eje mecanizado M",
        ("RAW-BAR40", 3.1),
        (),
        (("WC-CUT", 0.02, 0.3), ("WC-LATHE", 0.08, 0.8)),
        None,
    ),
    (
        "CMP-SHAFT-G",
        "Eje rectificado G",
        ("RAW-BAR60", 0.2),
        (),
        (("WC-GRIND", 0.05, 0.7),),
        "CMP-SHAFT-M",
    ),
    ("CMP-IMP-S", "Impulsor S", ("RAW-INOX", 1.4), (), (("WC-MILL", 0.09, 0.9),), None),
    ("CMP-IMP-L", "Impulsor L", ("RAW-INOX", 2.6), (), (("WC-MILL", 0.12, 0.9),), None),
    (
        "CMP-BODY-S",
        "Cuerpo de fundición S",
        ("RAW-CAST-GG", 4.2),
        (),
        (("WC-MILL", 0.10, 1.0),),
        None,
    ),
    (
        "CMP-BODY-L",
        "Cuerpo de fundición L",
        ("RAW-CAST-GG", 8.4),
        (),
        (("WC-MILL", 0.14, 1.0),),
        None,
    ),
    ("CMP-COVER", "Tapa de aluminio", ("RAW-CAST-AL", 1.1), (), (("WC-MILL", 0.05, 0.6),), None),
    (
        "CMP-GEAR-20",
        "Rueda dentada Z20",
        ("RAW-BAR60", 2.2),
        (),
        (("WC-LATHE", 0.07, 0.8), ("WC-HEAT", 0.02, 0.5)),
        None,
    ),
    (
        "CMP-GEAR-45",
        "Rueda dentada Z45",
        ("RAW-BAR60", 4.8),
        (),
        (("WC-LATHE", 0.10, 0.8), ("WC-HEAT", 0.03, 0.5)),
        None,
    ),
    ("CMP-BUSH", "Casquillo mecanizado", ("RAW-BRONZE", 0.4), (), (("WC-LATHE", 0.03, 0.5),), None),
    (
        "CMP-FRAME-S",
        "Bastidor soldado S",
        ("RAW-PLATE5", 6.0),
        (("RAW-WIRE", 0.2),),
        (("WC-CUT", 0.04, 0.3), ("WC-WELD", 0.12, 0.4)),
        None,
    ),
    (
        "CMP-FRAME-L",
        "Bastidor soldado L",
        ("RAW-PLATE10", 14.0),
        (("RAW-WIRE", 0.4),),
        (("WC-CUT", 0.06, 0.3), ("WC-WELD", 0.18, 0.4)),
        None,
    ),
    ("CMP-SEAT", "Asiento POM", ("RAW-POM", 0.3), (), (("WC-LATHE", 0.03, 0.4),), None),
    ("CMP-STEM", "Vástago de válvula", ("RAW-INOX", 0.5), (), (("WC-LATHE", 0.04, 0.5),), None),
)
FAMILIES = (
    (
        "PMP",
        "Bombas",
        "Bomba centrífuga",
        (("CMP-BODY-S", 1), ("CMP-IMP-S", 1), ("CMP-SHAFT-G", 1)),
        (("BUY-BRG6204", 2), ("BUY-MECHSEAL", 1), ("BUY-MOTOR1", 1), ("BUY-BOX-L", 1)),
        (("WC-ASM", 0.27, 0.4), ("WC-PAINT", 0.06, 0.3)),
    ),
    (
        "VLV",
        "Válvulas",
        "Válvula de bola",
        (("CMP-SEAT", 2), ("CMP-STEM", 1), ("CMP-BODY-S", 1)),
        (("BUY-ORING", 3), ("BUY-BOLT8", 4), ("BUY-BOX-S", 1)),
        (("WC-ASM", 0.13, 0.3),),
    ),
    (
        "SHF",
        "Ejes",
        "Eje de transmisión",
        (("CMP-SHAFT-M", 1),),
        (("BUY-KEY8", 2), ("BUY-CIRCLIP", 2)),
        (("WC-HEAT", 0.04, 0.6), ("WC-GRIND", 0.09, 0.7)),
    ),
    (
        "GEA",
        "Reductores",
        "Reductor coaxial",
        (("CMP-GEAR-20", 1), ("CMP-GEAR-45", 1), ("CMP-BODY-L", 1), ("CMP-COVER", 1)),
        (
            ("BUY-BRG6206", 2),
            ("BUY-BRG6208", 2),
            ("BUY-SEAL40", 2),
            ("BUY-BOLT12", 8),
            ("BUY-BOX-L", 1),
        ),
        (("WC-ASM", 0.34, 0.5), ("WC-PAINT", 0.06, 0.3)),
    ),
    (
        "BRK",
        "Soportes",
        "Soporte de bancada",
        (("CMP-FRAME-S", 1),),
        (("BUY-BOLT12", 4), ("BUY-NUT12", 4)),
        (("WC-PAINT", 0.08, 0.3),),
    ),
)
VARIANTS = 6


@dataclass(frozen=True)
class Catalogue:
    """Items, trees and work centres by code."""

    items: dict[str, Item]
    trees: dict[str, Tree]
    work_centres: dict[str, WorkCentre]


def _operations(
    operations: tuple[tuple[str, float, float], ...], factor: float
) -> tuple[list[TreeLine], tuple[Stage, ...]]:
    centres = {centre.code: centre for centre in WORK_CENTRES}
    lines = [
        TreeLine(code, round(hours * factor, 3), setup, stage, True, centres[code].backflush)
        for stage, (code, hours, setup) in enumerate(operations, start=1)
    ]
    stages = tuple(
        Stage(stage, centres[code].name, 1 if code in ("WC-PAINT", "WC-HEAT") else 0)
        for stage, (code, _, _) in enumerate(operations, start=1)
    )
    return lines, stages


def _rolled_up(items: dict[str, Item], tree: Tree, usual_lot: float) -> float:
    rates = {centre.code: centre.rate for centre in WORK_CENTRES}
    total = 0.0
    for line in tree.lines:
        rate = rates[line.code] if line.is_work_centre else items[line.code].cost
        total += (line.qty / tree.quantity + line.additional / usual_lot) * rate
    return round(total, 2)


def _bought_items(chance: random.Random) -> list[Item]:
    found: list[Item] = []
    for number, (code, name, unit, cost) in enumerate(RAW):
        low = chance.choice((1500.0, 2500.0, 4000.0))
        found.append(
            Item(
                code,
                name,
                "raw",
                cost=cost,
                unit=unit,
                lead_days=chance.choice((10, 14, 21)),
                multiple=50.0,
                supplier=f"P{1001 + number % 10}",
                by_lot=number < 8,
                opening=low * 2,
                reorder_at=low,
                reorder_to=low * 2.5,
                moving_average=code == "RAW-GREASE",
                family="Materia prima",
                in_crm=False,
            )
        )
    for number, (code, name, cost) in enumerate(BOUGHT):
        low = 150.0 if cost > 50 else 600.0 if cost > 1 else 3000.0
        found.append(
            Item(
                code,
                name,
                "bought",
                cost=cost,
                lead_days=chance.choice((7, 14, 28)),
                multiple=10.0,
                supplier=f"P{1011 + number % 14}",
                by_lot=code.startswith("BUY-BRG"),
                opening=low * 2,
                reorder_at=low,
                reorder_to=low * 2.5,
                family="Componentes comprados",
                in_crm=False,
            )
        )
    return found


def build(seed: int) -> Catalogue:
    """The catalogue for a seed: the structure is fixed, sizes and prices vary a little."""
    chance = stream(seed, "catalogue")
    items = {item.code: item for item in _bought_items(chance)}
    trees: dict[str, Tree] = {}
    for code, name, (raw, kilos), extra, operations, inner in COMPONENTS:
        ops, stages = _operations(operations, 1.0)
        lines = [TreeLine(raw, kilos), *(TreeLine(c, q) for c, q in extra)]
        if inner:
            lines.insert(0, TreeLine(inner, 1.0))
        trees[code] = Tree(code, tuple(lines + ops), stages)
        items[code] = Item(
            code,
            name,
            "component",
            made=True,
            lead_days=10,
            min_qty=150.0,
            multiple=50.0,
            cost=_rolled_up(items, trees[code], 200),
            opening=250.0,
            reorder_at=180.0,
            reorder_to=500.0,
            family="Semielaborados",
            in_crm=False,
            by_lot=code.startswith("CMP-BODY"),
        )
    for prefix, family, name, inner_lines, bought, operations in FAMILIES:
        for variant in range(1, VARIANTS + 1):
            code = f"{prefix}-{variant}00"
            size = 0.8 + 0.1 * variant
            ops, stages = _operations(operations, size)
            lines = [TreeLine(c, float(q)) for c, q in (*inner_lines, *bought)]
            if prefix in ("PMP", "GEA", "BRK"):
                lines.append(TreeLine("RAW-PAINT", round(0.15 * size, 3), stage=len(operations)))
            trees[code] = Tree(code, tuple(lines + ops), stages)
            cost = _rolled_up(items, trees[code], 80)
            margin = chance.uniform(1.32, 1.75)
            items[code] = Item(
                code,
                f"{name} {prefix}{variant}00",
                "finished",
                made=True,
                price=float(round(cost * margin * 2) / 2),
                cost=cost,
                lead_days=chance.choice((15, 20, 25)),
                min_qty=chance.choice((40.0, 50.0, 80.0)),
                multiple=10.0,
                by_lot=True,
                opening=float(chance.choice((0, 20, 40))),
                family=family,
            )
    return Catalogue(items, trees, {centre.code: centre for centre in WORK_CENTRES})


def with_cases(
    catalogue: Catalogue,
    items: tuple[Item, ...],
    trees: tuple[Tree, ...],
    work_centres: tuple[WorkCentre, ...],
) -> Catalogue:
    """The catalogue with the records of the named cases added."""
    return replace(
        catalogue,
        items={**catalogue.items, **{item.code: item for item in items}},
        trees={**catalogue.trees, **{tree.parent: tree for tree in trees}},
        work_centres={**catalogue.work_centres, **{wc.code: wc for wc in work_centres}},
    )
