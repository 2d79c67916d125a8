"""Master data as the Service Layer shows it: partners, items, warehouses, trees, work centres."""

from __future__ import annotations

from datetime import date

from sandbox.plant.books.core import Core, Record, day_text
from sandbox.plant.master import Customer, Item, Supplier, Tree, WorkCentre
from sandbox.plant.money import cents, tidy
from sandbox.plant.terms_wire import ORDER_INTERVALS
from sandbox.plant.working_days import closures

WAREHOUSES = (
    # code, name, nettable, drop ship, inactive
    ("01", "Almacén central", True, False, False),
    ("02", "Almacén de expediciones", True, False, False),
    ("09", "Cuarentena y reparación", False, False, False),
    ("98", "Nave antigua (cerrada)", True, False, True),
    ("DS", "Entrega directa de proveedor", True, True, False),
)
UOM_GROUP_BOX_12 = 1


def _yes(value: bool) -> str:
    return "tYES" if value else "tNO"


def warehouses() -> list[Record]:
    """All warehouses."""
    return [
        {
            "WarehouseCode": code,
            "WarehouseName": name,
            "Nettable": _yes(nettable),
            "DropShip": _yes(drop_ship),
            "Inactive": _yes(inactive),
            "EnableBinLocations": "tNO",
            "City": "Valencia",
            "Country": "ES",
            "State": None,
            "Street": "Calle de los Torneros 12",
            "ZipCode": "46988",
            "Location": None,
            "BusinessPlaceID": None,
        }
        for code, name, nettable, drop_ship, inactive in WAREHOUSES
    ]


def units() -> tuple[list[Record], list[Record]]:
    """Units of measure and their groups."""
    found = [
        {"AbsEntry": 1, "Code": "PCS", "Name": "Pieza"},
        {"AbsEntry": 2, "Code": "BOX", "Name": "Caja"},
        {"AbsEntry": 3, "Code": "KG", "Name": "Kilogramo"},
    ]
    groups: list[Record] = [
        {
            "AbsEntry": UOM_GROUP_BOX_12,
            "Code": "PCS-BOX12",
            "Name": "Piezas en cajas de 12",
            "BaseUoM": 1,
            "UoMGroupDefinitionCollection": [
                {
                    "AlternateUoM": unit,
                    "AlternateQuantity": 1.0,
                    "BaseQuantity": base,
                    "WeightFactor": 0,
                    "UdfFactor": -1,
                    "Active": "tYES",
                }
                for unit, base in ((1, 1.0), (2, 12.0))
            ],
        }
    ]
    return found, groups


def user_fields() -> list[Record]:
    """The company's own field on sales documents: the CRM deal that they belong to."""
    return [
        {
            "TableName": "ORDR",
            "FieldID": 0,
            "Name": "PRM_Deal",
            "Type": "db_Alpha",
            "SubType": "st_None",
            "Size": 18,
            "EditSize": 18,
            "Mandatory": "tNO",
            "Description": "CRM deal",
        }
    ]


def currencies() -> list[Record]:
    """The currencies of the company."""
    names = (("EUR", "Euro"), ("USD", "Dólar estadounidense"))
    return [
        {
            "Code": code,
            "Name": name,
            "DocumentsCode": code,
            "InternationalDescription": name,
            "EnglishName": "Euro" if code == "EUR" else "US Dollar",
            "Decimals": "cdDefault",
            "RoundingInPayment": "tNO",
        }
        for code, name in names
    ]


def holidays() -> list[Record]:
    """One holiday calendar a year."""
    found: list[Record] = []
    for year in (2023, 2024, 2025, 2026):
        code = f"ES-{year}"
        found.append(
            {
                "HolidayCode": code,
                "WeekendFrom": "Saturday",
                "WeekendTO": "Sunday",
                "ValidForOneYearOnly": "tYES",
                "SetWeekendsAsWorkDays": "tNO",
                "WeekNoRule": "fromFirstFourDayWeek",
                "HolidayDates": [
                    {
                        "HolidayCode": code,
                        "StartDate": day_text(c.first),
                        "EndDate": day_text(c.last),
                        "Remarks": c.reason,
                    }
                    for c in closures()
                    if c.first.year == year
                ],
            }
        )
    return found


