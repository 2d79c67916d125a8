"""The tables that SQLQueries may read: the allow-list, and each table as a view of entities.

The allow-list is that of `b1s_sqltable.conf` as the guide prints it [M 4.5.1]. Only the tables
below are imitated, with their best-known columns; column names are those of the company database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.sap_b1.declarations import STRUCTURE_BY_TABLE
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.schema import Property

_SALES = "QUT RDR DLN RRR RDN DPI INV RIN"
_PURCHASE = "PRQ PQT POR PDN PRR RPD DPO PCH RPC"
_OTHERS = (
    "CINF OADM ADM1 OADP OCRN OFPR OACP OBPL OHLD HLD1 OHFC OCRD OCRP CRD1 OCPR ORCT RCT1 RCT2 "
    "RCT3 RCT4 OVPM VPM1 VPM2 VPM3 VPM4 ODSC DSC1 OITM OITW OIBQ OBIN OBTQ OBBQ OBTN OSRQ OSBQ "
    "OSRN OCLG OCLT OCLS ATC1 ORTT ORSC RSC1 RSC2 RSC3 RSC4 RSC5 RSC6 ORST OITT ITT1 ITT2 OWOR "
    "WOR1 WOR4 ORCJ ORCM OPLN ITM1 OJDT JDT1 OCRC OCRH ODPS ECM2"
)
_FAMILIES = (*_SALES.split(), *_PURCHASE.split(), "DRF")

ALLOWED = frozenset(
    [
        *_OTHERS.split(),
        *(f"O{family}" for family in _FAMILIES),
        *(f"{family}{number}" for family in _FAMILIES for number in range(1, 15)),
    ]
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table over an entity set, or over a sub-collection of it (`rows`); column → property."""

    entity_set: str
    columns: Mapping[str, str]
    rows: str | None = None
    parent: tuple[str, str] | None = None  # column and header property that rows repeat


def _columns(text: str) -> dict[str, str]:
    """`A B=Property`: a column of the property's own name, or of another."""
    pairs = (part.partition("=") for part in text.split())
    return {name: prop or name for name, _, prop in pairs}


_HEADER = _columns(
    "DocEntry DocNum DocType CANCELED=Cancelled DocStatus=DocumentStatus DocDate DocDueDate "
    "TaxDate CardCode CardName NumAtCard DocCur=DocCurrency DocRate DocTotal DocTotalFC=DocTotalFc "
    "VatSum PaidToDate Comments SlpCode=SalesPersonCode Confirmed UpdateDate "
    "CreateDate=CreationDate"
)
_LINE = _columns(
    "LineNum ItemCode Dscription=ItemDescription Quantity OpenQty=RemainingOpenQuantity Price "
    "PriceBefDi=UnitPrice DiscPrcnt=DiscountPercent Currency Rate LineTotal WhsCode=WarehouseCode "
    "ShipDate ActDelDate=ActualDeliveryDate LineStatus BaseType BaseEntry BaseLine "
    "InvQty=InventoryQuantity unitMsr=MeasureUnit UomCode=UoMCode VatGroup "
    "VatPrcnt=TaxPercentagePerRow StockPrice=StockInmPrice OpenSum=OpenAmount"
)
_DOCUMENTS = {
    "QUT": "Quotations",
    "RDR": "Orders",
    "DLN": "DeliveryNotes",
    "RDN": "Returns",
    "INV": "Invoices",
    "RIN": "CreditNotes",
    "DPI": "DownPayments",
    "POR": "PurchaseOrders",
    "PDN": "PurchaseDeliveryNotes",
    "RPD": "PurchaseReturns",
    "PCH": "PurchaseInvoices",
    "DRF": "Drafts",
}

