"""The shapes of master data: items, trees, work centres, customers, suppliers and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Item:
    """An item of the ERP. Quantities in its inventory unit, money in EUR, times in days."""

    code: str
    name: str
    kind: str  # finished | component | bought | raw | trade | service | kit
    price: float = 0.0  # list price per sales unit
    cost: float = 0.0  # standard cost per inventory unit
    made: bool = False
    stocked: bool = True
    unit: str = "PCS"
    sales_unit: str | None = None
    uom_group: int = -1
    units_per_sales_unit: float = 1.0
    lead_days: int | None = None
    min_qty: float = 0.0
    multiple: float = 0.0
    supplier: str | None = None
    by_lot: bool = False
    by_serial: bool = False
    phantom: bool = False
    moving_average: bool = False
    tree_type: str = "iNotATree"
    shelf_days: int | None = None
    opening: float = 0.0  # on hand in warehouse 01 when the history starts
    reorder_at: float = 0.0
    reorder_to: float = 0.0
    family: str = "Casos"
    warehouses: tuple[str, ...] = ("01",)
    crm_unit: str | None = None  # QuantityUnitOfMeasure of its CRM product; None: the sales unit
    in_crm: bool = True


@dataclass(frozen=True)
class TreeLine:
    """One line of a bill of material: an item or a work centre, per `Tree.quantity`."""

    code: str
    qty: float
    additional: float = 0.0  # per order, whatever its size (set-up)
    stage: int = 1
    is_work_centre: bool = False
    backflush: bool = False
    price: float | None = None


@dataclass(frozen=True)
class Stage:
    """A route stage: its work centres run together; the next one waits `waiting_days` after it."""

    stage: int
    name: str
    waiting_days: int = 0


@dataclass(frozen=True)
class Tree:
    """The bill of material and the route of one item, for `quantity` of it."""

    parent: str
    lines: tuple[TreeLine, ...]
    stages: tuple[Stage, ...] = ()
    quantity: float = 1.0
    tree_type: str = "iProductionTree"


@dataclass(frozen=True)
class WorkCentre:
    """A work centre with its capacity per working day, in its own unit."""

    code: str
    name: str
    factor_1: float = 8.0
    factor_2: float = 1.0
    single_run: float = 0.0  # 0: the whole capacity may go into one order
    unit: str = "h"
    seconds_per_unit: int = 3600
    rate: float = 30.0  # EUR per unit
    kind: str = "rtMachine"
    backflush: bool = False
    kept_since: date = date(2023, 9, 1)  # the first day with a daily row of capacity
    horizon_days: int = 120  # how far past the as-of day somebody generated daily rows
    breakdowns: float = 0.0  # chance a day of losing half of it

    @property
    def per_day(self) -> float:
        """Capacity of one working day, all machines together."""
        return self.factor_1 * self.factor_2


@dataclass(frozen=True)
class Habit:
    """How a payer pays: days late (mean and spread) and by what means."""

    late_mean: float = 5.0
    late_spread: float = 5.0
    means: str = "transfer"  # transfer | cheque | bill


@dataclass(frozen=True)
class Customer:
    """A customer of the ERP with its account in the CRM."""

    code: str
    name: str
    city: str = "Valencia"
    country: str = "ES"
    tax_percent: float = 21.0
    currency: str = "EUR"
    limit: float | None = 50_000.0
    terms_group: int = 3
    terms_days: int = 60
    transit_days: int = 1
    salesperson: int = 1
    payer: str | None = None
    discount: float = 0.0
    habit: Habit = field(default_factory=Habit)
    weight: float = 0.0  # share of the random demand; 0: only what a case books
    keeps_arrival: bool = False
    invoices: str = "daily"  # daily | weekly | monthly
    language: str = "es"
    in_crm: bool = True
    crm_number: str | None = None  # AccountNumber, where it isn't the code
    crm_name: str | None = None
    since: date = date(2019, 1, 15)
    frozen: bool = False

    @property
    def vat_group(self) -> str:
        """Tax code of its documents: S21 inland, S0 exports and deliveries within the EU."""
        return "S21" if self.tax_percent else "S0"


@dataclass(frozen=True)
class Supplier:
    """A supplier with its promised lead time and how well it keeps it."""

    code: str
    name: str
    city: str
    country: str = "ES"
    lead_days: int = 14
    late_mean: float = 1.0
    late_spread: float = 2.0
    terms_days: int = 60
    tax_percent: float = 21.0


@dataclass(frozen=True)
class Person:
    """A person who sells: a user of the CRM and a sales employee of the ERP."""

    number: int
    first: str
    last: str
    title: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"
