"""The CRM: accounts, contacts, products, opportunities with their lines and history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.plant.identifiers import Identifiers
from sandbox.plant.master import Customer, Item, Person
from sandbox.plant.money import cents, product

Record = dict[str, Any]
MADRID = ZoneInfo("Europe/Madrid")

PROBABILITY = {
    "Prospecting": 10.0,
    "Qualification": 25.0,
    "Proposal/Price Quote": 60.0,
    "Negotiation/Review": 85.0,
    "Closed Won": 100.0,
    "Closed Lost": 0.0,
    "Verbal OK": 60.0,
}
FORECAST = {
    "Prospecting": ("Pipeline", "Pipeline"),
    "Qualification": ("Pipeline", "Pipeline"),
    "Proposal/Price Quote": ("BestCase", "Best Case"),
    "Negotiation/Review": ("Forecast", "Commit"),
    "Closed Won": ("Closed", "Closed"),
    "Closed Lost": ("Omitted", "Omitted"),
    "Verbal OK": ("BestCase", "Best Case"),
}


def instant(local: datetime) -> str:
    """A local moment as the REST API writes it: UTC with milliseconds and +0000."""
    utc = local.replace(tzinfo=MADRID).astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.000+0000"


def own_field(sobject: str, name: str, label: str, **metadata: object) -> Record:
    """A field that the org has made itself, as the Tooling API tells it."""
    return {"FullName": f"{sobject}.{name}", "Metadata": {"label": label, **metadata}}


@dataclass(frozen=True)
class DealLine:
    """One product of a deal: quantity in the product's CRM unit, the date the customer wants."""

    item: str
    qty: float
    price: float
    wanted: date | None


