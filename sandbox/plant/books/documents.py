"""The form of a marketing document: header and lines as the Service Layer shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.plant.books.core import Core, Record, day_text
from sandbox.plant.master import Customer, Item, Supplier
from sandbox.plant.money import cents, product, tidy
from sandbox.plant.stock import Picked

OBJECT_OF = {
    "Quotations": "oQuotations",
    "Orders": "oOrders",
    "DeliveryNotes": "oDeliveryNotes",
    "Returns": "oReturns",
    "Invoices": "oInvoices",
    "CreditNotes": "oCreditNotes",
    "DownPayments": "oDownPayments",
    "Drafts": "oDrafts",
    "PurchaseOrders": "oPurchaseOrders",
    "PurchaseDeliveryNotes": "oPurchaseDeliveryNotes",
    "PurchaseInvoices": "oPurchaseInvoices",
    "PurchaseReturns": "oPurchaseReturns",
    "InventoryGenEntries": "oInventoryGenEntry",
    "InventoryGenExits": "oInventoryGenExit",
}


@dataclass(frozen=True)
class Line:
    """What a new document line says; quantity and price per unit of the document."""

    item: str
    qty: float
    price: float
    ship: date | None = None
    requested: date | None = None
    warehouse: str = "01"
    discount: float = 0.0
    base: tuple[int, int, int] | None = None  # object type, entry, line
    uom: str | None = None
    units: float | None = None  # inventory units in one unit of the document
    tree_type: str | None = None
    moves_stock: bool = True
    tax_percent: float | None = None
    text: str | None = None
    arrived: date | None = None
    picked: tuple[Picked, ...] = ()
    serials: tuple[str, ...] = ()


def lot_rows(picked: Sequence[Picked], line_number: int) -> list[Record]:
    """The lots of a line as its BatchNumbers."""
    return [
        {
            "BatchNumberProperty": part.lot.name,
            "ManufacturerSerialNumber": part.lot.supplier_lot,
            "ItemCode": part.lot.item,
            "Quantity": tidy(part.qty),
            "SystemSerialNumber": part.lot.number,
            "ExpiryDate": day_text(part.lot.expires),
            "ManufacturingDate": day_text(part.lot.made),
            "AddmisionDate": day_text(part.lot.received),
            "BaseLineNumber": line_number,
        }
        for part in picked
        if part.lot is not None
    ]


def serial_rows(item: str, serials: Sequence[str], line_number: int) -> list[Record]:
    """The serial numbers of a line."""
    return [
        {
            "InternalSerialNumber": serial,
            "ItemCode": item,
            "SystemSerialNumber": int("".join(c for c in serial if c.isdigit()) or 0),
            "Quantity": 1.0,
            "BaseLineNumber": line_number,
        }
        for serial in serials
    ]


def _line(
    core: Core, item: Item, entry: int, number: int, line: Line, tax: float, currency: str
) -> Record:
    rate = core.rate(currency, core.today)
    price = cents(product(line.price, 1 - line.discount / 100)) if line.discount else line.price
    net_fc = cents(product(line.qty, price))
    net = cents(product(line.qty, price, rate))
    units = line.units if line.units is not None else item.units_per_sales_unit
    inventory_qty = tidy(line.qty * units)
    uom = line.uom or item.sales_unit or item.unit
    base = line.base or (-1, None, None)
    foreign = currency != "EUR"
    return {
        "LineNum": number,
        "VisualOrder": number,
        "DocEntry": entry,
        "LineType": "dlt_Regular",
        "ItemType": "dit_Item",
        "ItemCode": item.code,
        "ItemDescription": item.name,
        "TreeType": line.tree_type or "iNotATree",
        "Quantity": tidy(line.qty),
        "UoMCode": uom,
        "UoMEntry": -1 if item.uom_group == -1 else (2 if units != 1 else 1),
        "UnitsOfMeasurment": units,
        "MeasureUnit": uom,
        "InventoryQuantity": inventory_qty,
        "RemainingOpenQuantity": tidy(line.qty),
        "RemainingOpenInventoryQuantity": inventory_qty,
        "Currency": currency,
        "Rate": rate if foreign else 0.0,
        "UnitPrice": line.price,
        "DiscountPercent": line.discount,
        "Price": price,
        "PriceAfterVAT": float(round(product(price) * (1 + product(tax) / 100), 6)),
        "LineTotal": net,
        "RowTotalFC": net_fc if foreign else 0.0,
        "VatGroup": "S21" if tax else "S0",
        "TaxPercentagePerRow": tax,
        "TaxTotal": cents(product(net, tax) / 100),
        "OpenAmount": net,
        "OpenAmountFC": net_fc if foreign else 0.0,
        "LineStatus": "bost_Open",
        "WarehouseCode": line.warehouse,
        "ShipDate": day_text(line.ship),
        "RequiredDate": day_text(line.requested),
        "ActualDeliveryDate": day_text(line.arrived),
        "BaseType": base[0],
        "BaseEntry": base[1],
        "BaseLine": base[2],
        "ParentLineNum": None,
        "WithoutInventoryMovement": "tNO" if line.moves_stock else "tYES",
        "GrossBuyPrice": cents(item.cost * units) if item.stocked else 0.0,
        "StockInmPrice": item.cost if item.stocked else 0.0,
        "TransactionType": None,
        "FreeText": line.text,
        "BatchNumbers": lot_rows(line.picked, number),
        "SerialNumbers": serial_rows(item.code, line.serials, number),
    }


def write(
    core: Core,
    entity_set: str,
    partner: Customer | Supplier | None,
    lines: Sequence[Line],
    due: date | None,
    *,
    deal: str | None = None,
    comments: str | None = None,
    their_reference: str | None = None,
    reference: str | None = None,
    payer: str | None = None,
    currency: str | None = None,
    tax_percent: float | None = None,
    card: tuple[str, str] | None = None,
) -> Record:
    """Write a document of any kind and return it; effects on stock and books are the caller's."""
    entry = core.next_entry(entity_set)
    currency = currency or (partner.currency if isinstance(partner, Customer) else "EUR")
    tax = tax_percent if tax_percent is not None else (partner.tax_percent if partner else 0.0)
    rows = [
        _line(
            core,
            core.masters.items[line.item],
            entry,
            number,
            line,
            tax if line.tax_percent is None else line.tax_percent,
            currency,
        )
        for number, line in enumerate(lines)
    ]
    net = sum((Decimal(repr(row["LineTotal"])) for row in rows), Decimal(0))
    vat = sum((Decimal(repr(row["TaxTotal"])) for row in rows), Decimal(0))
    net_fc = sum((Decimal(repr(row["RowTotalFC"])) for row in rows), Decimal(0))
    vat_fc = sum(
        (product(row["RowTotalFC"], row["TaxPercentagePerRow"]) / 100 for row in rows), Decimal(0)
    )
    code, name = card or ((partner.code, partner.name) if partner else (None, None))
    is_customer = isinstance(partner, Customer)
    record: Record = {
        "DocEntry": entry,
        "DocNum": core.number(entity_set, entry),
        "DocType": "dDocument_Items",
        "DocObjectCode": OBJECT_OF[entity_set],
        "Series": 1,
        "DocDate": day_text(core.today),
        "DocDueDate": day_text(due or core.today),
        "TaxDate": day_text(core.today),
        "RequriedDate": None,
        "CreationDate": day_text(core.today),
        "UpdateDate": day_text(core.today),
        "UpdateTime": f"{core.now:%H:%M:%S}",
        "DocTime": f"{core.now:%H:%M}:00",
        "DataVersion": 1,
        "CardCode": code,
        "CardName": name,
        "NumAtCard": their_reference,
        "FatherCard": payer,
        "FatherType": "cPayments_sum",
        "DocCurrency": currency,
        "DocRate": core.rate(currency, core.today),
        "VatSum": cents(vat),
        "VatSumFc": cents(vat_fc),
        "DocTotal": cents(net + vat),
        "DocTotalFc": cents(net_fc + vat_fc) if currency != "EUR" else 0.0,
        "DocTotalSys": cents(net + vat),
        "DiscountPercent": 0.0,
        "TotalDiscount": 0.0,
        "PaidToDate": 0.0,
        "PaidToDateFC": 0.0,
        "Comments": comments,
        "JournalMemo": None,
        "Reference1": str(core.number(entity_set, entry)),
        "Reference2": reference,
        "SalesPersonCode": partner.salesperson if isinstance(partner, Customer) else -1,
        "ContactPersonCode": None,
        "PaymentGroupCode": partner.terms_group if isinstance(partner, Customer) else 3,
        "DocumentStatus": "bost_Open",
        "Confirmed": "tYES",
        "Cancelled": "tNO",
        "CancelStatus": "csNo",
        "CancelDate": None,
        "ClosingDate": None,
        "AuthorizationStatus": "dasWithout",
        "ReserveInvoice": "tNO",
        "DownPaymentType": None,
        "DownPaymentAmount": 0.0,
        "DownPaymentPercentage": 0.0,
        "DownPaymentStatus": None,
        "TransNum": None,
        "NumberOfInstallments": 1 if entity_set in ("Invoices", "DownPayments") else 0,
        "DocumentInstallments": [],
        "DownPaymentsToDraw": [],
        "DocumentLines": rows,
    }
    if is_customer and entity_set in ("Quotations", "Orders", "Drafts"):
        record["U_PRM_Deal"] = deal
    core.sets[entity_set][entry] = record
    return record