IMITATED: Mapping[str, Table] = {
    **{f"O{family}": Table(name, _HEADER) for family, name in _DOCUMENTS.items()},
    **{
        f"{family}1": Table(name, _LINE, "DocumentLines", ("DocEntry", "DocEntry"))
        for family, name in _DOCUMENTS.items()
    },
    "OITM": Table(
        "Items",
        _columns(
            "ItemCode ItemName ItmsGrpCod=ItemsGroupCode OnHand=QuantityOnStock "
            "IsCommited=QuantityOrderedByCustomers OnOrder=QuantityOrderedFromVendors "
            "ManBtchNum=ManageBatchNumbers ManSerNum=ManageSerialNumbers InvntItem=InventoryItem "
            "SellItem=SalesItem PrchseItem=PurchaseItem InvntryUom=InventoryUOM "
            "DfltWH=DefaultWarehouse AvgPrice=AvgStdPrice LeadTime validFor=Valid "
            "frozenFor=Frozen UpdateDate CreateDate"
        ),
    ),
    "OITW": Table(
        "Items",
        _columns(
            "WhsCode=WarehouseCode OnHand=InStock IsCommited=Committed OnOrder=Ordered "
            "MinStock=MinimalStock MaxStock=MaximalStock AvgPrice=StandardAveragePrice Locked"
        ),
        "ItemWarehouseInfoCollection",
        ("ItemCode", "ItemCode"),
    ),
    "ITM1": Table(
        "Items", _columns("PriceList Price Currency"), "ItemPrices", ("ItemCode", "ItemCode")
    ),
    "OCRD": Table(
        "BusinessPartners",
        _columns(
            "CardCode CardName CardType GroupCode Balance=CurrentAccountBalance "
            "DNotesBal=OpenDeliveryNotesBalance OrdersBal=OpenOrdersBalance "
            "CreditLine=CreditLimit DebtLine=MaxCommitment Currency ListNum=PriceListNum "
            "SlpCode=SalesPersonCode GroupNum=PayTermsGrpCode LicTradNum=FederalTaxID "
            "FatherCard validFor=Valid frozenFor=Frozen UpdateDate CreateDate"
        ),
    ),
    "OWOR": Table(
        "ProductionOrders",
        _columns(
            "DocEntry=AbsoluteEntry DocNum=DocumentNumber ItemCode=ItemNo "
            "Status=ProductionOrderStatus Type=ProductionOrderType PlannedQty=PlannedQuantity "
            "CmpltQty=CompletedQuantity RjctQty=RejectedQuantity PostDate=PostingDate DueDate "
            "StartDate RlsDate=ReleaseDate CloseDate=ClosingDate OriginType=ProductionOrderOrigin "
            "OriginAbs=ProductionOrderOriginEntry OriginNum=ProductionOrderOriginNumber "
            "CardCode=CustomerCode Warehouse CreateDate=CreationDate"
        ),
    ),
    "WOR1": Table(
        "ProductionOrders",
        _columns(
            "LineNum=LineNumber ItemCode=ItemNo ItemType BaseQty=BaseQuantity "
            "PlannedQty=PlannedQuantity IssuedQty=IssuedQuantity AdditQty=AdditionalQuantity "
            "wareHouse=Warehouse IssueType=ProductionOrderIssueType StageId=StageID StartDate "
            "EndDate"
        ),
        "ProductionOrderLines",
        ("DocEntry", "AbsoluteEntry"),
    ),
    "OITT": Table(
        "ProductTrees",
        _columns("Code=TreeCode TreeType Qauntity=Quantity ToWH=Warehouse PriceList"),
    ),
    "ITT1": Table(
        "ProductTrees",
        _columns(
            "ChildNum Code=ItemCode Quantity AddQuantit=AdditionalQuantity Warehouse Price "
            "Currency IssueMthd=IssueMethod Type=ItemType StageId=StageID"
        ),
        "ProductTreeLines",
        ("Father", "TreeCode"),
    ),
    "ORSC": Table("Resources", _columns("ResCode=Code ResName=Name ResType=Type ResGrpCod=Group")),
    "ORCT": Table(
        "IncomingPayments",
        _columns(
            "DocEntry DocNum DocType DocDate CardCode CardName CashSum TrsfrSum=TransferSum "
            "DocCurr=DocCurrency DocRate Canceled=Cancelled"
        ),
    ),
    "RCT2": Table(
        "IncomingPayments",
        _columns("InvoiceId=LineNum DocEntry SumApplied AppliedFC InvType=InvoiceType"),
        "PaymentInvoices",
        ("DocNum", "DocEntry"),
    ),
    "OJDT": Table(
        "JournalEntries",
        _columns(
            "TransId=JdtNum Number RefDate=ReferenceDate DueDate TaxDate Memo "
            "TransType=OriginalJournal CreatedBy=Original BaseRef=BaseReference"
        ),
    ),
    "JDT1": Table(
        "JournalEntries",
        _columns(
            "Line_ID Account=AccountCode ShortName Debit Credit FCDebit FCCredit FCCurrency "
            "DueDate RefDate=ReferenceDate1"
        ),
        "JournalEntryLines",
        ("TransId", "JdtNum"),
    ),
}

