"""Converting a lead: its account, contact and opportunity, and what becomes of the lead.

The rules are those of the SOAP API's convertLead() as documented; the words are guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.salesforce import messages
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.soql.select import table

_USUAL_STATUS = "Closed - Converted"
_USUAL_STAGE = "Prospecting"
_CONTACT_FIELDS = {
    "FirstName": "FirstName",
    "LastName": "LastName",
    "Salutation": "Salutation",
    "Title": "Title",
    "Email": "Email",
    "Phone": "Phone",
    "MobilePhone": "MobilePhone",
    "Fax": "Fax",
    "LeadSource": "LeadSource",
    "Street": "MailingStreet",
    "City": "MailingCity",
    "State": "MailingState",
    "PostalCode": "MailingPostalCode",
    "Country": "MailingCountry",
}
_ACCOUNT_FIELDS = {
    "Company": "Name",
    "Phone": "Phone",
    "Fax": "Fax",
    "Website": "Website",
    "Industry": "Industry",
    "AnnualRevenue": "AnnualRevenue",
    "NumberOfEmployees": "NumberOfEmployees",
    "Street": "BillingStreet",
    "City": "BillingCity",
    "State": "BillingState",
    "PostalCode": "BillingPostalCode",
    "Country": "BillingCountry",
}


@dataclass(frozen=True, slots=True)
class LeadConversion:
    """What is asked for: the lead, its new status, and records that are there already."""

    lead_id: str
    status: str
    account_id: str | None = None
    contact_id: str | None = None
    without_opportunity: bool = False
    opportunity_name: str | None = None
    owner_id: str | None = None


def convert_lead(records: Records, user_id: str, wanted: LeadConversion) -> dict[str, str | None]:
    """Convert a lead; the ids of its Account, Contact and Opportunity. Raises SalesforceError."""
    lead_id = normalised_id(wanted.lead_id)
    lead = records.record_of("Lead", lead_id)
    if lead_id is None or not lead or lead["IsDeleted"]:
        raise messages.cross_reference_bad("LeadId")
    if lead["IsConverted"]:
        raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    _check_status(records, wanted.status)
    with records.state.transaction():
        owner = {"OwnerId": wanted.owner_id or lead["OwnerId"]}
        account = normalised_id(wanted.account_id or "") or records.create(
            user_id, _object(records, "Account"), {**_copied(lead, _ACCOUNT_FIELDS), **owner}
        )
        contact = normalised_id(wanted.contact_id or "") or records.create(
            user_id,
            _object(records, "Contact"),
            {**_copied(lead, _CONTACT_FIELDS), "AccountId": account, **owner},
        )
        campaign = _move_members(records, user_id, lead_id, contact)
        opportunity = None
        if not wanted.without_opportunity:
            opportunity = records.create(
                user_id,
                _object(records, "Opportunity"),
                {
                    "Name": wanted.opportunity_name or f"{lead['Company']}-",
                    "AccountId": account,
                    "StageName": _first_stage(records),
                    # Documented: the last day of the present quarter.
                    "CloseDate": _end_of_quarter(records.context.clock.now().date()).isoformat(),
                    "LeadSource": lead["LeadSource"],
                    "CampaignId": campaign,
                    **owner,
                },
            )
            records.create(
                user_id,
                _object(records, "OpportunityContactRole"),
                {"OpportunityId": opportunity, "ContactId": contact, "IsPrimary": True},
            )
        records.change(
            "Lead",
            lead_id,
            lead,
            {
                "Status": wanted.status,
                "IsConverted": 1,
                "ConvertedDate": records.context.clock.now().date().isoformat(),
                "ConvertedAccountId": account,
                "ConvertedContactId": contact,
                "ConvertedOpportunityId": opportunity,
            },
            user_id,
        )
    return {"Account": account, "Contact": contact, "Opportunity": opportunity}


def _check_status(records: Records, status: str) -> None:
    known = [
        row[0]
        for row in records.state.rows(
            f"select MasterLabel from {table('LeadStatus')} where IsConverted = 1"
        )
    ]
    if status not in (known or [_USUAL_STATUS]):
        raise SalesforceError("INVALID_STATUS", f"invalid convertedStatus: {status}")


def _first_stage(records: Records) -> str:
    found = records.state.row(
        f"select ApiName from {table('OpportunityStage')} where IsActive = 1 and IsClosed = 0"
        " order by SortOrder limit 1"
    )
    return str(found[0]) if found else _USUAL_STAGE


def _move_members(records: Records, user_id: str, lead_id: str, contact_id: str) -> str | None:
    """The lead's campaign members become the contact's; the campaign of the newest one."""
    found = records.state.rows(
        f"select Id, CampaignId from {table('CampaignMember')} where LeadId = ? and IsDeleted = 0"
        " order by CreatedDate desc, Id desc",
        (lead_id,),
    )
    for member_id, _ in found:
        old = records.record_of("CampaignMember", member_id)
        records.change("CampaignMember", member_id, old, {"ContactId": contact_id}, user_id)
    return found[0][1] if found else None


def _copied(lead: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {theirs: lead[own] for own, theirs in names.items() if lead.get(own) is not None}


def _object(records: Records, name: str) -> SObject:
    found = records.catalog.sobject(name)
    assert found is not None  # a standard object
    return found


def _end_of_quarter(day: date) -> date:
    month = (day.month + 2) // 3 * 3
    first_of_next = date(day.year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)
