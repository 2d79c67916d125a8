"""What may no longer be changed or deleted: closed documents and lines, masters in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Query, Records
from sandbox.sap_b1.rules.amounts import tidy
from sandbox.sap_b1.rules.kinds import KIND_BY_SET
from sandbox.sap_b1.values import Body

# What a line is about; a closed one keeps it.
_LINE_SUBSTANCE = ("ItemCode", "Quantity", "UnitPrice", "Price", "DiscountPercent", "WarehouseCode")
_HEADER_SUBSTANCE = ("CardCode", "DocDate", "DocCurrency", "DocRate", "DiscountPercent")


def check_still_open(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Refusal when a PATCH touches what is closed; remarks and own fields stay changeable.

    Text and code are a guess.
    """
    is_closed = before.get("DocumentStatus") == "bost_Close" or before.get("Cancelled") == "tYES"
    old = {line["LineNum"]: line for line in before.get("DocumentLines") or []}
    if is_closed and _differs(before, after, _HEADER_SUBSTANCE):
        raise messages.document_closed()
    rows: list[Body] = after.get("DocumentLines") or []
    if is_closed and old.keys() - {line.get("LineNum") for line in rows}:
        raise messages.document_closed()
    for line in rows:
        known = old.get(line.get("LineNum"))
        if known is None:
            if is_closed:
                raise messages.document_closed()
            continue
        is_line_closed = is_closed or known.get("LineStatus") == "bost_Close"
        if is_line_closed and _differs(known, line, _LINE_SUBSTANCE):
            raise messages.document_closed(int(known["LineNum"]) + 1)


def _differs(one: Mapping[str, Any], other: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return any(other.get(name) != one.get(name) for name in names)


def check_not_below_copied(before: Mapping[str, Any], line: Mapping[str, Any]) -> None:
    """Refusal when a line would hold less than was copied from it already. Text [guess]"""
    copied = float(before.get("Quantity") or 0.0) - float(
        before.get("RemainingOpenQuantity") or 0.0
    )
    if tidy(float(line.get("Quantity") or 0.0) - copied) < 0:
        number = int(before["LineNum"]) + 1
        raise messages.business(
            f"Quantity cannot be less than what was copied to other documents [line: {number}]",
            10000202,
        )


class Deleting:
    """Masters that something else names cannot be deleted."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def check(self, set_name: str, body: Body) -> None:
        """Refusal for an item with stock or documents, and a partner with any. Text [guess]"""
        if set_name == "Items":
            kept = ("QuantityOnStock", "QuantityOrderedByCustomers", "QuantityOrderedFromVendors")
            if any(tidy(float(body.get(name) or 0.0)) for name in kept) or self._is_in_lines(body):
                raise messages.in_use(f"Items('{body['ItemCode']}')")
        if set_name == "BusinessPartners" and self._has_documents(str(body["CardCode"])):
            raise messages.in_use(f"BusinessPartners('{body['CardCode']}')")

    def _is_in_lines(self, item: Body) -> bool:
        query = Query(
            "exists (select 1 from json_each(body, '$.DocumentLines') as line"
            " where json_extract(line.value, '$.ItemCode') = ?)",
            (item["ItemCode"],),
        )
        return any(self.records.keys(name, query) for name in KIND_BY_SET)

    def _has_documents(self, code: str) -> bool:
        query = Query("json_extract(body, '$.CardCode') = ?", (code,))
        names = (*KIND_BY_SET, "IncomingPayments", "VendorPayments")
        return any(self.records.keys(name, query) for name in names)