# Lots and serial numbers, with their quantities, stand in tables of their own.
PLAIN: Mapping[str, tuple[str, ...]] = {
    "OSRQ": ("ItemCode", "SysNumber", "WhsCode", "Quantity", "CommitQty"),
    "OSRN": ("ItemCode", "SysNumber", "DistNumber", "MnfSerial", "InDate", "Status"),
    "OBTQ": ("ItemCode", "SysNumber", "WhsCode", "Quantity", "CommitQty"),
    "OBTN": (
        "ItemCode",
        "SysNumber",
        "DistNumber",
        "ExpDate",
        "MnfDate",
        "InDate",
        "Status",
    ),
}


def is_imitated(name: str) -> bool:
    """Whether the sandbox holds rows for this table."""
    return name in IMITATED or name in PLAIN


def columns_of(name: str) -> tuple[str, ...]:
    """The columns of a table that are imitated, in the case of the database."""
    if name in PLAIN:
        return PLAIN[name]
    table = IMITATED.get(name)
    if table is None:
        return ()
    return (*table.columns, *([] if table.parent is None else [table.parent[0]]))


def view_query(records: Records, name: str) -> str:
    """The SELECT that yields a table's rows: enums as codes, dates as yyyymmdd. [M 4.9]"""
    if name in PLAIN:
        parts = [f"json_extract(body, '$.{column}') as \"{column}\"" for column in PLAIN[name]]
        return f"select {', '.join(parts)} from {records.table_name(name)}"
    table = IMITATED[name]
    entity_set = records.schema.sets[table.entity_set]
    structure, source = entity_set.structure, "body"
    tables = records.table_name(table.entity_set)
    parts = []
    if table.rows is not None and table.parent is not None:
        column, header = table.parent
        parts.append(f"json_extract(body, '$.{header}') as \"{column}\"")
        structure = records.schema.structure_of(structure.properties[table.rows])
        source, tables = "line.value", f"{tables}, json_each(body, '$.{table.rows}') as line"
    for column, name_of in table.columns.items():
        prop = structure.properties.get(name_of)
        if prop is not None:  # taken out by a change of the schema: its column is gone, too
            parts.append(f'{_column(records, prop, source)} as "{column}"')
    for user_field in records.fields.user_fields(structure.name).values():
        if name in STRUCTURE_BY_TABLE:
            parts.append(f'{_column(records, user_field, source)} as "{user_field.name}"')
    return f"select {', '.join(parts)} from {tables}"


def _column(records: Records, prop: Property, source: str) -> str:
    raw = f"json_extract({source}, '$.{prop.name}')"
    if prop.kind == "date":
        return f"replace(substr({raw}, 1, 10), '-', '')"
    codes = records.schema.enums[prop.type_name].code_by_member if prop.kind == "enum" else {}
    if not codes:
        return raw
    cases = " ".join(f"when '{member}' then '{code}'" for member, code in codes.items())
    return f"case {raw} {cases} else {raw} end"
