"""Cases with their lot, the way of a lot in both directions, and how far a cause reaches."""

CASES = """
select
    fct_case.case_id, case_number, customer_name, subject, created_at, is_closed, lot_text,
    item_code, item_name, lot_number, lot_reason_code, is_repeat, response_hours, open_hours,
    impact.lot_count, impact.customer_count,
    reason.en as reason_en, reason.es as reason_es
from marts.fct_case as fct_case
left join marts.fct_case_impact as impact on fct_case.case_id = impact.case_id
left join mappings.reason_text as reason on fct_case.lot_reason_code = reason.code
where not is_sales_question
order by is_closed, created_at desc, case_number desc
"""

CASE = """
select
    fct_case.* exclude (lot_count), impact.* exclude (case_id), lot.inventory_uom,
    replacement.en as replacement_reason_en, replacement.es as replacement_reason_es
from marts.fct_case as fct_case
inner join marts.fct_case_impact as impact on fct_case.case_id = impact.case_id
inner join marts.fct_lot as lot
    on fct_case.item_code = lot.item_code and fct_case.lot_number = lot.lot_number
left join mappings.reason_text as replacement
    on impact.replacement_reason_code = replacement.code
where fct_case.case_number = ?
"""

SUSPECTS = """
select
    raw_item_code, raw_item_name, raw_lot_number, supplier_name, supplier_lot_number,
    cast(receipt_number as varchar) as receipt_number, receipt_date,
    with_lot_complaint_count, complaint_count,
    cast(with_lot_qty as double) as with_lot_qty, cast(base_qty as double) as base_qty,
    complaint_share * 100 as complaint_pct, base_share * 100 as base_pct, is_suspect
from marts.fct_case_suspect
where case_id = ?
order by suspect_rank
"""

REACH = """
select
    item_code, item_name, lot_number, role, level, is_minimum, is_counted, is_hold_proposed,
    lot_date, cast(stock_qty as double) as stock_qty, cast(held_qty as double) as held_qty,
    cast(stock_qty - held_qty as double) as to_hold_qty,
    cast(shipped_qty as double) as shipped_qty, case_count, inventory_uom
from marts.fct_case_lot
where case_id = ?
order by
    case role when 'complained' then 1 when 'source' then 2 when 'part' then 3 else 4 end,
    is_minimum desc, item_code, lot_number
"""

SHIPMENTS = """
select
    customer_name, contact_name, contact_address, item_code, lot_number,
    cast(shipped_qty as double) as shipped_qty, last_shipped_date, delivery_numbers, is_minimum
from marts.fct_case_shipment
where case_id = ?
order by is_minimum desc, shipped_qty desc, customer_name, lot_number
"""

DEALS = """
select
    opportunity_id, deal_name, customer_name, item_code, cast(asked_qty as double) as asked_qty,
    cast(net_amount as double) as net_amount, queue_date
from marts.fct_case_deal
where case_id = ?
order by net_amount desc nulls last, deal_name
"""

CASE_LINKS = """
select link.*
from marts.fct_lot_link as link
inner join marts.fct_case_lot as used
    on link.used_item_code = used.item_code and link.used_lot_number = used.lot_number
inner join marts.fct_case_lot as made
    on link.made_item_code = made.item_code and link.made_lot_number = made.lot_number
where used.case_id = $case_id and made.case_id = $case_id
order by link.used_item_code, link.used_lot_number, link.made_item_code, link.made_lot_number
"""

LOTS = """
select *
from marts.fct_lot
where regexp_replace(upper(lot_number), '[^A-Z0-9]+', '', 'g')
    = regexp_replace(upper(?), '[^A-Z0-9]+', '', 'g')
order by item_code
"""

LOT_LINKS = """
with family as (
    select source_item_code as item_code, source_lot_number as lot_number
    from marts.fct_lot_reach
    where item_code = $item_code and lot_number = $lot_number
    union
    select item_code, lot_number
    from marts.fct_lot_reach
    where source_item_code = $item_code and source_lot_number = $lot_number
    union
    select $item_code, $lot_number
)
select link.*
from marts.fct_lot_link as link
inner join family as used
    on link.used_item_code = used.item_code and link.used_lot_number = used.lot_number
inner join family as made
    on link.made_item_code = made.item_code and link.made_lot_number = made.lot_number
order by link.used_item_code, link.used_lot_number, link.made_item_code, link.made_lot_number
"""

EVENTS = """
select
    event_date, event_kind, document_number, partner_name,
    cast(work_order_number as varchar) as work_order_number, warehouse_code,
    cast(moved_qty as double) as moved_qty
from marts.fct_lot_event
where item_code = ? and lot_number = ?
order by event_date, document_kind, document_entry, line_number
"""

RECALLS = """
select
    recall_date, item_code, lot_number, is_complete, source_lot_count, made_lot_count,
    customer_count, cast(given_qty as double) as given_qty,
    cast(accounted_qty as double) as accounted_qty, seconds * 1000 as milliseconds,
    list_sort(list_distinct(json_extract_string(missing, '$[*].code'))) as missing_codes
from ledger.recall
order by recall_number desc
limit 30
"""
