"""Codes that the warehouse speaks in, and the interface's word for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboards.locales.words import text

CODE_WORDS: Final[Mapping[str, str]] = {
    # verdict and locks
    "Go": "Go",
    "Check": "Check",
    "Stop": "Stop",
    "Unknown": "Unknown",
    "None": "None",
    "Date": "Date",
    "Material": "Material",
    "Capacity": "Capacity",
    "Margin": "Margin",
    "Credit": "Credit",
    "Hold": "Hold",
    "Data": "Data",
    # credit
    "Near": "Near the limit",
    "Over": "Over the limit",
    "Blocked": "Blocked",
    "within": "Within the limit",
    "over": "Over the limit",
    "no limit": "No limit",
    "level:None": "Within the limit",
    # delivery
    "target:requested": "Requested date",
    "target:first": "First promise",
    "target:last": "Last promise",
    "event:delivery": "Arrival",
    "event:departure": "Departure",
    "basis:invoiced": "Invoiced",
    "basis:ordered": "Ordered",
    "basis:delivered": "Delivered",
    # terms of a promise
    "mode:alone": "Alone",
    "mode:queue": "In queue",
    "queue": "Waiting for capacity",
    "material_wait": "Waiting for material",
    "run": "Working",
    "waiting": "Waiting between operations",
    "non_working": "Days off",
    "post_operation": "After the last operation",
    "transit": "Transport",
    "capacity": "Work centre",
    "material": "Material",
    "calendar": "Calendar",
    "lead_time": "Lead time",
    # ways to serve a deal
    "all_later": "All later",
    "part_now": "Part now, the rest later",
    "overtime": "All with overtime",
    # ageing and documents
    "current": "Not due",
    "1-30": "1–30 days",
    "31-60": "31–60 days",
    "61-90": "61–90 days",
    "90+": "Over 90 days",
    "unapplied": "Not applied",
    "invoice": "Invoice",
    "credit_note": "Credit note",
    "payment": "Payment on account",
    "down_payment": "Down payment",
    "journal_entry": "Journal entry",
    # exposure
    "receivable": "Receivables",
    "cheque": "Cheque",
    "bill": "Bill",
    "delivered_not_invoiced": "Delivered, not invoiced",
    "open_order": "Open orders",
    "down_payment_on_order": "Down payment set off",
    "down_payment_on_delivery": "Down payment set off",
    "draft_order": "Drafts awaiting approval",
    "unlinked_won_deal": "Won deals without an order",
    # severity and areas
    "stop": "Answer withheld",
    "warn": "Answer limited",
    "note": "Note",
    "customer": "Customer",
    "promise": "Promise",
    "materials": "Materials",
    "area:capacity": "Capacity",
    "margin": "Margin",
    "credit": "Credit",
    "pipeline": "Pipeline",
    "lots": "Lots",
    # bridge
    "quoted": "Quoted margin",
    "price": "Price",
    "volume": "Volume",
    "purchase_price": "Purchase prices",
    "usage": "Usage",
    "labour_rate": "Labour rate",
    "efficiency": "Efficiency",
    "standard": "Standard cost",
    "rebate": "Rebates",
    "freight": "Freight",
    "step:credit": "Cost of credit",
    "real": "Real margin",
    # stock
    "not_nettable": "Not for promises",
    "drop_ship": "Drop shipment",
    "inactive": "Inactive warehouse",
    "unknown_warehouse": "Unknown warehouse",
    "class:raw": "Raw material",
    "class:finished": "Finished",
    # requirements
    "scenario:firm": "Firm",
    "scenario:weighted": "With the weighted pipeline",
    "scenario:full": "With every open deal",
    "lead:measured": "Measured",
    "lead:item": "Item record",
    "lead:none": "Not known",
    # mapping
    "mapping:customer": "Customer",
    "mapping:product": "Product",
    "mapping:deal": "Deal and order",
    "salesforce": "Salesforce",
    "sap_b1": "SAP Business One",
    "external_key": "Key",
    "tax_number": "Tax number",
    "same_lines": "Same customer, item and quantity",
    "same_amount": "Same customer and amount",
    "name": "Name",
    # grades
    "exact": "Exact",
    "rebuilt": "Rebuilt",
}


def word(code: object, of: str = "") -> str:
    """The reader's word for a code, first as a code `of` that kind; "" for none."""
    if code is None or code != code:  # None or NaN
        return ""
    return text(CODE_WORDS.get(f"{of}:{code}", CODE_WORDS.get(str(code), str(code))))
