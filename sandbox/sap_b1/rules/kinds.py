"""The kinds of marketing document: object type, table, side, and what each does to stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Side = Literal["sales", "purchase", "inventory"]


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One entity set of documents.

    `stock` is +1 for goods that come in, -1 for goods that leave, 0 for none. `receivable` is
    +1 for what the partner owes us, -1 for what we owe the partner, 0 for none; `journal` is the
    origin that its journal entry names.
    """

    entity_set: str
    object_type: int
    object_name: str
    table: str
    side: Side
    stock: int = 0
    receivable: int = 0
    journal: str | None = None

    @property
    def line_table(self) -> str:
        """The table of its lines: `RDR1` of `ORDR`."""
        return f"{self.table[1:]}1"


_KINDS = (
    DocumentKind("Quotations", 23, "oQuotations", "OQUT", "sales"),
    DocumentKind("Orders", 17, "oOrders", "ORDR", "sales"),
    DocumentKind("DeliveryNotes", 15, "oDeliveryNotes", "ODLN", "sales", stock=-1),
    DocumentKind("Returns", 16, "oReturns", "ORDN", "sales", stock=1),
    DocumentKind(
        "Invoices", 13, "oInvoices", "OINV", "sales", stock=-1, receivable=1, journal="ttARInvoice"
    ),
    DocumentKind(
        "CreditNotes",
        14,
        "oCreditNotes",
        "ORIN",
        "sales",
        stock=1,
        receivable=-1,
        journal="ttARCredItnote",
    ),
    DocumentKind(
        "DownPayments",
        203,
        "oDownPayments",
        "ODPI",
        "sales",
        receivable=1,
        journal="ttDownPayment",
    ),
    DocumentKind("PurchaseOrders", 22, "oPurchaseOrders", "OPOR", "purchase"),
    DocumentKind("PurchaseDeliveryNotes", 20, "oPurchaseDeliveryNotes", "OPDN", "purchase", 1),
    DocumentKind("PurchaseReturns", 21, "oPurchaseReturns", "ORPD", "purchase", -1),
    DocumentKind(
        "PurchaseInvoices",
        18,
        "oPurchaseInvoices",
        "OPCH",
        "purchase",
        stock=1,
        receivable=-1,
        journal="ttAPInvoice",
    ),
    DocumentKind(
        "PurchaseCreditNotes",
        19,
        "oPurchaseCreditNotes",
        "ORPC",
        "purchase",
        stock=-1,
        receivable=1,
        journal="ttAPCreditNote",
    ),
    DocumentKind("PurchaseQuotations", 540000006, "oPurchaseQuotations", "OPQT", "purchase"),
    DocumentKind("ReturnRequest", 234000031, "oReturnRequest", "ORRR", "sales"),
    DocumentKind("GoodsReturnRequest", 234000032, "oGoodsReturnRequest", "OPRR", "purchase"),
    DocumentKind("InventoryGenEntries", 59, "oInventoryGenEntry", "OIGN", "inventory", stock=1),
    DocumentKind("InventoryGenExits", 60, "oInventoryGenExit", "OIGE", "inventory", stock=-1),
)

KIND_BY_SET: Mapping[str, DocumentKind] = {kind.entity_set: kind for kind in _KINDS}
KIND_BY_TYPE: Mapping[int, DocumentKind] = {kind.object_type: kind for kind in _KINDS}
KIND_BY_NAME: Mapping[str, DocumentKind] = {kind.object_name: kind for kind in _KINDS}

PRODUCTION_ORDER = 202
