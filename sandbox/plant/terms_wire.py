"""What stands beside documents in the ERP: terms, price lists, sellers, agreements, forecasts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.plant.books.core import Core, day_text
from sandbox.plant.people import PEOPLE

Record = dict[str, Any]

_LOT_STATUS = {
    0: "bdsStatus_Released",
    1: "bdsStatus_NotAccessible",
    2: "bdsStatus_Locked",
}
# Screws and the like are bought a fortnight's needs at a time, packaging a month's.
ORDER_INTERVALS = {
    "BUY-BOLT8": 2, "BUY-BOLT12": 2, "BUY-NUT8": 2, "BUY-NUT12": 2, "BUY-BOX-S": 3,
}  # fmt: skip
_FORECAST = {"PMP-200": 60.0, "VLV-300": 90.0, "GEA-300": 40.0}
_FORECAST_MONTHS = (date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1))


def records(core: Core) -> dict[str, list[Record]]:
    """Every set of this kind, by name."""
    return {
        "SalesPersons": _sellers(),
        "PaymentTermsTypes": _payment_terms(),
        "PriceLists": _price_lists(),
        "ResourceGroups": _resource_groups(),
        "RouteStages": _route_stages(core),
        "InventoryCycles": _order_intervals(),
        "BatchNumberDetails": _lots(core),
        "BlanketAgreements": _agreements(core),
        "SalesForecast": _forecasts(),
        "ApprovalRequests": _approvals(core),
    }


def _sellers() -> list[Record]:
    nobody: Record = {
        "SalesEmployeeCode": -1,
        "SalesEmployeeName": "-Ningún empleado del departamento de ventas-",
        "Locked": "tNO",
        "Active": "tYES",
    }
    return [
        nobody,
        *(
            {
                "SalesEmployeeCode": person.number,
                "SalesEmployeeName": person.name,
                "CommissionForSalesEmployee": 0.0,
                "Locked": "tNO",
                "Active": "tYES",
                "Email": f"ventas{person.number}@componentes-industriales.example",
            }
            for person in PEOPLE
        ),
    ]


def _payment_terms() -> list[Record]:
    return [
        {
            "GroupNumber": number,
            "PaymentTermsGroupName": name,
            "StartFrom": "pdt_None",
            "NumberOfAdditionalMonths": 0,
            "NumberOfAdditionalDays": days,
            "GeneralDiscount": 0.0,
            "BaselineDate": "bld_TaxDate",
            "NumberOfInstallments": 1,
            "NumberOfToleranceDays": 0,
        }
        for number, name, days in ((1, "Contado", 0), (2, "30 días", 30), (3, "60 días", 60))
    ]


def _price_lists() -> list[Record]:
    return [
        {
            "PriceListNo": number,
            "PriceListName": name,
            "BasePriceList": base,
            "Factor": factor,
            "IsGrossPrice": "tNO",
            "Active": "tYES",
            "DefaultPrimeCurrency": "EUR",
            "RoundingMethod": "borm_NoRounding",
        }
        for number, name, base, factor in (
            (1, "Tarifa general", 1, 1.0),
            (2, "Distribuidores", 1, 0.9),
            (3, "Exportación", 1, 1.05),
        )
    ]


def _resource_groups() -> list[Record]:
    return [
        {
            "Code": code,
            "Name": name,
            "Type": kind,
            "CostName1": "Tarifa por hora",
            "NumOfUnitsText": "Horas",
        }
        for code, name, kind in (
            (1, "Máquinas", "rtMachine"), (2, "Personal", "rtLabor"), (3, "Otros", "rtOther"),
        )
    ]  # fmt: skip


def _route_stages(core: Core) -> list[Record]:
    numbers = sorted({s.stage for tree in core.masters.trees.values() for s in tree.stages})
    return [
        {
            "InternalNumber": number,
            "Code": f"E{number}",
            "Description": f"Etapa {number}",
            "CreationDate": "2023-08-31T00:00:00Z",
            "DateOfUpdate": "2023-08-31T00:00:00Z",
        }
        for number in numbers
    ]


def _order_intervals() -> list[Record]:
    return [
        {
            "CycleCode": code,
            "CycleName": name,
            "Frequency": frequency,
            "Day": day,
            "Interval": 1,
            "endType": "etNoEndDate",
        }
        for code, name, frequency, day in (
            (1, "Semanal", "bof_Weekly", 1),
            (2, "Cada 14 días", "bof_EveryXDays", 14),
            (3, "Mensual, día 1", "bof_Monthly", 1),
        )
    ]


def _lots(core: Core) -> list[Record]:
    """One record a lot, without quantity and warehouse, as the Service Layer has it."""
    return [
        {
            "DocEntry": entry,
            "ItemCode": lot.item,
            "ItemDescription": core.masters.items[lot.item].name,
            "Status": _LOT_STATUS[core.stock.status[key]],
            "Batch": lot.name,
            "BatchAttribute1": lot.supplier_lot,
            "BatchAttribute2": None,
            "AdmissionDate": day_text(lot.received),
            "ManufacturingDate": day_text(lot.made),
            "ExpirationDate": day_text(lot.expires),
            "Details": None,
            "SystemNumber": lot.number,
        }
        for entry, (key, lot) in enumerate(sorted(core.stock.lots.items()), start=1)
    ]


def _agreements(core: Core) -> list[Record]:
    """A year's frame with three of the larger customers."""
    buyers = sorted(core.masters.customers.values(), key=lambda c: (-c.weight, c.code))[:3]
    return [
        {
            "AgreementNo": number,
            "DocNum": number,
            "BPCode": buyer.code,
            "BPName": buyer.name,
            "StartDate": "2025-01-01T00:00:00Z",
            "EndDate": "2025-12-31T00:00:00Z",
            "Description": "Pedido marco 2025",
            "AgreementType": "atGeneral",
            "AgreementMethod": "amItem",
            "Status": "asApproved",
            "BPCurrency": buyer.currency,
            "BlanketAgreements_ItemsLines": [
                {
                    "AgreementNo": number,
                    "AgreementRowNumber": 0,
                    "ItemNo": item,
                    "PlannedQuantity": 400.0,
                    "UnitPrice": core.masters.items[item].price,
                    "PriceCurrency": "EUR",
                    "CumulativeQuantity": 0.0,
                    "UndeliveredCumulativeQuantity": 0.0,
                }
            ],
        }
        for number, (buyer, item) in enumerate(
            zip(buyers, ("PMP-100", "VLV-100", "SHF-200"), strict=True), start=1
        )
    ]


