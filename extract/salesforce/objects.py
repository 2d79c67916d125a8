"""The Salesforce objects we read, one row each; fields come from describe, never from here."""

from __future__ import annotations

from extract.source import DeleteRule, ObjectSpec, StampRule

SYSTEM = "salesforce"
MODSTAMP = StampRule(instant="SystemModstamp")
# Field histories are only ever added to and have no other stamp (protocols, B4).
CREATED = StampRule(instant="CreatedDate")


def _object(
    name: str, required: tuple[str, ...], noun: str, stamp: StampRule = MODSTAMP
) -> ObjectSpec:
    return ObjectSpec(
        system=SYSTEM,
        name=name,
        entity=name,
        key=("Id",),
        stamp=stamp,
        delete=DeleteRule.FLAG,
        is_incremental=True,
        required=("Id", *required),
        noun=noun,
        name_field="Id",
    )


OBJECTS: tuple[ObjectSpec, ...] = (
    _object("Account", ("Name", "SystemModstamp"), "Account"),
    _object("Contact", ("AccountId", "SystemModstamp"), "Contact"),
    _object(
        "Opportunity",
        ("AccountId", "StageName", "Amount", "CloseDate", "IsClosed", "IsWon", "SystemModstamp"),
        "Opportunity",
    ),
    _object(
        "OpportunityLineItem",
        ("OpportunityId", "Product2Id", "Quantity", "UnitPrice", "SystemModstamp"),
        "Opportunity line",
    ),
    # Has SystemModstamp and CreatedDate but no LastModifiedDate (protocols, B4).
    _object("OpportunityHistory", ("OpportunityId", "StageName", "SystemModstamp"), "Stage change"),
    _object("Product2", ("ProductCode", "SystemModstamp"), "Product"),
    _object("PricebookEntry", ("Product2Id", "UnitPrice", "SystemModstamp"), "Price book entry"),
    _object("User", ("Username", "SystemModstamp"), "User"),
    _object(
        "OpportunityFieldHistory",
        ("OpportunityId", "Field", "OldValue", "NewValue", "CreatedById", "CreatedDate"),
        "Field change",
        CREATED,
    ),
    _object(
        "OpportunityContactRole",
        ("OpportunityId", "ContactId", "IsPrimary", "SystemModstamp"),
        "Contact role",
    ),
    _object("Campaign", ("Name", "StartDate", "EndDate", "SystemModstamp"), "Campaign"),
    _object(
        "CampaignMember",
        ("CampaignId", "LeadId", "ContactId", "Status", "HasResponded", "SystemModstamp"),
        "Campaign member",
    ),
    _object(
        "Lead",
        ("Status", "OwnerId", "IsConverted", "ConvertedOpportunityId", "SystemModstamp"),
        "Lead",
    ),
    _object("Order", ("AccountId", "EffectiveDate", "Status", "SystemModstamp"), "CRM order"),
    _object("OrderItem", ("OrderId", "Product2Id", "Quantity", "SystemModstamp"), "CRM order line"),
    _object(
        "Task",
        ("WhoId", "WhatId", "OwnerId", "IsClosed", "ActivityDate", "SystemModstamp"),
        "Task",
    ),
    _object(
        "Event",
        ("WhoId", "WhatId", "OwnerId", "ActivityDate", "SystemModstamp"),
        "Event",
    ),
    _object(
        "Case",
        ("AccountId", "CaseNumber", "Status", "IsClosed", "CreatedDate", "SystemModstamp"),
        "Case",
    ),
    _object(
        "CaseComment",
        ("ParentId", "IsPublished", "CreatedById", "CreatedDate", "SystemModstamp"),
        "Case comment",
    ),
)