class Crm:
    """The records of the org, by object and id, stamped by the clock it is given."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self.ids = Identifiers()
        self.sets: dict[str, dict[str, Record]] = defaultdict(dict)
        self.users: dict[int, str] = {}
        self.accounts: dict[str, str] = {}
        self.products: dict[str, str] = {}
        self.entries: dict[str, str] = {}
        self.contacts: dict[str, str] = {}
        self._lines: dict[str, list[Record]] = defaultdict(list)
        self.pricebook = ""

    def new(self, name: str, fields: Record, owner: str) -> str:
        """A new record of an object, stamped now; returns its id."""
        key = self.ids.next(name)
        stamp = instant(self.now)
        record: Record = {"Id": key, "IsDeleted": False}
        record.update(fields)
        record.update(
            CreatedDate=stamp,
            CreatedById=owner,
            LastModifiedDate=stamp,
            LastModifiedById=owner,
            SystemModstamp=stamp,
        )
        self.sets[name][key] = record
        return key

    def touch(self, record: Record, by: str) -> None:
        """Stamp a record as changed now by a user."""
        record["LastModifiedDate"] = record["SystemModstamp"] = instant(self.now)
        record["LastModifiedById"] = by

    def add_user(self, person: Person) -> str:
        """A user of the org."""
        mail = f"ventas{person.number}@componentes-industriales.example"
        key = self.new(
            "User",
            {
                "Username": mail,
                "FirstName": person.first,
                "LastName": person.last,
                "Name": person.name,
                "Email": mail,
                "Alias": f"vend{person.number}",
                "Title": person.title,
                "Department": "Ventas",
                "IsActive": True,
                "UserType": "Standard",
                "TimeZoneSidKey": "Europe/Madrid",
                "LocaleSidKey": "es_ES",
                "LanguageLocaleKey": "es",
                "EmailEncodingKey": "UTF-8",
            },
            "005Pr0000000000AAA",
        )
        record = self.sets["User"][key]
        record["CreatedById"] = record["LastModifiedById"] = key
        del record["IsDeleted"]
        self.users[person.number] = key
        return key

    def add_integration_user(self) -> str:
        """The user as whom programs sign in; it owns nothing."""
        mail = "integration@componentes-industriales.example"
        key = self.new(
            "User",
            {
                "Username": mail,
                "FirstName": "Promesa",
                "LastName": "Integration",
                "Name": "Promesa Integration",
                "Email": mail,
                "Alias": "integ",
                "IsActive": True,
                "UserType": "Standard",
                "TimeZoneSidKey": "Europe/Madrid",
                "LocaleSidKey": "es_ES",
                "LanguageLocaleKey": "es",
                "EmailEncodingKey": "UTF-8",
            },
            "005Pr0000000000AAA",
        )
        record = self.sets["User"][key]
        record["CreatedById"] = record["LastModifiedById"] = key
        del record["IsDeleted"]
        return key

    def add_account(self, customer: Customer, number: str | None = None) -> str:
        """The account of a customer; `number` is its AccountNumber, the key of the ERP."""
        owner = self.users[customer.salesperson]
        if number is None:
            number = customer.code if customer.crm_number is None else customer.crm_number
        key = self.new(
            "Account",
            {
                "Name": customer.crm_name or customer.name,
                "AccountNumber": number or None,
                "Type": "Customer - Direct",
                "Industry": "Manufacturing",
                "ParentId": None,
                "BillingStreet": "Polígono Industrial, nave 4",
                "BillingCity": customer.city,
                "BillingState": None,
                "BillingPostalCode": None,
                "BillingCountry": customer.country,
                "ShippingCity": customer.city,
                "ShippingCountry": customer.country,
                "Phone": "+34 960 000 000" if customer.country == "ES" else None,
                "Website": None,
                "AnnualRevenue": None,
                "NumberOfEmployees": None,
                "Description": None,
                "OwnerId": owner,
            },
            owner,
        )
        self.accounts.setdefault(customer.code, key)
        contact = self.new(
            "Contact",
            {
                "AccountId": key,
                "FirstName": "Compras",
                "LastName": customer.name.split()[0][:80],
                "Salutation": None,
                "Name": f"Compras {customer.name.split()[0]}",
                "Email": f"compras@{customer.code.lower()}.example",
                "Phone": None,
                "MobilePhone": None,
                "Title": "Responsable de compras",
                "Department": "Compras",
                "LeadSource": None,
                "MailingCity": customer.city,
                "MailingCountry": customer.country,
                "OwnerId": owner,
            },
            owner,
        )
        self.contacts.setdefault(customer.code, contact)
        return key

    def add_product(self, item: Item) -> str:
        """The product of an item, with its price in the standard price book."""
        owner = self.users[5]
        self.pricebook = self.pricebook or self._standard_book(owner)
        unit = item.crm_unit or item.sales_unit or item.unit
        key = self.new(
            "Product2",
            {
                "Name": item.name,
                "ProductCode": item.code,
                "Description": None,
                "Family": item.family,
                "IsActive": True,
                "IsArchived": False,
                "QuantityUnitOfMeasure": unit,
                "StockKeepingUnit": item.code,
                "DisplayUrl": None,
            },
            owner,
        )
        self.products[item.code] = key
        self.entries[item.code] = self.new(
            "PricebookEntry",
            {
                "Name": item.name,
                "Pricebook2Id": self.pricebook,
                "Product2Id": key,
                "ProductCode": item.code,
                "UnitPrice": item.price,
                "IsActive": True,
                "IsArchived": False,
                "UseStandardPrice": False,
            },
            owner,
        )
        return key

    def _standard_book(self, owner: str) -> str:
        fields = {"Name": "Standard Price Book", "IsActive": True, "IsArchived": False,
                  "IsStandard": True, "Description": None}  # fmt: skip
        return self.new("Pricebook2", fields, owner)

    def open_deal(
        self,
        customer: Customer,
        name: str,
        lines: Sequence[DealLine],
        closes: date,
        stage: str = "Prospecting",
        description: str | None = None,
        account: str | None = None,
    ) -> str:
        """A new opportunity with its lines and its first line of history."""
        owner = self.users[customer.salesperson]
        key = self.new(
            "Opportunity",
            {
                "AccountId": account or self.accounts.get(customer.code),
                "ContactId": self.contacts.get(customer.code),
                "Name": name,
                "Description": description,
                "IsPrivate": False,
                "Type": "Existing Customer - Upgrade",
                "LeadSource": "Phone Inquiry",
                "NextStep": None,
                "CampaignId": None,
                "Pricebook2Id": self.pricebook,
                "HasOpportunityLineItem": bool(lines),
                "Promesa_Promised_Date__c": None,
                "CloseDate": closes.isoformat(),
                "OwnerId": owner,
            },
            owner,
        )
        deal = self.sets["Opportunity"][key]
        for number, line in enumerate(lines, start=1):
            line_key = self.new(
                "OpportunityLineItem",
                {
                    "OpportunityId": key,
                    "Product2Id": self.products.get(line.item),
                    "PricebookEntryId": self.entries.get(line.item),
                    "ProductCode": line.item,
                    "Name": f"{name[:200]} {line.item}",
                    "SortOrder": number,
                    "Quantity": line.qty,
                    "UnitPrice": line.price,
                    "ListPrice": line.price,
                    "TotalPrice": cents(product(line.qty, line.price)),
                    "ServiceDate": line.wanted.isoformat() if line.wanted else None,
                    "Description": None,
                },
                owner,
            )
            self._lines[key].append(self.sets["OpportunityLineItem"][line_key])
        deal["Amount"] = cents(sum(cents(product(x.qty, x.price)) for x in lines))
        deal["TotalOpportunityQuantity"] = sum(x.qty for x in lines)
        self._set_stage(deal, stage)
        self._history(deal, owner, None, None)
        return key

    def _set_stage(self, deal: Record, stage: str) -> None:
        category, name = FORECAST[stage]
        deal["StageName"] = stage
        deal["Probability"] = PROBABILITY[stage]
        deal["ExpectedRevenue"] = cents(product(deal["Amount"], PROBABILITY[stage]) / 100)
        deal["IsClosed"] = stage.startswith("Closed")
        deal["IsWon"] = stage == "Closed Won"
        deal["ForecastCategory"] = category
        deal["ForecastCategoryName"] = name
        deal["LastStageChangeDate"] = instant(self.now)
        closes = date.fromisoformat(deal["CloseDate"])
        deal["FiscalYear"] = closes.year
        deal["FiscalQuarter"] = (closes.month + 2) // 3
        deal["Fiscal"] = f"{closes.year} {(closes.month + 2) // 3}"

    def _history(
        self, deal: Record, by: str, old_amount: float | None, old_close: str | None
    ) -> None:
        key = self.ids.next("OpportunityHistory")
        stamp = instant(self.now)
        self.sets["OpportunityHistory"][key] = {
            "Id": key,
            "OpportunityId": deal["Id"],
            "StageName": deal["StageName"],
            "Amount": deal["Amount"],
            "ExpectedRevenue": deal["ExpectedRevenue"],
            "CloseDate": deal["CloseDate"],
            "Probability": deal["Probability"],
            "ForecastCategory": deal["ForecastCategory"],
            "PrevAmount": old_amount,
            "PrevCloseDate": old_close,
            "CreatedById": by,
            "CreatedDate": stamp,
            "SystemModstamp": stamp,
            "IsDeleted": False,
        }

    def change_deal(self, key: str, stage: str | None = None, closes: date | None = None) -> None:
        """Move a deal to a stage or another close date; history keeps what was before."""
        deal = self.sets["Opportunity"][key]
        old_close = deal["CloseDate"]
        if closes is not None:
            deal["CloseDate"] = closes.isoformat()
        self._set_stage(deal, stage or deal["StageName"])
        self.touch(deal, deal["OwnerId"])
        changed = deal["CloseDate"] != old_close
        self._history(deal, deal["OwnerId"], None, old_close if changed else None)
        self._track(deal, "CloseDate", old_close)

    def change_tracked(self, key: str, field: str, value: object) -> None:
        """Another value in a tracked field of a deal that isn't its stage or close date."""
        deal = self.sets["Opportunity"][key]
        before = deal[field]
        deal[field] = value
        self.touch(deal, deal["OwnerId"])
        self._track(deal, field, before)

    def _track(self, deal: Record, field: str, before: object) -> None:
        """Field history, of the fields this org tracks: close date, amount, promised date.

        It has no stamp but its CreatedDate.
        """
        if deal[field] == before:
            return
        key = self.ids.next("OpportunityFieldHistory")
        self.sets["OpportunityFieldHistory"][key] = {
            "Id": key,
            "IsDeleted": False,
            "OpportunityId": deal["Id"],
            "Field": field,
            "DataType": "Currency" if field == "Amount" else "DateOnly",
            "OldValue": before,
            "NewValue": deal[field],
            "CreatedById": deal["LastModifiedById"],
            "CreatedDate": instant(self.now),
        }

    def lines_of(self, key: str) -> list[Record]:
        """The lines of a deal."""
        return self._lines[key]

    def move_wanted(self, key: str, days: int) -> None:
        """The customer wants all lines of a deal some days later (or earlier)."""
        for line in self.lines_of(key):
            if line["ServiceDate"]:
                wanted = date.fromisoformat(line["ServiceDate"]) + timedelta(days=days)
                line["ServiceDate"] = wanted.isoformat()
                self.touch(line, line["LastModifiedById"])
