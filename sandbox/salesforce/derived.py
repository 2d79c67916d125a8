"""What the CRM itself works out when a record is written: stage, totals, history, names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

# The stages a new org has, with their usual probabilities and forecast categories; used for
# stages that the company's own OpportunityStage records don't name.
_STAGES: Mapping[str, tuple[float, str, bool, bool]] = {
    "Prospecting": (10.0, "Pipeline", False, False),
    "Qualification": (10.0, "Pipeline", False, False),
    "Needs Analysis": (20.0, "Pipeline", False, False),
    "Value Proposition": (50.0, "Pipeline", False, False),
    "Id. Decision Makers": (60.0, "Pipeline", False, False),
    "Perception Analysis": (70.0, "Pipeline", False, False),
    "Proposal/Price Quote": (75.0, "Pipeline", False, False),
    "Negotiation/Review": (90.0, "Pipeline", False, False),
    "Closed Won": (100.0, "Closed", True, True),
    "Closed Lost": (0.0, "Omitted", True, False),
}

HISTORY_FIELDS = ("StageName", "Amount", "CloseDate", "Probability", "ForecastCategory")
"""A change of one of these adds an OpportunityHistory record."""


def stage_values(stage: str, known: Mapping[str, Any] | None) -> dict[str, Any]:
    """What follows from a stage: `known` is its OpportunityStage record, if there is one."""
    if known is not None:
        return {
            "Probability": known["DefaultProbability"],
            "ForecastCategory": known["ForecastCategory"],
            "ForecastCategoryName": known["ForecastCategoryName"],
            "IsClosed": known["IsClosed"],
            "IsWon": known["IsWon"],
        }
    probability, category, is_closed, is_won = _STAGES.get(stage, (0.0, "Pipeline", False, False))
    return {
        "Probability": probability,
        "ForecastCategory": category,
        "ForecastCategoryName": category,
        "IsClosed": int(is_closed),
        "IsWon": int(is_won),
    }


def fiscal_values(close_date: str | None) -> dict[str, Any]:
    """Fiscal year and quarter of a close date, for a fiscal year that is the calendar's."""
    if close_date is None:
        return {"Fiscal": None, "FiscalYear": None, "FiscalQuarter": None}
    year, quarter = int(close_date[:4]), (int(close_date[5:7]) + 2) // 3
    return {"Fiscal": f"{year} {quarter}", "FiscalYear": year, "FiscalQuarter": quarter}


def expected_revenue(amount: float | None, probability: float | None) -> float | None:
    """Amount times probability."""
    if amount is None or probability is None:
        return None
    return round(amount * probability / 100, 2)


def person_name(record: Mapping[str, Any]) -> str:
    """First and last name of a contact, lead or user, as its Name shows them."""
    return " ".join(part for part in (record.get("FirstName"), record.get("LastName")) if part)


_PERSON_FIELDS = (
    "FirstName",
    "LastName",
    "Name",
    "Salutation",
    "Title",
    "Email",
    "Phone",
    "MobilePhone",
    "Fax",
    "LeadSource",
    "Description",
    "DoNotCall",
    "HasOptedOutOfEmail",
    "HasOptedOutOfFax",
)
_ADDRESS_FIELDS = ("Street", "City", "State", "PostalCode", "Country")


def member_values(kind: str, person: Mapping[str, Any], company: Any) -> dict[str, Any]:
    """What a campaign member shows of its lead or contact (`kind`)."""
    mailing = "Mailing" if kind == "Contact" else ""
    return {
        **{name: person.get(name) for name in _PERSON_FIELDS if person.get(name) is not None},
        **{name: person.get(mailing + name) for name in _ADDRESS_FIELDS},
        "Type": kind,
        "CompanyOrAccount": company,
        "LeadOrContactId": person.get("Id"),
        "LeadOrContactOwnerId": person.get("OwnerId"),
    }


def order_code(status: str | None) -> str:
    """The category of an order's status: Draft or Activated."""
    return "Activated" if status == "Activated" else "Draft"


def event_values(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Start, end, day and duration of an event, each from the others."""
    whole = {**old, **new}
    start = new.get("StartDateTime") or new.get("ActivityDateTime") or whole.get("StartDateTime")
    if start is None:
        return {}
    begins = datetime.strptime(start, "%Y-%m-%dT%H:%M:%S.%f%z")
    minutes = whole.get("DurationInMinutes")
    if new.get("EndDateTime"):
        ends = datetime.strptime(new["EndDateTime"], "%Y-%m-%dT%H:%M:%S.%f%z")
        minutes = int((ends - begins).total_seconds() // 60)
    end = begins + timedelta(minutes=minutes or 0)
    return {
        "StartDateTime": start,
        "ActivityDateTime": start,
        "ActivityDate": start[:10],
        "DurationInMinutes": minutes,
        "EndDateTime": f"{end:%Y-%m-%dT%H:%M:%S}.000+0000",
        "EndDate": f"{end:%Y-%m-%d}",
    }
