"""What the CRM does by itself when a record is written: fields it fills in, records it touches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.salesforce import derived as rules
from sandbox.salesforce import history
from sandbox.salesforce.soql.select import table
from sandbox.salesforce.values import Kept

if TYPE_CHECKING:
    from sandbox.salesforce.store import Store

PERMISSION_OBJECTS = frozenset(
    {"PermissionSet", "FieldPermissions", "PermissionSetAssignment", "ObjectPermissions"}
)


def derived(
    store: Store, sobject_name: str, old: Mapping[str, Any], new: Mapping[str, Kept]
) -> dict[str, Kept]:
    """Fields the CRM fills in itself, given the old record and the values that change."""
    whole: dict[str, Any] = {**old, **new}
    match sobject_name:
        case "Opportunity":
            return _derived_opportunity(store, old, new, whole)
        case "OpportunityLineItem":
            return _derived_line(store, new, whole)
        case "CampaignMember" if "Status" in new or not old:
            return _derived_member(store, old, whole)
        case "Case" if "Status" in new or not old:
            return _derived_case(store, old, whole)
        case "Task":
            return _derived_task(store, old, whole)
        case "Event":
            return rules.event_values(old, new)
        case "Order":
            status: dict[str, Kept] = {"StatusCode": rules.order_code(whole.get("Status"))}
            return status if old else {**status, **_number(store, "OrderNumber")}
        case "OrderItem":
            return _derived_order_line(store, old, new, whole)
        case "Contract" if not old:
            return _number(store, "ContractNumber")
        case "Contact" | "Lead" | "User" if "LastName" in new or "FirstName" in new:
            return {"Name": rules.person_name(whole)}
        case "PricebookEntry" if not old:
            product = store.record_of("Product2", whole.get("Product2Id"))
            return {"Name": product.get("Name"), "ProductCode": product.get("ProductCode")}
        case "PermissionSet" if not old:
            return {"IsCustom": 1, "IsOwnedByProfile": 0}
        case "FieldPermissions" if whole.get("PermissionsEdit"):
            return {"PermissionsRead": 1}
    return {}


def _derived_opportunity(
    store: Store, old: Mapping[str, Any], new: Mapping[str, Kept], whole: Mapping[str, Any]
) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    if new.get("StageName") not in (None, old.get("StageName")):
        by_stage = rules.stage_values(str(new["StageName"]), _stage(store, whole["StageName"]))
        found |= {key: value for key, value in by_stage.items() if new.get(key) is None}
        found["LastStageChangeDate"] = store.now()
    if "CloseDate" in new:
        found |= rules.fiscal_values(whole["CloseDate"])
    probability = found.get("Probability", whole.get("Probability"))
    found["ExpectedRevenue"] = rules.expected_revenue(
        whole.get("Amount"), float(probability) if probability is not None else None
    )
    return found


def _derived_line(
    store: Store, new: Mapping[str, Kept], whole: Mapping[str, Any]
) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    if new.get("PricebookEntryId"):
        entry = store.record_of("PricebookEntry", whole["PricebookEntryId"])
        found["Product2Id"] = entry.get("Product2Id")
        found["ListPrice"] = entry.get("UnitPrice")
        if whole.get("UnitPrice") is None and whole.get("TotalPrice") is None:
            found["UnitPrice"] = entry.get("UnitPrice")
    if new.get("PricebookEntryId") or new.get("Product2Id"):
        product_id = found.get("Product2Id", whole.get("Product2Id"))
        product = store.record_of("Product2", product_id)
        deal = store.record_of("Opportunity", whole.get("OpportunityId"))
        found["ProductCode"] = product.get("ProductCode")
        found["Name"] = f"{deal.get('Name', '')} {product.get('Name', '')}".strip()
    quantity = whole.get("Quantity")
    price = found.get("UnitPrice", whole.get("UnitPrice"))
    if "TotalPrice" in new and "UnitPrice" not in new and quantity:
        found["UnitPrice"] = round(float(whole["TotalPrice"]) / quantity, 2)
    elif quantity is not None and price is not None:
        found["TotalPrice"] = round(quantity * float(price), 2)
    return found


def _derived_member(
    store: Store, old: Mapping[str, Any], whole: Mapping[str, Any]
) -> dict[str, Kept]:
    kind = "Contact" if whole.get("ContactId") else "Lead"
    person = store.record_of(kind, whole.get(f"{kind}Id"))
    statuses = store.state.rows(
        f"select HasResponded from {table('CampaignMemberStatus')}"
        " where CampaignId = ? and Label = ? collate nocase and IsDeleted = 0",
        (whole.get("CampaignId"), whole.get("Status")),
    )
    # The two statuses that a new campaign has are Sent and Responded.
    responded = bool(statuses[0][0]) if statuses else whole.get("Status") == "Responded"
    found: dict[str, Kept] = {"HasResponded": int(responded)}
    if responded and not old.get("FirstRespondedDate"):
        found["FirstRespondedDate"] = store.now()[:10]
    if not old:
        account = store.record_of("Account", person.get("AccountId"))
        company = account.get("Name") if kind == "Contact" else person.get("Company")
        found |= rules.member_values(kind, person, company)
    return found


def _is_closed(store: Store, statuses: str, status: Any, otherwise: str) -> bool:
    """What the org says of a status; of one that it doesn't list, whether it is `otherwise`."""
    known = store.state.rows(
        f"select IsClosed from {table(statuses)} where MasterLabel = ?", (status,)
    )
    return bool(known[0][0]) if known else bool(status == otherwise)


