"""What was made really cost and what was sold really earned, as the plant itself reckoned it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tests.truth.comparing import Number, Table
from tests.truth.records import Records, amount, day

CENT = Decimal("0.01")


def work_orders(records: Records) -> Table:
    """Good and rejected pieces of every work order, and its work centres at the rates paid."""
    costs = {row["work_order"]: row for row in records.truth("work_orders")}
    found: Table = {}
    for order in records.sap("ProductionOrders"):
        if (day(order["PostingDate"]) or records.as_of) > records.as_of:
            continue
        entry = order["AbsoluteEntry"]
        cost = costs.get(entry, {})
        found[f"WO-{entry}",] = (
            amount(order["CompletedQuantity"]),
            amount(order["RejectedQuantity"]),
            amount(cost.get("hours_cost")),
        )
    return found


def material(records: Records) -> Table:
    """Real material of each work order that took everything from lots that some paper prices.

    Opening stock stands in no paper, and what is kept without lots has no cost of its own: there
    the plant reckons with its moving average and the marts with K30's average or the paper's.
    """
    from_opening = {
        (lot["item"], str(lot["number"]))
        for lot in records.truth("lots")
        if lot["source"] == "opening"
    }
    unpriced = {
        int(effect.about.split(":")[1])
        for effect in records.effects
        if effect.kind == "stock" and effect.about.startswith("issue:")
        if not effect.key[2] or (effect.key[0], effect.key[2]) in from_opening
    }
    return {
        (f"WO-{row['work_order']}",): (amount(row["material_cost"]),)
        for row in records.truth("work_orders")
        if row["work_order"] not in unpriced
    }


def invoiced(records: Records) -> Table:
    """What each invoice line billed, what credit notes took back, and the rest, without tax."""
    credited: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for note in records.live("CreditNotes"):
        for line in note["DocumentLines"]:
            if line["BaseType"] == 13:
                credited[line["BaseEntry"], line["BaseLine"]] += amount(line["LineTotal"])
    found: Table = {}
    for invoice in records.live("Invoices"):
        for line in invoice["DocumentLines"]:
            key = (invoice["DocEntry"], line["LineNum"])
            billed = amount(line["LineTotal"])
            found[f"IN-{key[0]}-{key[1]}",] = (billed, credited[key], billed - credited[key])
    return found


NUMBERS = (
    Number(
        "pieces and work centre cost per work order",
        work_orders,
        "select work_order_id, completed_qty, rejected_qty, work_centre_amount"
        " from marts.fct_work_order",
        ("good", "rejected", "work centres"),
        within=CENT,
    ),
    Number(
        "material per work order, from lots",
        material,
        "select work_order_id, material_amount + subcontract_amount from marts.fct_work_order",
        ("material",),
        within=Decimal("0.02"),
        is_part=True,
    ),
    Number(
        "invoiced, credited, net per invoice line",
        invoiced,
        "select invoice_line_id, invoiced_amount, credited_amount, net_amount"
        " from marts.fct_real_margin",
        ("invoiced", "credited", "net"),
    ),
)