def work_centre(centre: WorkCentre) -> Record:
    """A work centre as a resource with its capacity by weekday."""
    weekdays = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh")
    return {
        "Code": centre.code,
        "VisCode": centre.code,
        "Name": centre.name,
        "Type": centre.kind,
        "Group": 1,
        "UnitOfMeasure": centre.unit,
        "IssueMethod": "rimBackflush" if centre.backflush else "rimManual",
        "Cost1": centre.rate,
        **{f"Cost{n}": 0.0 for n in range(2, 11)},
        "Active": "tYES",
        "Inactive": "tNO",
        "DefaultWarehouse": "01",
        "UnitsPerTime": 1,
        "TimePerUnits": centre.seconds_per_unit,
        "Allocation": "raOnStartDate",
        "LinkedItem": None,
        "ResourceWarehouses": [{"Code": centre.code, "Warehouse": "01", "Locked": "tNO"}],
        "ResourceDailyCapacities": [
            {
                "Code": centre.code,
                "Weekday": f"rdcw{name}",
                "Factor1": centre.factor_1 if number < 5 else 0.0,
                "Factor2": centre.factor_2,
                "Factor3": 1.0,
                "Factor4": 1.0,
                "Total": centre.per_day if number < 5 else 0.0,
                "SingleRun": centre.single_run if number < 5 else 0.0,
            }
            for number, name in enumerate(weekdays)
        ],
    }


def tree(core: Core, found: Tree) -> Record:
    """A bill of material with its route stages."""
    items, centres = core.masters.items, core.masters.work_centres
    lines: list[Record] = []
    for number, line in enumerate(found.lines):
        price = line.price
        if price is None:
            price = centres[line.code].rate if line.is_work_centre else items[line.code].cost
        lines.append(
            {
                "ItemCode": line.code,
                "ItemName": (centres if line.is_work_centre else items)[line.code].name,
                "ItemType": "pit_Resource" if line.is_work_centre else "pit_Item",
                "ParentItem": found.parent,
                "ChildNum": number,
                "VisualOrder": number,
                "Quantity": line.qty,
                "AdditionalQuantity": line.additional,
                "Warehouse": "01",
                "Price": price,
                "Currency": "EUR",
                "PriceList": 1,
                "IssueMethod": "im_Backflush" if line.backflush else "im_Manual",
                "StageID": line.stage if found.stages else None,
            }
        )
    return {
        "TreeCode": found.parent,
        "TreeType": found.tree_type,
        "Quantity": found.quantity,
        "ProductDescription": items[found.parent].name,
        "PriceList": 1,
        "Warehouse": "01",
        "PlanAvgProdSize": 1.0,
        "HideBOMComponentsInPrintout": "tNO",
        "ProductTreeLines": lines,
        "ProductTreeStages": [
            {
                "Father": found.parent,
                "StageID": stage.stage,
                "SequenceNumber": stage.stage,
                "StageEntry": stage.stage,
                "Name": stage.name,
                "WaitingDays": float(stage.waiting_days),
            }
            for stage in found.stages
        ],
    }


