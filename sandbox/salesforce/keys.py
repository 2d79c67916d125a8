"""Record ids: 18 characters, of which the last three check the case of the first fifteen."""

from __future__ import annotations

import re

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")

_PREFIXES = {
    "Account": "001",
    "AccountHistory": "017",
    "Asset": "02i",
    "Campaign": "701",
    "CampaignMember": "00v",
    "CampaignMemberStatus": "01Y",
    "Case": "500",
    "CaseComment": "00a",
    "CaseHistory": "017",
    "CaseStatus": "01J",
    "Contact": "003",
    "ContactHistory": "017",
    "Contract": "800",
    "CustomField": "00N",
    "Event": "00U",
    "FieldPermissions": "01k",
    "Group": "00G",
    "Lead": "00Q",
    "LeadHistory": "017",
    "LeadStatus": "01J",
    "Name": "000",
    "ObjectPermissions": "110",
    "Opportunity": "006",
    "OpportunityContactRole": "00K",
    "OpportunityFieldHistory": "017",
    "OpportunityHistory": "008",
    "OpportunityLineItem": "00k",
    "OpportunityStage": "01J",
    "Order": "801",
    "OrderHistory": "017",
    "OrderItem": "802",
    "Organization": "00D",
    "PermissionSet": "0PS",
    "PermissionSetAssignment": "0Pa",
    "Pricebook2": "01s",
    "PricebookEntry": "01u",
    "Product2": "01t",
    "Profile": "00e",
    "RecordType": "012",
    "Task": "00T",
    "TaskStatus": "01J",
    "User": "005",
    "UserRole": "00E",
    "ValidationRule": "03d",
}
"""Key prefixes: from the recorded describes where they have one, else as commonly published."""

BULK_JOB_PREFIX = "750"
QUERY_LOCATOR_PREFIX = "0r8"


CUSTOM_PREFIX = "a00"
"""Ids of every custom object begin so here; an org counts them on from there."""


def prefix_of(sobject: str) -> str:
    """The first three characters of the ids of an object."""
    return CUSTOM_PREFIX if sobject.endswith("__c") else _PREFIXES[sobject]


def make_id(prefix: str, number: int) -> str:
    """The 18-character id of the `number`-th record with that prefix."""
    digits = ""
    while number:
        number, rest = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[rest] + digits
    # "Px" stands where a real id names the instance and pod.
    return with_checksum(f"{prefix}Px{digits:0>10}")


def with_checksum(first_fifteen: str) -> str:
    """An 18-character id from its 15-character, case-sensitive form."""
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(
            1 << position
            for position, letter in enumerate(first_fifteen[start : start + 5])
            if "A" <= letter <= "Z"
        )
        suffix += _SUFFIX[bits]
    return first_fifteen + suffix


def normalised_id(text: str) -> str | None:
    """The 18-character form of an id of 15 or 18 characters; None if it is no id."""
    if not _ID.fullmatch(text):
        return None
    return with_checksum(text[:15]) if len(text) == 15 else text