def _forecasts() -> list[Record]:
    return [
        {
            "Numerator": number,
            "ForecastCode": code,
            "ForecastName": name,
            "ForecastStartDate": "2025-09-01T00:00:00Z",
            "ForecastEndDate": "2025-11-30T00:00:00Z",
            "View": "fvtMonthly",
            "SalesForecastLines": [
                {
                    "ItemNo": item,
                    "ForecastedDay": day_text(month),
                    "Quantity": quantity * factor,
                    "Warehouse": "01",
                }
                for item, quantity in _FORECAST.items()
                for month in _FORECAST_MONTHS
            ],
        }
        for number, (code, name, factor) in enumerate(
            (
                ("T4-BASE", "Otoño 2025, base", 1.0),
                ("T4-ALTA", "Otoño 2025, alta", 1.3),
                ("T4-BAJA", "Otoño 2025, baja", 0.8),
            ),
            start=1,
        )
    ]


def _approvals(core: Core) -> list[Record]:
    """Every draft that waits for somebody's word; that its ObjectType is the draft's is a guess."""
    return [
        {
            "Code": code,
            "ApprovalTemplatesID": 1,
            "ObjectType": "112",
            "IsDraft": "Y",
            "ObjectEntry": draft["DocEntry"],
            "Status": "arsPending",
            "CurrentStage": 1,
            "OriginatorID": 1,
            "CreationDate": draft["CreationDate"],
            "DraftEntry": draft["DocEntry"],
            "DraftType": "17",
            "ApprovalRequestLines": [
                {
                    "StageCode": 1,
                    "UserID": 1,
                    "Status": "ardPending",
                    "CreationDate": draft["CreationDate"],
                }
            ],
        }
        for code, draft in enumerate(core.sets["Drafts"].values(), start=1)
        if draft["AuthorizationStatus"] == "dasPending"
    ]
