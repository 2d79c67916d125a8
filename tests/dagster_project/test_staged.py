"""A record of the source beside its row in staging: which field differs, with both values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dagster_project.warehouse.staged import Difference, StagedField, differences, staged_objects

FIELDS = (
    StagedField("CardCode", "text", "card_code"),
    StagedField("CreditLimit", "amount", "credit_limit_amount"),
    StagedField("Valid", "flag", "is_valid"),
    StagedField("DocDueDate", "day", "due_date"),
    StagedField("Series", "whole", "series"),
    StagedField("Block", "text", "block"),
)
ROW = {
    "card_code": "C1",
    "credit_limit_amount": Decimal("40000.100000"),
    "is_valid": True,
    "due_date": date(2025, 9, 30),
    "series": 7,
    "block": None,
}
RECORD = {
    "CardCode": "C1",
    "CreditLimit": 40000.1,
    "Valid": "tYES",
    "DocDueDate": "2025-09-30T00:00:00Z",
    "Series": 7,
    "Block": None,
}


def test_the_same_record_on_both_sides_differs_nowhere():
    assert differences(FIELDS, RECORD, ROW) == []


def test_each_field_that_differs_is_named_with_both_values():
    moved = {**RECORD, "CreditLimit": 50000, "Valid": "tNO", "Block": "4-A"}
    assert differences(FIELDS, moved, ROW) == [
        Difference("CreditLimit", 50000, Decimal("40000.100000")),
        Difference("Valid", "tNO", True),
        Difference("Block", "4-A", None),
    ]


def test_every_field_that_an_order_and_a_deal_are_staged_by_is_compared():
    fields = {one.spec.name: {field.field for field in one.fields} for one in staged_objects()}
    assert {"DocEntry", "DocTotal", "CardCode", "DocDueDate"} <= fields["Orders"]
    assert {"Amount", "StageName", "CloseDate", "IsWon"} <= fields["Opportunity"]
    assert "LotQuantities" not in fields, "its key is of three fields"
