"""Steps that several cases take: a small tree, a deal of one line, an instant purchase."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.plant.books.buying import Receipt
from sandbox.plant.books.core import Record
from sandbox.plant.books.documents import Line
from sandbox.plant.crm import DealLine
from sandbox.plant.master import Customer, Item, Stage, Tree, TreeLine
from sandbox.plant.plant import Plant
from sandbox.plant.working_days import AS_OF

SUPPLIER = "P1010"


def trade(code: str, name: str, **changes: object) -> Item:
    """An item that is bought and sold."""
    fields: dict[str, object] = {
        "price": 100.0,
        "cost": 60.0,
        "lead_days": 30,
        "supplier": SUPPLIER,
        "family": code.split("-")[0],
    }
    fields.update(changes)
    return Item(code, name, "trade", **fields)  # type: ignore[arg-type]


def made(code: str, name: str, **changes: object) -> Item:
    """An item that is made."""
    fields: dict[str, object] = {
        "price": 100.0,
        "cost": 60.0,
        "made": True,
        "family": code.split("-")[0],
    }
    fields.update(changes)
    return Item(code, name, "finished", **fields)  # type: ignore[arg-type]


def part(code: str, name: str, opening: float = 5000.0, **changes: object) -> Item:
    """A bought component, plentifully in stock, not sold."""
    fields: dict[str, object] = {
        "cost": 2.0,
        "lead_days": 20,
        "supplier": SUPPLIER,
        "opening": opening,
        "family": code.split("-")[0],
        "in_crm": False,
    }
    fields.update(changes)
    return Item(code, name, "bought", **fields)  # type: ignore[arg-type]


def one_stage(
    parent: str, component: str, centre: str, load: float, qty: float = 1.0, backflush: bool = False
) -> Tree:
    """A tree of one component and one operation."""
    return Tree(
        parent,
        (
            TreeLine(component, qty),
            TreeLine(centre, load, is_work_centre=True, backflush=backflush),
        ),
        (Stage(1, "Operación"),),
    )


def customer_of(plant: Plant, code: str) -> Customer:
    """The customer of a code."""
    return plant.core.masters.customers[code]


def deal(
    plant: Plant,
    code: str,
    name: str,
    item: str,
    qty: float,
    wanted: date | None,
    stage: str = "Qualification",
    price: float | None = None,
    closes: date | None = None,
) -> str:
    """An opportunity of one line, at list price unless told."""
    line = DealLine(
        item, qty, plant.core.masters.items[item].price if price is None else price, wanted
    )
    return plant.crm.open_deal(
        customer_of(plant, code), name, [line], closes or AS_OF + timedelta(days=14), stage
    )


def order(
    plant: Plant,
    code: str,
    item: str,
    qty: float,
    ship: date,
    price: float | None = None,
    deal_key: str | None = None,
    base: tuple[int, int, int] | None = None,
    warehouse: str = "01",
) -> Record:
    """A sales order of one line, at list price unless told."""
    line = Line(
        item,
        qty,
        plant.core.masters.items[item].price if price is None else price,
        ship=ship,
        requested=ship,
        base=base,
        warehouse=warehouse,
    )
    return plant.sales.order(code, [line], ship, deal_key)


def bought(
    plant: Plant,
    item: str,
    qty: float,
    price: float,
    lot: str | None = None,
    expires: date | None = None,
    status: int = 0,
    warehouse: str = "01",
    serials: tuple[str, ...] = (),
) -> Record:
    """A purchase that arrives on the day it is ordered; returns the goods receipt."""
    supplier = plant.core.masters.items[item].supplier or SUPPLIER
    purchase = plant.purchases.order(
        supplier, [Line(item, qty, price, ship=plant.today, warehouse=warehouse)], plant.today
    )
    return plant.purchases.receive([Receipt(purchase, 0, qty, lot, expires, None, status, serials)])