def open_gross(record: Record, line: Record) -> float:
    """What a line still stands for, in EUR: remaining quantity x price x rate x (1 + tax)."""
    if line["LineStatus"] != "bost_Open" or record["Cancelled"] == "tYES":
        return 0.0
    share = 1 + product(line["TaxPercentagePerRow"]) / 100
    exact = product(line["RemainingOpenQuantity"], line["Price"], record["DocRate"])
    return cents(exact * share)


def reduce_line(core: Core, record: Record, line: Record, qty: float) -> float:
    """Take a quantity off what is open on a line (negative: reopen); returns the change in EUR."""
    before = open_gross(record, line)
    units = line["UnitsOfMeasurment"]
    left = tidy(line["RemainingOpenQuantity"] - qty)
    line["RemainingOpenQuantity"] = left
    line["RemainingOpenInventoryQuantity"] = tidy(left * units)
    line["OpenAmount"] = cents(product(left, line["Price"], record["DocRate"]))
    if record["DocCurrency"] != "EUR":
        line["OpenAmountFC"] = cents(product(left, line["Price"]))
    line["LineStatus"] = "bost_Close" if left <= 0 else "bost_Open"
    settle_status(core, record)
    return cents(open_gross(record, line) - before)


def close_line(core: Core, record: Record, line: Record) -> float:
    """Close a line by hand with its rest undelivered; returns the change in EUR."""
    before = open_gross(record, line)
    line["LineStatus"] = "bost_Close"
    line["OpenAmount"] = 0.0
    line["OpenAmountFC"] = 0.0
    settle_status(core, record)
    return cents(-before)


def settle_status(core: Core, record: Record) -> None:
    """Close a document whose lines are all closed, reopen it otherwise, and stamp it."""
    closed = all(line["LineStatus"] == "bost_Close" for line in record["DocumentLines"])
    if record["DocObjectCode"] in ("oInvoices", "oDownPayments", "oCreditNotes"):
        closed = closed and record["PaidToDate"] >= record["DocTotal"]
    record["DocumentStatus"] = "bost_Close" if closed else "bost_Open"
    record["ClosingDate"] = day_text(core.today) if closed else None
    core.touch(record)
