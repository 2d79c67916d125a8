"""A marketing document as it stands after saving: what was given, and all that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import cents, product, tidy
from sandbox.sap_b1.rules.kinds import KIND_BY_TYPE, DocumentKind
from sandbox.sap_b1.rules.ledger import Ledger
from sandbox.sap_b1.rules.stock import Stock
from sandbox.sap_b1.values import Body

_COPIED_FROM_BASE = (
    "ItemCode",
    "ItemDescription",
    "UnitPrice",
    "DiscountPercent",
    "Price",
    "WarehouseCode",
    "UoMCode",
    "UoMEntry",
    "UnitsOfMeasurment",
    "MeasureUnit",
    "TaxPercentagePerRow",
    "VatGroup",
    "TreeType",
    "WithoutInventoryMovement",
    "ShipDate",
)

_AMOUNT_INPUTS = ("Quantity", "UnitPrice", "Price", "DiscountPercent", "TaxPercentagePerRow")


class Completing:
    """Fills headers and lines by what partners, items and base documents say."""

    def __init__(self, records: Records, stock: Stock, ledger: Ledger) -> None:
        self.records, self.stock, self.ledger = records, stock, ledger

    def document(self, kind: DocumentKind, incoming: Body, is_draft: bool = False) -> Body:
        """The whole document for what a client sent; Refusal when a reference is wrong."""
        target = "Drafts" if is_draft else kind.entity_set
        header = self._header(kind, incoming, target)
        rows: list[Body] = incoming.get("DocumentLines") or []
        if not rows:
            raise messages.business("No matching records found: add a line", 10000180)
        header["DocumentLines"] = [
            self.line(kind, header, {**row, "LineNum": number}) for number, row in enumerate(rows)
        ]
        self.total(header)
        return header

    def _header(self, kind: DocumentKind, incoming: Body, target: str) -> Body:
        today = self.records.today()
        day = incoming.get("DocDate") or today
        entry = self.records.next_number(target, "DocEntry")
        number = self.records.next_number(target, "DocNum", first=1)
        defaults: Body = {
            "DocEntry": entry,
            "DocNum": number,
            "DocType": "dDocument_Items",
            "DocObjectCode": kind.object_name,
            "Series": 1,
            "DocDate": day,
            "DocDueDate": day,
            "TaxDate": day,
            "DocTime": f"{self.records.local_now():%H:%M}:00",
            "DiscountPercent": 0.0,
            "PaidToDate": 0.0,
            "PaidToDateFC": 0.0,
            "Reference1": str(number),
            "DocumentStatus": "bost_Open",
            "Confirmed": "tYES",
            "Cancelled": "tNO",
            "CancelStatus": "csNo",
            "AuthorizationStatus": "dasWithout",
            "ReserveInvoice": "tNO",
            **self._of_partner(kind, incoming),
        }
        if kind.entity_set == "DownPayments":
            defaults |= {"DownPaymentType": "dptInvoice", "DownPaymentStatus": "so_Open"}
        given = {name: value for name, value in incoming.items() if value is not None}
        header = {**defaults, **given, "DocEntry": entry, "DocNum": number}
        rate = self.ledger.rate(str(header["DocCurrency"]), str(header["DocDate"]))
        if rate is None:
            raise messages.rate_missing(str(header["DocCurrency"]))
        header["DocRate"] = float(given.get("DocRate") or rate)
        return header

    def _of_partner(self, kind: DocumentKind, incoming: Mapping[str, Any]) -> Body:
        local = self.records.company.currency
        if kind.side == "inventory":
            return {"DocCurrency": local}
        code = incoming.get("CardCode") or ""
        partner = self.records.get("BusinessPartners", (str(code),))
        if partner is None:
            raise messages.reference_invalid(f"{kind.table}.CardCode")
        if partner.get("Frozen") == "tYES":
            raise messages.master_inactive(f"{kind.table}.CardCode", str(code))
        currency = partner.get("Currency") or local
        found: Body = {
            "CardCode": code,
            "CardName": partner.get("CardName"),
            "DocCurrency": local if currency == "##" else currency,
            "SalesPersonCode": partner.get("SalesPersonCode"),
            "PaymentGroupCode": partner.get("PayTermsGrpCode"),
        }
        if kind.side == "sales" and partner.get("FatherCard"):
            father_type = partner.get("FatherType") or "cPayments_sum"
            found |= {"FatherCard": partner["FatherCard"], "FatherType": father_type}
        return found

    # -- lines -----------------------------------------------------------------------------

    def line(self, kind: DocumentKind, header: Mapping[str, Any], given: Body) -> Body:
        """One line of a document, complete; `given` has its LineNum."""
        given = {name: value for name, value in given.items() if value is not None}
        number = int(given["LineNum"])
        locator = f"{kind.line_table}.ItemCode][line: {number + 1}"
        base = self._base_line(given, locator)
        copied = {name: base[name] for name in _COPIED_FROM_BASE if base.get(name) is not None}
        start: Body = {
            "VisualOrder": number,
            "LineType": "dlt_Regular",
            "ItemType": "dit_Item",
            "DiscountPercent": 0.0,
            "TreeType": "iNotATree",
            "WithoutInventoryMovement": "tNO",
            "BaseType": -1,
            "LineStatus": "bost_Open",
            "BatchNumbers": [],
            "SerialNumbers": [],
            **copied,
        }
        if "Quantity" not in given and base:
            start["Quantity"] = base["RemainingOpenQuantity"]
        line = {**start, **given, "DocEntry": header["DocEntry"]}
        if header.get("DocType") == "dDocument_Service":
            self._service(line)
        else:
            self._of_item(kind, header, line, given, locator)
        self.amounts(header, line)
        line["RemainingOpenQuantity"] = line["Quantity"]
        line["RemainingOpenInventoryQuantity"] = line["InventoryQuantity"]
        line["OpenAmount"], line["OpenAmountFC"] = line["LineTotal"], line["RowTotalFC"]
        return line

    def _base_line(self, given: Mapping[str, Any], locator: str) -> Body:
        kind = KIND_BY_TYPE.get(int(given.get("BaseType") or -1))
        if kind is None or given.get("BaseEntry") is None or given.get("BaseLine") is None:
            return {}
        document = self.records.get(kind.entity_set, (int(given["BaseEntry"]),))
        rows: list[Body] = (document or {}).get("DocumentLines") or []
        found = next((row for row in rows if row["LineNum"] == given["BaseLine"]), None)
        if found is None:
            raise messages.reference_invalid(locator.replace("ItemCode", "BaseEntry"))
        return found

    def _service(self, line: Body) -> None:
        total = float(line.get("LineTotal") or line.get("UnitPrice") or 0.0)
        line |= {"Quantity": 1.0, "UnitPrice": total, "Price": total, "UnitsOfMeasurment": 1.0}
        line["WithoutInventoryMovement"] = "tYES"
        line.setdefault("TaxPercentagePerRow", self.ledger.tax_percent(line.get("VatGroup")))

    def _of_item(
        self,
        kind: DocumentKind,
        header: Mapping[str, Any],
        line: Body,
        given: Mapping[str, Any],
        locator: str,
    ) -> None:
        item = self.stock.item(str(line.get("ItemCode") or ""))
        if item is None:
            raise messages.reference_invalid(locator)
        if item.get("Frozen") == "tYES" and kind.side != "inventory":
            raise messages.master_inactive(locator, str(line["ItemCode"]))
        line["ItemDescription"] = line.get("ItemDescription") or item.get("ItemName")
        line["WarehouseCode"] = line.get("WarehouseCode") or item.get("DefaultWarehouse") or "01"
        line.setdefault("Quantity", 1.0)
        self._unit(kind, line, given, item)
        if line.get("ShipDate") is None and kind.side != "inventory":
            line["ShipDate"] = header["DocDueDate"]
        self._price(kind, header, line, given, item)
        self._tax(kind, header, line, item)
        cost = float(item.get("AvgStdPrice") or 0.0)
        line.setdefault("StockInmPrice", cost)
        line.setdefault("GrossBuyPrice", cents(product(cost, float(line["UnitsOfMeasurment"]))))

    def _unit(self, kind: DocumentKind, line: Body, given: Mapping[str, Any], item: Body) -> None:
        """How many inventory units one unit of the line holds."""
        if "UnitsOfMeasurment" not in line or "UoMEntry" in given:
            units = 1.0
            if given.get("UoMEntry") not in (None, -1):
                units = self._group_units(item, int(given["UoMEntry"]))
            elif kind.side == "sales":
                units = float(item.get("SalesItemsPerUnit") or 1.0)
            elif kind.side == "purchase":
                units = float(item.get("PurchaseItemsPerUnit") or 1.0)
            line["UnitsOfMeasurment"] = units
        if "UoMCode" not in line:
            name = {"sales": "SalesUnit", "purchase": "PurchaseUnit"}.get(kind.side)
            unit = item.get(name or "InventoryUOM") or item.get("InventoryUOM")
            line["UoMCode"], line["MeasureUnit"] = unit, unit
            line.setdefault("UoMEntry", -1)

    def _group_units(self, item: Body, unit_entry: int) -> float:
        group = self.records.get("UnitOfMeasurementGroups", (int(item.get("UoMGroupEntry") or -1),))
        for row in (group or {}).get("UoMGroupDefinitionCollection") or []:
            if row.get("AlternateUoM") == unit_entry:
                return float(row["BaseQuantity"]) / float(row.get("AlternateQuantity") or 1.0)
        return 1.0

    def _price(
        self,
        kind: DocumentKind,
        header: Mapping[str, Any],
        line: Body,
        given: Mapping[str, Any],
        item: Body,
    ) -> None:
        """The price before (`UnitPrice`) and after discount (`Price`)."""
        if "UnitPrice" in given or ("UnitPrice" in line and "Price" not in given):
            pass
        elif "Price" in line:
            line["UnitPrice"], line["DiscountPercent"] = line["Price"], 0.0
        elif kind.side == "inventory":
            line["UnitPrice"] = float(item.get("AvgStdPrice") or 0.0)
        else:
            line["UnitPrice"] = self._list_price(header, item)
        if "Price" in given and "UnitPrice" not in given:
            line["UnitPrice"], line["DiscountPercent"] = given["Price"], 0.0

    def _list_price(self, header: Mapping[str, Any], item: Body) -> float:
        partner = self.records.get("BusinessPartners", (str(header["CardCode"]),)) or {}
        for row in item.get("ItemPrices") or []:
            if row.get("PriceList") == (partner.get("PriceListNum") or 1):
                return float(row.get("Price") or 0.0)
        return 0.0

    def _tax(self, kind: DocumentKind, header: Mapping[str, Any], line: Body, item: Body) -> None:
        if kind.side == "inventory":
            line["TaxPercentagePerRow"] = 0.0
            return
        if line.get("VatGroup") is None:
            partner = self.records.get("BusinessPartners", (str(header["CardCode"]),)) or {}
            line["VatGroup"] = partner.get("VatGroup") or item.get("SalesVATGroup")
        if line.get("TaxPercentagePerRow") is None:
            line["TaxPercentagePerRow"] = self.ledger.tax_percent(line["VatGroup"])

    # -- amounts ---------------------------------------------------------------------------

    def amounts(self, header: Mapping[str, Any], line: Body) -> None:
        """The amounts of a line from its quantity, price, discount and tax."""
        quantity, rate = float(line["Quantity"]), float(header["DocRate"])
        discount = float(line.get("DiscountPercent") or 0.0)
        given = line.get("UnitPrice")
        unit_price = float(line.get("Price") or 0.0) if given is None else float(given)
        price = cents(product(unit_price, 1 - discount / 100)) if discount else unit_price
        net_fc = cents(product(quantity, price))
        net = cents(product(quantity, price, rate))
        tax = float(line.get("TaxPercentagePerRow") or 0.0)
        is_foreign = header["DocCurrency"] != self.records.company.currency
        line |= {
            "Quantity": tidy(quantity),
            "InventoryQuantity": tidy(quantity * float(line.get("UnitsOfMeasurment") or 1.0)),
            "Currency": header["DocCurrency"],
            "Rate": rate if is_foreign else 0.0,
            "Price": price,
            "PriceAfterVAT": float(round(product(price) * (1 + product(tax) / 100), 6)),
            "LineTotal": net,
            "RowTotalFC": net_fc if is_foreign else 0.0,
            "TaxTotal": cents(product(net, tax) / 100),
        }

    def reprice(self, header: Mapping[str, Any], before: Mapping[str, Any], line: Body) -> None:
        """Bring a changed line's amounts and what is open of it up to date."""
        if all(line.get(name) == before.get(name) for name in _AMOUNT_INPUTS):
            return
        is_price_alone = line.get("Price") != before.get("Price")
        if is_price_alone and line.get("UnitPrice") == before.get("UnitPrice"):
            line["UnitPrice"], line["DiscountPercent"] = line["Price"], 0.0
        self.amounts(header, line)
        moved = float(line["Quantity"]) - float(before.get("Quantity") or 0.0)
        left = max(0.0, float(line.get("RemainingOpenQuantity") or 0.0) + moved)
        set_open(header, line, tidy(left), self.records.company.currency)

    def total(self, document: Body) -> None:
        """The totals of a document over its lines, its discount applied."""
        rows: Sequence[Body] = document["DocumentLines"]
        keep = 1 - product(float(document.get("DiscountPercent") or 0.0)) / 100
        net_all = sum((_money(row, "LineTotal") for row in rows), Decimal(0))
        net = Decimal(repr(cents(net_all * keep)))
        tax = Decimal(repr(cents(sum((_money(r, "TaxTotal") for r in rows), Decimal(0)) * keep)))
        net_fc = sum((_money(row, "RowTotalFC") for row in rows), Decimal(0)) * keep
        tax_fc = keep * sum(
            (_money(row, "RowTotalFC") * _money(row, "TaxPercentagePerRow") / 100 for row in rows),
            Decimal(0),
        )
        document |= {
            "TotalDiscount": cents(net_all - net),
            "VatSum": cents(tax),
            "VatSumFc": cents(tax_fc),
            "DocTotal": cents(net + tax),
            "DocTotalFc": cents(net_fc + tax_fc),
            "DocTotalSys": cents(net + tax),
        }
        percent = document.get("DownPaymentPercentage")
        if percent and document.get("DocObjectCode") == "oDownPayments":
            part = product(float(percent)) / 100
            document |= {
                "VatSum": cents(tax * part),
                "DocTotal": cents((net + tax) * part),
                "DocTotalSys": cents((net + tax) * part),
                "DownPaymentAmount": cents((net + tax) * part),
            }

    def installments(self, document: Body) -> None:
        """The installments of a receivable: those given, or one at the partner's terms."""
        given: list[Body] = document.get("DocumentInstallments") or []
        if not given:
            due = document["DocDueDate"]
            if due == document["DocDate"]:
                due = _later(due, self.ledger.terms_days(document.get("PaymentGroupCode")))
            given = [{"DueDate": due, "Percentage": 100.0}]
        left, left_fc = float(document["DocTotal"]), float(document["DocTotalFc"])
        rows: list[Body] = []
        for number, row in enumerate(given, start=1):
            percent = float(row.get("Percentage") or 0.0)
            is_last = number == len(given)
            total = left if is_last else cents(product(document["DocTotal"], percent) / 100)
            fc = left_fc if is_last else cents(product(document["DocTotalFc"], percent) / 100)
            left, left_fc = cents(left - total), cents(left_fc - fc)
            due = row.get("DueDate") or document["DocDueDate"]
            rows.append(
                {
                    "InstallmentId": number,
                    "DueDate": due,
                    "Percentage": percent,
                    "Total": total,
                    "TotalFC": fc,
                }
            )
        document["DocumentInstallments"] = rows
        document["NumberOfInstallments"] = len(rows)
        document["DocDueDate"] = rows[-1]["DueDate"]


def _money(row: Mapping[str, Any], name: str) -> Decimal:
    return product(float(row.get(name) or 0.0))


def set_open(header: Mapping[str, Any], line: Body, left: float, local: str) -> None:
    """Say what is still open of a line, in quantities and amounts; nothing left closes it."""
    price, rate = float(line.get("Price") or 0.0), float(header.get("DocRate") or 1.0)
    line["RemainingOpenQuantity"] = left
    units = float(line.get("UnitsOfMeasurment") or 1.0)
    line["RemainingOpenInventoryQuantity"] = tidy(left * units)
    line["OpenAmount"] = cents(product(left, price, rate))
    line["OpenAmountFC"] = cents(product(left, price)) if header["DocCurrency"] != local else 0.0
    line["LineStatus"] = "bost_Close" if left <= 0 else "bost_Open"


def _later(day: str, days: int) -> str:
    return f"{date.fromisoformat(day[:10]) + timedelta(days=days):%Y-%m-%d}T00:00:00Z"