def item(core: Core, found: Item, created: date) -> Record:
    """An item with its control totals and its warehouses."""
    stock = core.stock
    kept = sorted(
        {whs for code, whs in stock.on_hand if code == found.code}
        | {whs for code, whs in stock.committed if code == found.code}
        | {whs for code, whs in stock.ordered if code == found.code}
        | set(found.warehouses)
    )
    rows: list[Record] = [
        {
            "ItemCode": found.code,
            "WarehouseCode": whs,
            "InStock": tidy(stock.on_hand.get((found.code, whs), 0.0)),
            "Committed": tidy(stock.committed.get((found.code, whs), 0.0)),
            "Ordered": tidy(stock.ordered.get((found.code, whs), 0.0)),
            "MinimalStock": found.reorder_at if whs == "01" else 0.0,
            "MaximalStock": found.reorder_to if whs == "01" else 0.0,
            "MinimalOrder": 0.0,
            "StandardAveragePrice": _carried(core, found),
            "Locked": "tNO",
        }
        for whs in (kept if found.stocked else ())
    ]
    record: Record = {
        "ItemCode": found.code,
        "ItemName": found.name,
        "ForeignName": None,
        "ItemsGroupCode": GROUPS.get(found.kind, 100),
        "ItemType": "itItems",
        "ItemClass": "itcMaterial" if found.stocked else "itcService",
        "MaterialType": MATERIAL_TYPES.get(found.kind, "mt_GoodsForReseller"),
        "PurchaseItem": _yes(not found.made and found.kind != "kit"),
        "SalesItem": _yes(found.price > 0),
        "InventoryItem": _yes(found.stocked),
        "TreeType": _tree_type(core, found),
        "IsPhantom": _yes(found.phantom),
        "ManageSerialNumbers": _yes(found.by_serial),
        "ManageBatchNumbers": _yes(found.by_lot),
        "SRIAndBatchManageMethod": "bomm_OnEveryTransaction",
        "Valid": "tYES",
        "Frozen": "tNO",
        "InventoryUOM": found.unit,
        "SalesUnit": found.sales_unit or found.unit,
        "SalesItemsPerUnit": found.units_per_sales_unit,
        "PurchaseUnit": found.unit,
        "PurchaseItemsPerUnit": 1.0,
        "UoMGroupEntry": found.uom_group,
        "InventoryUoMEntry": 1 if found.uom_group != -1 else -1,
        "DefaultSalesUoMEntry": 2 if found.uom_group != -1 else None,
        "DefaultWarehouse": "01",
        "Mainsupplier": found.supplier,
        "PlanningSystem": "bop_MRP" if found.stocked and found.kind != "kit" else "bop_None",
        "ProcurementMethod": "bom_Make" if found.made else "bom_Buy",
        "ComponentWarehouse": "bomcw_BOM",
        "IssueMethod": "im_Manual",
        "LeadTime": found.lead_days,
        "ToleranceDays": 0,
        "OrderIntervals": ORDER_INTERVALS.get(found.code),
        "OrderMultiple": found.multiple,
        "MinOrderQuantity": found.min_qty,
        "MinInventory": found.reorder_at,
        "MaxInventory": found.reorder_to,
        "DesiredInventory": 0.0,
        "CostAccountingMethod": "bis_MovingAverage" if found.moving_average else "bis_Standard",
        "AvgStdPrice": _carried(core, found),
        "MovingAveragePrice": _carried(core, found) if found.moving_average else 0.0,
        "ProdStdCost": found.cost if found.made and not found.moving_average else 0.0,
        "QuantityOnStock": tidy(sum(row["InStock"] for row in rows)),
        "QuantityOrderedByCustomers": tidy(sum(row["Committed"] for row in rows)),
        "QuantityOrderedFromVendors": tidy(sum(row["Ordered"] for row in rows)),
        "SalesVATGroup": "S21",
        "CreateDate": day_text(created),
        "CreateTime": "09:00:00",
        "UpdateDate": day_text(created),
        "UpdateTime": "09:00:00",
        "DataVersion": 1,
        "ItemWarehouseInfoCollection": rows,
        "ItemPrices": [
            {
                "PriceList": 1,
                "Price": found.price,
                "Currency": "EUR",
                "BasePriceList": 1,
                "Factor": 1.0,
                "AdditionalPrice1": 0.0,
                "AdditionalCurrency1": None,
                "AdditionalPrice2": 0.0,
                "AdditionalCurrency2": None,
                "UoMPrices": [],
            }
        ],
    }
    return record


GROUPS = {
    "finished": 101,
    "component": 102,
    "bought": 103,
    "raw": 104,
    "trade": 105,
    "service": 106,
}
MATERIAL_TYPES = {
    "finished": "mt_FinishedGoods",
    "component": "mt_GoodsInProcess",
    "raw": "mt_RawMaterial",
    "bought": "mt_RawMaterial",
}


def _tree_type(core: Core, found: Item) -> str:
    tree_of = core.masters.trees.get(found.code)
    return tree_of.tree_type if tree_of else found.tree_type


