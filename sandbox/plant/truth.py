"""What the plant knows of itself, from its own log of effects: for checks alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.plant.money import cents, tidy
from sandbox.plant.plant import Plant


def truth_files(plant: Plant) -> dict[str, Any]:
    """All truth files by name."""
    return {
        "cases": {
            key: {"title": case.title, **case.found, "expect": case.expect, "figures": case.figures}
            for key, case in sorted(plant.cases.items())
        },
        "exposure": _exposure(plant),
        "stock": _stock(plant),
        "opening_stock": _opening(plant),
        "policies": _policies(plant),
        "order_lines": plant.core.memory.told_lines(),
        "confirmations": plant.core.memory.told_confirmations(),
        "work_orders": [
            {
                "work_order": entry,
                "item": plant.core.sets["ProductionOrders"][entry]["ItemNo"],
                "material_cost": cents(cost.material),
                "hours_cost": cents(cost.hours),
                "received": tidy(cost.received),
            }
            for entry, cost in sorted(plant.production.costs.items())
        ],
        "lots": [
            {
                "item": lot.item,
                "number": lot.number,
                "name": lot.name,
                "source": lot.source,
                "supplier_lot": lot.supplier_lot,
                "unit_cost": lot.cost,
            }
            for lot in plant.core.stock.lots.values()
        ],
        **plant.notes,
    }


def told_effects(plant: Plant) -> Iterator[dict[str, Any]]:
    """Every effect in the order in which it happened: on whom, how much, by what."""
    for event in plant.core.log.events:
        yield {
            "day": event.day.isoformat(),
            "kind": event.kind,
            "key": event.key,
            "amount": tidy(event.amount),
            "about": event.about,
        }


def _exposure(plant: Plant) -> dict[str, dict[str, float | None]]:
    totals = {
        kind: plant.core.log.totals(kind)
        for kind in ("account", "deliveries_open", "orders_open", "cheques", "bills")
    }
    return {
        customer.code: {
            "limit": customer.limit,
            **{kind: cents(sums.get((customer.code,), 0.0)) for kind, sums in totals.items()},
        }
        for customer in plant.core.masters.customers.values()
    }


def _stock(plant: Plant) -> list[dict[str, Any]]:
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for kind in ("stock", "committed", "ordered"):
        for key, amount in plant.core.log.totals(kind).items():
            row = sums.setdefault((key[0], key[1]), {})
            row[kind] = row.get(kind, 0.0) + amount
    return [
        {
            "item": item,
            "warehouse": whs,
            **{k: tidy(row.get(k, 0.0)) for k in ("stock", "committed", "ordered")},
        }
        for (item, whs), row in sorted(sums.items())
    ]


def _opening(plant: Plant) -> list[dict[str, Any]]:
    return [
        {"item": e.key[0], "warehouse": e.key[1], "lot": e.key[2], "qty": e.amount}
        for e in plant.core.log.events
        if e.kind == "stock" and e.about.startswith("opening")
    ]


def _policies(plant: Plant) -> dict[str, Any]:
    return {
        "transit_days": {c.code: c.transit_days for c in plant.core.masters.customers.values()},
        "seconds_per_unit_of_work_centre": {
            w.code: w.seconds_per_unit for w in plant.core.masters.work_centres.values()
        },
    }