def _derived_case(
    store: Store, old: Mapping[str, Any], whole: Mapping[str, Any]
) -> dict[str, Kept]:
    is_closed = _is_closed(store, "CaseStatus", whole.get("Status"), "Closed")
    found: dict[str, Kept] = {"IsClosed": int(is_closed)}
    if is_closed != bool(old.get("IsClosed")):
        found["ClosedDate"] = store.now() if is_closed else None
    return found if old else {**found, **_number(store, "CaseNumber")}


def _derived_task(
    store: Store, old: Mapping[str, Any], whole: Mapping[str, Any]
) -> dict[str, Kept]:
    is_closed = _is_closed(store, "TaskStatus", whole.get("Status"), "Completed")
    found: dict[str, Kept] = {
        "IsClosed": int(is_closed),
        "IsHighPriority": int(whole.get("Priority") == "High"),
    }
    if is_closed != bool(old.get("IsClosed")):
        found["CompletedDateTime"] = store.now() if is_closed else None
    return found


def _derived_order_line(
    store: Store, old: Mapping[str, Any], new: Mapping[str, Kept], whole: Mapping[str, Any]
) -> dict[str, Kept]:
    found: dict[str, Kept] = {} if old else _number(store, "OrderItemNumber", 10)
    if new.get("PricebookEntryId"):
        entry = store.record_of("PricebookEntry", whole["PricebookEntryId"])
        found |= {"Product2Id": entry.get("Product2Id"), "ListPrice": entry.get("UnitPrice")}
    if whole.get("Quantity") is not None and whole.get("UnitPrice") is not None:
        found["TotalPrice"] = round(whole["Quantity"] * whole["UnitPrice"], 2)
    return found


def _number(store: Store, field: str, digits: int = 8) -> dict[str, Kept]:
    """The next number of an auto-numbered field."""
    # Above the numbers that a company's own records may have used.
    return {field: f"{store.state.next_number(f'auto:{field}', 10_000_000):0{digits}d}"}


def _stage(store: Store, name: str) -> dict[str, Any] | None:
    sobject = store.catalog.sobject("OpportunityStage")
    found = store.state.row(
        f"select Id from {table('OpportunityStage')} where ApiName = ? or MasterLabel = ?",
        (name, name),
    )
    return store.fetch(sobject, found[0]) if found and sobject else None


def follow(
    store: Store,
    sobject_name: str,
    record_id: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    user_id: str | None,
) -> None:
    """Other records that a change touches: the deal's total, its history, permissions."""
    if sobject_name == "Opportunity" and new and user_id:
        changed = [name for name in rules.HISTORY_FIELDS if old.get(name) != new.get(name)]
        if changed:
            _add_history(store, record_id, old, new, user_id)
    if user_id and new:
        history.keep(store, sobject_name, record_id, old, new, user_id)
    if sobject_name == "OrderItem" and user_id:
        _add_up_order(store, str(new.get("OrderId") or old.get("OrderId")), user_id)
    if sobject_name == "OpportunityLineItem" and user_id:
        deal = new.get("OpportunityId") or old.get("OpportunityId")
        amounts = ("TotalPrice", "OpportunityId")
        if deal and (not new or any(old.get(name) != new.get(name) for name in amounts)):
            _add_up(store, str(deal), user_id)
    if sobject_name in PERMISSION_OBJECTS or sobject_name == "CustomField":
        store.catalog.permissions_changed()


def _add_history(
    store: Store, record_id: str, old: Mapping[str, Any], new: Mapping[str, Any], user_id: str
) -> None:
    store.insert(
        "OpportunityHistory",
        {
            "OpportunityId": record_id,
            "StageName": new.get("StageName"),
            "Amount": new.get("Amount"),
            "CloseDate": new.get("CloseDate"),
            "Probability": new.get("Probability"),
            "ExpectedRevenue": new.get("ExpectedRevenue"),
            "ForecastCategory": new.get("ForecastCategory"),
            "PrevAmount": old.get("Amount"),
            "PrevCloseDate": old.get("CloseDate"),
        },
        user_id,
        operation="derive",
    )


def _add_up(store: Store, deal_id: str, user_id: str) -> None:
    """A deal with lines has their total as its amount."""
    deal = store.record_of("Opportunity", deal_id)
    if not deal or deal["IsDeleted"]:
        return
    found = store.state.row(
        f"select count(*), sum(TotalPrice) from {table('OpportunityLineItem')}"
        " where OpportunityId = ? and IsDeleted = 0",
        (deal_id,),
    )
    count, total = found or (0, None)
    changes: dict[str, Kept] = {"HasOpportunityLineItem": int(count > 0)}
    if count:
        changes["Amount"] = round(total or 0.0, 2)
    if any(deal[name] != value for name, value in changes.items()):
        store.change("Opportunity", deal_id, deal, changes, user_id, operation="derive")


def _add_up_order(store: Store, order_id: str, user_id: str) -> None:
    """An order's total is that of its lines."""
    order = store.record_of("Order", order_id)
    found = store.state.row(
        f"select sum(TotalPrice) from {table('OrderItem')} where OrderId = ? and IsDeleted = 0",
        (order_id,),
    )
    total = round((found[0] if found else None) or 0.0, 2)
    if order and not order["IsDeleted"] and order["TotalAmount"] != total:
        store.change("Order", order_id, order, {"TotalAmount": total}, user_id, "derive")