def _carried(core: Core, found: Item) -> float:
    """The value per unit in the books: the standard, or the moving average."""
    return round(core.stock.average_cost(found.code), 6) if found.moving_average else found.cost


def partner(
    core: Core, found: Customer | Supplier, balances: dict[str, dict[str, float]], created: date
) -> Record:
    """A business partner with its four control totals."""
    is_customer = isinstance(found, Customer)
    record: Record = {
        "CardCode": found.code,
        "CardName": found.name,
        "CardType": "cCustomer" if is_customer else "cSupplier",
        "GroupCode": 100 if is_customer else 101,
        "Phone1": "+34 960 000 000" if found.country == "ES" else None,
        "EmailAddress": f"administracion@{found.code.lower()}.example",
        "FederalTaxID": f"{found.country}B{int.from_bytes(found.code.encode()) * 7919 % 10**8:08d}",
        "VatLiable": "vLiable" if found.country == "ES" else "vEC",
        "VatGroup": "S21" if found.tax_percent else "S0",
        "Currency": found.currency if isinstance(found, Customer) else "EUR",
        "DefaultCurrency": found.currency if isinstance(found, Customer) else "EUR",
        "PriceListNum": 1,
        "City": found.city,
        "Country": found.country,
        "ZipCode": None,
        "BillToState": None,
        "ShipToState": None,
        "Valid": "tYES",
        "Frozen": "tNO",
        "Series": 1,
        "Notes": None,
        "FreeText": None,
        "AvarageLate": None,
        "CurrentAccountBalance": cents(balances["account"].get(found.code, 0.0)),
        "OpenDeliveryNotesBalance": cents(balances["deliveries_open"].get(found.code, 0.0)),
        "OpenOrdersBalance": cents(balances["orders_open"].get(found.code, 0.0)),
        "OpenChecksBalance": cents(balances["cheques"].get(found.code, 0.0)),
        "FatherCard": None,
        "FatherType": "cPayments_sum",
        "SalesPersonCode": -1,
        "PayTermsGrpCode": 3,
        "CreditLimit": 0.0,
        "MaxCommitment": 0.0,
        "DiscountPercent": 0.0,
        "LanguageCode": 23,
        "CreateDate": day_text(created),
        "CreateTime": "09:00:00",
        "UpdateDate": day_text(created),
        "UpdateTime": "09:00:00",
        "DataVersion": 1,
        "BPAddresses": [
            {
                "BPCode": found.code,
                "RowNum": 0,
                "AddressName": "Principal",
                "AddressType": "bo_BillTo",
                "Street": "Polígono Industrial, nave 4",
                "City": found.city,
                "Country": found.country,
                "ZipCode": None,
            }
        ],
        "ContactEmployees": [],
    }
    if isinstance(found, Customer):
        record.update(
            FatherCard=found.payer,
            SalesPersonCode=found.salesperson,
            PayTermsGrpCode=found.terms_group,
            CreditLimit=found.limit,
            MaxCommitment=found.limit,
            DiscountPercent=found.discount,
            LanguageCode=23 if found.language == "es" else 8,
            Frozen="tYES" if found.frozen else "tNO",
        )
    return record


def lot_tables(core: Core) -> dict[str, list[Record]]:
    """Lot quantities (OBTQ) and lot masters (OBTN) as database tables."""
    stock = core.stock
    quantities: list[Record] = [
        {
            "ItemCode": item_code,
            "SysNumber": number,
            "WhsCode": whs,
            "Quantity": tidy(qty),
            "CommitQty": 0.0,
        }
        for (item_code, number, whs), qty in sorted(stock.by_lot.items())
        if tidy(qty)
    ]
    names: list[Record] = [
        {
            "ItemCode": lot.item,
            "SysNumber": lot.number,
            "DistNumber": lot.name,
            "ExpDate": f"{lot.expires:%Y%m%d}" if lot.expires else None,
            "MnfDate": f"{lot.made:%Y%m%d}" if lot.made else None,
            "InDate": f"{lot.received:%Y%m%d}",
            "Status": str(stock.status[key]),
        }
        for key, lot in sorted(stock.lots.items())
    ]
    return {"OBTQ": quantities, "OBTN": names}
