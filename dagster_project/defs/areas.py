"""Which of the eight areas an object of a source belongs to: the groups of the asset graph."""

AREA_OF_OBJECT = {
    "account": "customer",
    "contact": "customer",
    "user": "customer",
    "business_partners": "customer",
    "opportunity": "pipeline",
    "opportunity_line_item": "pipeline",
    "opportunity_history": "pipeline",
    "campaign": "pipeline",
    "campaign_member": "pipeline",
    "lead": "pipeline",
    "quotations": "pipeline",
    "drafts": "pipeline",
    "orders": "promise",
    "delivery_notes": "promise",
    "returns": "promise",
    "invoices": "credit",
    "down_payments": "credit",
    "credit_notes": "credit",
    "incoming_payments": "credit",
    "journal_entries": "credit",
    "internal_reconciliations": "credit",
    "currencies": "credit",
    "currency_rates": "credit",
    "production_orders": "capacity",
    "resources": "capacity",
    "resource_capacities": "capacity",
    "holidays": "capacity",
    "lot_quantities": "lots",
    "inventory_gen_entries": "margin",
    "inventory_gen_exits": "margin",
}


def area_of_object(name: str) -> str:
    """The area of an object by its snake-case name; what is not named above is goods: materials."""
    return AREA_OF_OBJECT.get(name, "materials")
