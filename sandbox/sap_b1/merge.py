"""How a PATCH meets what is there: properties replace, rows of sub-collections merge by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.sap_b1.schema import Schema, Structure
from sandbox.sap_b1.values import Body

# The properties that tell the rows of a sub-collection apart, and whether the last of them is a
# running number that a new row is given. From the names in $metadata; which property the real
# server matches by is documented for BPAddresses and DocumentLines only, so the rest are guesses.
ROW_KEYS: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "DocumentLine": (("LineNum",), True),
    "BPAddress": (("RowNum",), True),
    "ContactEmployee": (("InternalCode",), True),
    "ItemWarehouseInfo": (("WarehouseCode",), False),
    "ItemPrice": (("PriceList",), False),
    "ProductionOrderLine": (("LineNumber",), True),
    "ProductionOrdersStage": (("StageID",), True),
    "ProductTreeLine": (("ChildNum",), True),
    "ProductTreeStage": (("StageID",), True),
    "BatchNumber": (("BatchNumberProperty",), False),
    "PaymentInvoice": (("LineNum",), True),
    "JournalEntryLine": (("Line_ID",), True),
    "DocumentInstallment": (("InstallmentId",), True),
    "StockTransferLine": (("LineNum",), True),
    "ResourceDailyCapacity": (("Weekday",), False),
    "ResourceWarehouse": (("Warehouse",), False),
    "SalesForecastLine": (("ItemNo", "ForecastedDay"), False),
    "UoMGroupDefinition": (("AlternateUoM",), False),
    "HolidayDate": (("StartDate",), False),
    "ValidValueMD": (("Value",), False),
}


# Properties that only the server moves: assigned in a request, they are ignored silently. [M 3.5.3]
# Which ones they are is read off from what the rules here compute.
READ_ONLY: Mapping[str, frozenset[str]] = {
    "Item": frozenset(
        ("QuantityOnStock", "QuantityOrderedByCustomers", "QuantityOrderedFromVendors")
    ),
    "ItemWarehouseInfo": frozenset(("InStock", "Committed", "Ordered")),
    "BusinessPartner": frozenset(
        (
            "CurrentAccountBalance",
            "OpenOrdersBalance",
            "OpenDeliveryNotesBalance",
            "OpenChecksBalance",
        )
    ),
    "Document": frozenset(
        (
            "DocNum",
            "DocObjectCode",
            "DocTotal",
            "DocTotalFc",
            "DocTotalSys",
            "VatSum",
            "VatSumFc",
            "PaidToDate",
            "PaidToDateFC",
            "DocumentStatus",
            "Cancelled",
            "CancelStatus",
            "CancelDate",
            "ClosingDate",
            "TransNum",
        )
    ),
    "DocumentLine": frozenset(
        (
            "DocEntry",
            "RemainingOpenQuantity",
            "RemainingOpenInventoryQuantity",
            "OpenAmount",
            "OpenAmountFC",
        )
    ),
    "ProductionOrder": frozenset(("DocumentNumber", "CompletedQuantity", "RejectedQuantity")),
    "ProductionOrderLine": frozenset(("IssuedQuantity",)),
}
_STAMPS = frozenset(
    ("CreateDate", "CreateTime", "CreationDate", "UpdateDate", "UpdateTime", "DataVersion")
)


def read_only(structure: Structure) -> frozenset[str]:
    """The properties of a structure that a client cannot set on what exists."""
    return READ_ONLY.get(structure.name, frozenset()) | _STAMPS | frozenset(structure.key)


def merged(
    schema: Schema,
    structure: Structure,
    before: Mapping[str, Any],
    incoming: Mapping[str, Any],
    is_replacing: bool,
) -> Body:
    """`before` with `incoming` laid over it.

    Rows whose key is present are updated, others are added; rows that are not mentioned stay,
    unless `is_replacing` (B1S-ReplaceCollectionsOnPatch). Keys and computed properties stay.
    """
    after, kept = dict(before), read_only(structure)
    for name, value in incoming.items():
        prop = structure.properties.get(name)
        if name in kept:
            continue
        if prop is None or prop.kind != "complex" or value is None:
            after[name] = value
        elif prop.is_collection:
            row = schema.structure_of(prop)
            after[name] = _rows(schema, row, before.get(name) or [], value, is_replacing)
        else:
            inner = schema.structure_of(prop)
            after[name] = merged(schema, inner, before.get(name) or {}, value, is_replacing)
    return after


def _rows(
    schema: Schema,
    structure: Structure,
    before: list[Body],
    incoming: list[Body],
    is_replacing: bool,
) -> list[Body]:
    names, is_numbered = ROW_KEYS.get(structure.name, ((), False))
    if not names:
        return [*([] if is_replacing else before), *incoming]
    rows = {_row_key(row, names): row for row in before}
    mentioned: dict[tuple[Any, ...], None] = {}
    for row in incoming:
        key = _row_key(row, names)
        if is_numbered and row.get(names[-1]) is None:
            row = {**row, names[-1]: next_row_number(rows.values(), names[-1])}
            key = _row_key(row, names)
        found = rows.get(key)
        rows[key] = row if found is None else merged(schema, structure, found, row, is_replacing)
        mentioned[key] = None
    return [row for key, row in rows.items() if not is_replacing or key in mentioned]


def next_row_number(rows: Any, name: str) -> int:
    """One more than the greatest row number there; 0 for the first row."""
    return max((int(row[name]) for row in rows if row.get(name) is not None), default=-1) + 1


def _row_key(row: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)
