"""The Service Layer objects we read, one row each: entity set, key, stamp and delete rule."""

from __future__ import annotations

from extract.source import NO_STAMP, DeleteRule, ObjectSpec, StampRule

SYSTEM = "sap_b1"

# UpdateDate is a server-local day written as midnight Z; UpdateTime carries the time (A11).
UPDATED = StampRule(day="UpdateDate", time="UpdateTime")
UPDATED_DAY = StampRule(day="UpdateDate")


def _stamped(name: str, noun: str, required: tuple[str, ...] = ("DocNum", "DocDate")) -> ObjectSpec:
    """A marketing document: read by its change stamp, cancelled rather than deleted."""
    return ObjectSpec(
        system=SYSTEM,
        name=name,
        entity=name,
        key=("DocEntry",),
        stamp=UPDATED,
        delete=DeleteRule.ABSENCE,
        is_incremental=True,
        required=("DocEntry", *required),
        noun=noun,
        name_field="DocNum",
    )


def _compared(
    name: str,
    key: tuple[str, ...],
    noun: str,
    *,
    required: tuple[str, ...] = (),
    stamp: StampRule = NO_STAMP,
    name_field: str = "",
) -> ObjectSpec:
    """An entity without a usable stamp: read whole, compared by row hash (A11)."""
    return ObjectSpec(
        system=SYSTEM,
        name=name,
        entity=name,
        key=key,
        stamp=stamp,
        delete=DeleteRule.ABSENCE,
        is_incremental=False,
        required=(*key, *required),
        noun=noun,
        name_field=name_field or key[0],
    )


OBJECTS: tuple[ObjectSpec, ...] = (
    # Balances move without a stamp, so partners are compared although they have one.
    _compared("BusinessPartners", ("CardCode",), "Partner", required=("CardType",), stamp=UPDATED),
    # Stock moves without UpdateDate (A11).
    _compared("Items", ("ItemCode",), "Item", required=("ItemName",), stamp=UPDATED),
    _compared("Warehouses", ("WarehouseCode",), "Warehouse"),
    _stamped("Quotations", "Quotation"),
    _stamped("Orders", "Order"),
    _stamped("DeliveryNotes", "Delivery"),
    _stamped("Returns", "Return"),
    _stamped("Invoices", "Invoice"),
    _stamped("DownPayments", "Down payment"),
    _stamped("CreditNotes", "Credit note"),
    _compared("IncomingPayments", ("DocEntry",), "Payment", name_field="DocNum"),
    _compared("JournalEntries", ("JdtNum",), "Journal entry"),
    _compared("InternalReconciliations", ("ReconNum",), "Reconciliation"),
    _stamped("PurchaseOrders", "Purchase order"),
    _stamped("PurchaseDeliveryNotes", "Goods receipt PO"),
    _compared(
        "ProductionOrders",
        ("AbsoluteEntry",),
        "Work order",
        required=("ItemNo", "ProductionOrderStatus", "PlannedQuantity"),
        name_field="DocumentNumber",
    ),
    _compared("ProductTrees", ("TreeCode",), "Bill of materials", required=("Quantity",)),
    _compared("Resources", ("Code",), "Work centre"),
    _compared("ResourceCapacities", ("Id",), "Capacity", required=("Code", "Date", "Capacity")),
    _compared("Holidays", ("HolidayCode",), "Holiday calendar"),
    _stamped("InventoryGenEntries", "Goods receipt"),
    _stamped("InventoryGenExits", "Goods issue"),
    _compared("LotQuantities", ("ItemCode", "SysNumber", "WhsCode"), "Lot", required=("Quantity",)),
    _compared("Currencies", ("Code",), "Currency"),
    ObjectSpec(
        system=SYSTEM,
        name="CurrencyRates",
        entity="SBOBobService_GetCurrencyRate",
        key=("Currency", "Date"),
        stamp=NO_STAMP,
        delete=DeleteRule.FLAG,
        is_incremental=True,
        required=("Currency", "Date", "Rate"),
        noun="Rate",
        name_field="Currency",
    ),
    # A draft can really be deleted, so drafts are compared.
    _compared("Drafts", ("DocEntry",), "Draft", stamp=UPDATED, name_field="DocNum"),
    _compared("StockTransfers", ("DocEntry",), "Transfer", stamp=UPDATED_DAY, name_field="DocNum"),
    _compared(
        "InventoryTransferRequests",
        ("DocEntry",),
        "Transfer request",
        stamp=UPDATED_DAY,
        name_field="DocNum",
    ),
    _compared("UnitOfMeasurements", ("AbsEntry",), "Unit"),
    _compared("UnitOfMeasurementGroups", ("AbsEntry",), "Unit group"),
    _stamped("PurchaseInvoices", "Purchase invoice"),
    _stamped("PurchaseReturns", "Purchase return"),
    _compared("LandedCosts", ("DocEntry",), "Landed cost", name_field="LandedCostNumber"),
    # Status and attributes of a lot; its quantities are LotQuantities.
    _compared("BatchNumberDetails", ("DocEntry",), "Lot", required=("ItemCode", "Batch", "Status")),
    _compared("Deposits", ("AbsEntry",), "Deposit", required=("DepositDate",)),
    _compared(
        "BillOfExchangeTransactions",
        ("BOETransactionkey",),
        "Bill transaction",
        required=("StatusTo", "TransactionDate"),
    ),
    _compared(
        "BlanketAgreements", ("AgreementNo",), "Blanket agreement", required=("BPCode", "Status")
    ),
    # The set's name is singular, and its key is Numerator (protocols, A15).
    _compared("SalesForecast", ("Numerator",), "Sales forecast", name_field="ForecastCode"),
    _compared("ApprovalRequests", ("Code",), "Approval request", required=("Status",)),
    _compared("PaymentTermsTypes", ("GroupNumber",), "Payment terms"),
    _compared("PriceLists", ("PriceListNo",), "Price list"),
    _compared("SalesPersons", ("SalesEmployeeCode",), "Sales person"),
    _compared("RouteStages", ("InternalNumber",), "Route stage"),
    # The order intervals that items name (Items.OrderIntervals = CycleCode).
    _compared("InventoryCycles", ("CycleCode",), "Order interval", required=("Frequency",)),
    _compared("ResourceGroups", ("Code",), "Resource group"),
)
