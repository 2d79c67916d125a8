"""The CRM's marketing records: campaigns, leads, members, conversions and contact roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.plant.crm import Crm, Record, instant
from sandbox.plant.money import cents, product

# The statuses that a new org has; a lead counts as qualified from the second on.
NOT_CONTACTED = "Open - Not Contacted"
CONTACTED = "Working - Contacted"
CONVERTED = "Closed - Converted"
REFUSED = "Closed - Not Converted"


@dataclass(frozen=True)
class Prospect:
    """A person of a company that isn't a customer yet, as the lead form asks."""

    first: str
    last: str
    company: str
    mail: str
    source: str = "Web"


class Marketing:
    """Campaigns and what comes of them, written into the CRM."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm

    def open_campaign(
        self,
        name: str,
        owner: str,
        starts: date,
        ends: date,
        *,
        item: str | None = None,
        target: int | None = None,
        budget: float = 0.0,
        kind: str = "Email",
    ) -> str:
        """A campaign; `item` and `target` are what it is for and how many qualified leads."""
        return self.crm.new(
            "Campaign",
            {
                "Name": name,
                "Type": kind,
                "Status": "In Progress",
                "IsActive": True,
                "StartDate": starts.isoformat(),
                "EndDate": ends.isoformat(),
                "BudgetedCost": budget,
                "ActualCost": None,
                "ExpectedRevenue": None,
                "Description": None,
                "ParentId": None,
                "Promesa_Item__c": item,
                "Promesa_Target_Leads__c": target,
                "OwnerId": owner,
            },
            owner,
        )

    def add_lead(self, who: Prospect, owner: str, status: str = NOT_CONTACTED) -> str:
        """A lead that somebody has to call."""
        return self.crm.new(
            "Lead",
            {
                "FirstName": who.first,
                "LastName": who.last,
                "Name": f"{who.first} {who.last}",
                "Company": who.company,
                "Title": "Compras",
                "Email": who.mail,
                "Phone": None,
                "Country": "ES",
                "LeadSource": who.source,
                "Status": status,
                "Rating": None,
                "Industry": "Manufacturing",
                "IsConverted": False,
                "ConvertedDate": None,
                "ConvertedAccountId": None,
                "ConvertedContactId": None,
                "ConvertedOpportunityId": None,
                "IsUnreadByOwner": status == NOT_CONTACTED,
                "OwnerId": owner,
            },
            owner,
        )

    def add_member(self, campaign: str, lead: str, *, responded: bool) -> str:
        """A lead in a campaign."""
        person = self.crm.sets["Lead"][lead]
        return self.crm.new(
            "CampaignMember",
            {
                "CampaignId": campaign,
                "LeadId": lead,
                "ContactId": None,
                "LeadOrContactId": lead,
                "LeadOrContactOwnerId": person["OwnerId"],
                "Status": "Responded" if responded else "Sent",
                "HasResponded": responded,
                "FirstRespondedDate": self.crm.now.date().isoformat() if responded else None,
                "FirstName": person["FirstName"],
                "LastName": person["LastName"],
                "Name": person["Name"],
                "CompanyOrAccount": person["Company"],
                "Email": person["Email"],
                "LeadSource": person["LeadSource"],
                "Type": "Lead",
            },
            person["OwnerId"],
        )

    def move_lead(self, lead: str, status: str) -> None:
        """A lead gets another status."""
        record = self.crm.sets["Lead"][lead]
        record["Status"] = status
        record["IsUnreadByOwner"] = False
        self.crm.touch(record, record["OwnerId"])

    def convert(self, lead: str, deal: str) -> None:
        """A lead becomes the deal's: its account, its contact and the deal itself."""
        record = self.crm.sets["Lead"][lead]
        opportunity = self.crm.sets["Opportunity"][deal]
        self.move_lead(lead, CONVERTED)
        record.update(
            IsConverted=True,
            ConvertedDate=self.crm.now.date().isoformat(),
            ConvertedAccountId=opportunity["AccountId"],
            ConvertedContactId=opportunity["ContactId"],
            ConvertedOpportunityId=deal,
        )

    def name_primary(self, deal: str, campaign: str) -> None:
        """The deal's primary campaign source."""
        self.crm.sets["Opportunity"][deal]["CampaignId"] = campaign

    def add_role(self, deal: str, role: str, *, primary: bool = True) -> str:
        """The part that the deal's contact plays in it."""
        opportunity = self.crm.sets["Opportunity"][deal]
        return self.crm.new(
            "OpportunityContactRole",
            {
                "OpportunityId": deal,
                "ContactId": opportunity["ContactId"],
                "Role": role,
                "IsPrimary": primary,
            },
            opportunity["OwnerId"],
        )

    def note_call(self, lead: str, subject: str) -> str:
        """The owner called a lead: a finished task."""
        record = self.crm.sets["Lead"][lead]
        return self.crm.new(
            "Task",
            {
                "WhoId": lead,
                "WhatId": None,
                "Subject": subject,
                "TaskSubtype": "Call",
                "Status": "Completed",
                "Priority": "Normal",
                "IsClosed": True,
                "ActivityDate": self.crm.now.date().isoformat(),
                "CompletedDateTime": instant(self.crm.now),
                "Description": None,
                "OwnerId": record["OwnerId"],
            },
            record["OwnerId"],
        )

    def book_order(self, deal: str, number: str) -> str:
        """The CRM's own order of a won deal, line by line."""
        opportunity = self.crm.sets["Opportunity"][deal]
        owner = opportunity["OwnerId"]
        key = self.crm.new(
            "Order",
            {
                "AccountId": opportunity["AccountId"],
                "Pricebook2Id": opportunity["Pricebook2Id"],
                "OrderNumber": number,
                "EffectiveDate": self.crm.now.date().isoformat(),
                "Status": "Activated",
                "StatusCode": "Activated",
                "Type": None,
                "PoNumber": None,
                "Description": None,
                "IsReductionOrder": False,
                "TotalAmount": opportunity["Amount"],
                "ActivatedDate": instant(self.crm.now),
                "ActivatedById": owner,
                "OwnerId": owner,
            },
            owner,
        )
        for place, line in enumerate(self.crm.lines_of(deal), start=1):
            self.crm.new(
                "OrderItem",
                {
                    "OrderId": key,
                    "Product2Id": line["Product2Id"],
                    "PricebookEntryId": line["PricebookEntryId"],
                    "OrderItemNumber": f"{place:010d}",
                    "Quantity": line["Quantity"],
                    "AvailableQuantity": line["Quantity"],
                    "UnitPrice": line["UnitPrice"],
                    "ListPrice": line["ListPrice"],
                    "TotalPrice": cents(product(line["Quantity"], line["UnitPrice"])),
                    "ServiceDate": line["ServiceDate"],
                    "Description": None,
                },
                owner,
            )
        return key

    def count_up(self) -> None:
        """The sums that the CRM keeps on each campaign."""
        members, deals = self.crm.sets["CampaignMember"], self.crm.sets["Opportunity"]
        for key, campaign in self.crm.sets["Campaign"].items():
            own = [m for m in members.values() if m["CampaignId"] == key]
            leads = [self.crm.sets["Lead"][m["LeadId"]] for m in own]
            sold = [d for d in deals.values() if d["CampaignId"] == key]
            won = [d for d in sold if d["IsWon"]]
            campaign.update(
                NumberOfLeads=len(own),
                NumberOfContacts=0,
                NumberOfResponses=sum(m["HasResponded"] for m in own),
                NumberOfConvertedLeads=sum(lead["IsConverted"] for lead in leads),
                NumberOfOpportunities=len(sold),
                NumberOfWonOpportunities=len(won),
                AmountAllOpportunities=_total(sold),
                AmountWonOpportunities=_total(won),
                NumberSent=float(len(own)),
            )


def _total(deals: list[Record]) -> float:
    return cents(sum(deal["Amount"] for deal in deals))
