"""The named records K1-K37: the figures that were worked out by hand beside what the marts tell.

A figure is named by its case and its place in `truth/cases.json`. Dates are compared as text.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.truth.comparing import Number, Table
from tests.truth.records import Records

# What stands at each place: a select of one value over the marts, {found} from the case's record.
_STOCK = "select sum({}) from marts.fct_inventory_position where item_code = '{}'"
_EXPOSURE = "select {} from marts.fct_exposure where card_code = '{}'"
_DEAL = "select {} from marts.fct_deal where opportunity_id = '{{opportunity}}'"
_LINE = (
    "select {} from marts.fct_promise_line"
    " where opportunity_id = '{{opportunity}}' and mode = '{}' and line_kind = 'deal_line'"
)
_ORDER = (
    "select distinct {} from marts.fct_delivery_line"
    " where document_number = {{{}}} and line_number = 0"
)
_BRIDGE = "select sum(amount) from marts.fct_margin_bridge where item_code = '{}' and step = '{}'"
_LOT = (
    "select sum(lot_qty) from marts.fct_lot_position where item_code = '{}' and lot_number = '{}'"
)

TOLD: dict[tuple[str, str], str] = {
    ("B7", "stock"): _STOCK.format("in_stock_qty", "B7-NEG"),
    ("B18", "amount"): _EXPOSURE.format("exposure_amount", "{customer}"),
    ("K1", "on_hand"): _STOCK.format("in_stock_qty", "K1-BOX"),
    ("K1", "committed"): _STOCK.format("committed_qty", "K1-BOX"),
    ("K2", "on_hand"): _STOCK.format("in_stock_qty", "K2-NET"),
    ("K2", "usable"): _STOCK.format("usable_qty", "K2-NET"),
    ("K2", "held"): _STOCK.format("held_qty", "K2-NET"),
    ("K2", "expired"): _STOCK.format("expired_qty", "K2-NET"),
    ("K6", "on_hand"): _STOCK.format("in_stock_qty", "K6-PART") + " and warehouse_code = '01'",
    ("K6", "committed"): _STOCK.format("committed_qty", "K6-PART") + " and warehouse_code = '01'",
    ("K10", "stale_value"): "select sum(open_amount) from marts.fct_expected_receipt"
    " where item_code = 'K10-OLD' and standing = 'stale'",
    ("K10", "on_hand"): _STOCK.format("in_stock_qty", "K10-OLD"),
    ("K12", "lot_qty.K12-X"): _LOT.format("K12-X", "{lot}"),
    ("K12", "lot_qty.K12-Y"): _LOT.format("K12-Y", "{lot}"),
    ("K12", "usable.K12-X"): _STOCK.format("usable_qty", "K12-X"),
    ("K12", "usable.K12-Y"): _STOCK.format("usable_qty", "K12-Y"),
    ("K35", "in_stock"): _LOT.format("K35-RAW", "{lot}"),
    ("K35B", "in_stock.01"): _LOT.format("K35-RAW", "{lot}") + " and warehouse_code = '01'",
    ("K35B", "in_stock.02"): _LOT.format("K35-RAW", "{lot}") + " and warehouse_code = '02'",
    ("K36", "on_hand"): _STOCK.format("in_stock_qty", "K36-SLOW"),
    **{
        ("K18", name): _EXPOSURE.format(f"{name}_amount", "{customer}")
        for name in ("receivables", "delivered_not_invoiced", "open_orders", "exposure")
    },
    **{
        ("K19", f"exposure.{code}"): _EXPOSURE.format("exposure_amount", code)
        for code in ("CK19A", "CK19B", "CK19C")
    },
    ("K20", "receivables"): _EXPOSURE.format("receivables_amount", "CK20"),
    ("K20", "exposure"): _EXPOSURE.format("exposure_amount", "CK20"),
    ("K20", "oldest_overdue_days"): _EXPOSURE.format("oldest_overdue_days", "CK20"),
    ("K20", "overdue_invoice_amount"): "select sum(open_amount) from marts.fct_receivable"
    " where card_code = 'CK20' and document_kind = 'invoice' and days_overdue > 0",
    ("K21", "payer_receivables"): "select sum(open_amount) from marts.fct_receivable"
    " where payer_card_code = 'CK21F'",
    ("K21", "payer_exposure"): _EXPOSURE.format("exposure_amount", "CK21F"),
    ("K21", "payer_available"): _EXPOSURE.format("available_amount", "CK21F"),
    ("K22", "available"): _EXPOSURE.format("available_amount", "CK22"),
    ("K22", "deal_gross"): _DEAL.format("gross_amount"),
    ("K22", "short"): _DEAL.format("credit_short_amount"),
    ("K22", "level"): _DEAL.format("credit_level"),
    ("K22 (USD)", "exposure"): _EXPOSURE.format("exposure_amount", "CK22U"),
    ("K22 (USD)", "difference"): _EXPOSURE.format("rate_difference_amount", "CK22U"),
    ("credit", "available"): _EXPOSURE.format("available_amount", "CCRED"),
    ("credit", "short"): _DEAL.format("credit_short_amount"),
    ("credit", "level"): _DEAL.format("credit_level"),
    ("K23", "dso"): "select dso_days from marts.fct_dso where payer_card_code = 'CK23'"
    " and period_kind = 'as_of' and period_days = 30",
    ("K24", "exposure"): _EXPOSURE.format("exposure_amount", "CK24"),
    ("K24", "draft"): _EXPOSURE.format("drafts_amount", "CK24"),
    ("K25", "first_promise"): _ORDER.format("first_promise_date", "order"),
    ("K25", "last_promise"): _ORDER.format("last_promise_date", "order"),
    ("K25", "delivered"): _ORDER.format("delivered_date", "order"),
    ("K25", "slip_days"): _ORDER.format("slip_days", "order"),
    ("K26", "arrived"): _ORDER.format("delivered_date", "arrival_kept"),
    ("K26", "estimated"): _ORDER.format("delivered_date", "arrival_estimated"),
    ("K27", "on_hand"): _STOCK.format("in_stock_qty", "K27-PART"),
    **{
        ("K27", name): _EXPOSURE.format(f"{name}_amount", "CK27")
        for name in ("open_orders", "delivered_not_invoiced", "receivables")
    },
    **{
        ("K29", f"actual_hours.{item}"): "select sum(actual_hours) from marts.fct_work_order"
        f" where item_code = '{item}'"
        for item in ("K29-BF", "K29-MN")
    },
    ("K30", "real_cost"): "select max(product_cost_amount) from marts.fct_real_margin"
    " where item_code in ('K30-A', 'K30-B', 'K30-C')"
    " having max(product_cost_amount) = min(product_cost_amount) and count(*) = 3",
    **{
        ("K31", place): _BRIDGE.format("K31-PART", step)
        for place, step in (
            ("quoted_margin", "quoted"),
            ("real_margin", "real"),
            ("price", "price"),
            ("volume", "volume"),
            ("purchase_price_variance", "purchase_price"),
            ("usage", "usage"),
            ("labour_rate", "labour_rate"),
            ("efficiency", "efficiency"),
            ("freight", "freight"),
            ("credit", "credit"),
        )
    },
    ("K32", "quoted_margin"): "select sum(quoted_margin_amount) from marts.fct_real_margin"
    " where item_code = 'K32-MA'",
    **{
        (case, "earliest_date"): _DEAL.format("earliest_date")
        for case in ("K13", "K16", "K17", "K4", "K4 (1,026)", "estimate")
    },
    **{
        (case, place): _LINE.format(column, "alone")
        for case in ("K4", "K4 (1,026)")
        for place, column in (
            ("from_stock", "from_stock_qty"),
            ("to_make", "to_make_qty"),
            ("to_buy", "to_buy_qty"),
            ("make_ready_date", "make_ready_date"),
            ("days_late", "days_late"),
        )
    },
    **{
        (case, place): _DEAL.format(place)
        for case in ("K4", "K4 (1,026)")
        for place in ("queue_date", "binding_lock")
    },
    ("K9", "to_make"): _LINE.format("lot_qty", "alone"),
}


def figures(records: Records) -> Table:
    """Every figure by case and place."""
    found: Table = {}
    for case, record in records.truth("cases").items():
        for place, value in _flat(record["figures"]):
            if (case, place) in TOLD:
                number = None if isinstance(value, str) else Decimal(str(value))
                found[case, place] = (number, value if isinstance(value, str) else None)
    return found


def _flat(found: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    flat = []
    for name, value in found.items():
        flat += (
            _flat(value, f"{before}{name}.")
            if isinstance(value, dict)
            else [(before + name, value)]
        )
    return flat


def told(records: Records) -> str:
    """One select of all figures."""
    cases = records.truth("cases")
    return " union all ".join(
        f"select '{case}', '{place}', try_cast(value as decimal(18, 6)),"
        f" case when try_cast(value as decimal(18, 6)) is null then value end"
        f" from (select cast(({select.format(**cases[case])}) as varchar) as value)"
        for (case, place), select in TOLD.items()
    )


NUMBERS = (Number("named records K1-K37", figures, told, ("figure", "text"), key_width=2),)
