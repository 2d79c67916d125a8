{{ config(materialized='table_macro', parameters=['question_item', 'question_lot']) }}

with family as (
    select
        'itself' as direction,
        item_code,
        lot_number
    from {{ ref('fct_lot') }}
    where item_code = question_item and lot_number = question_lot

    union all

    select
        'source' as direction,
        source_item_code as item_code,
        source_lot_number as lot_number
    from {{ ref('fct_lot_reach') }}
    where item_code = question_item and lot_number = question_lot

    union all

    select
        'made' as direction,
        item_code,
        lot_number
    from {{ ref('fct_lot_reach') }}
    where source_item_code = question_item and source_lot_number = question_lot
),

{# Where a source's other units went is no part of the recall; where it came from is. #}
gaps as (
    select
        list({ 'code': gap.gap_code, 'item': gap.item_code, 'lot': gap.lot_number } order by all)
            as missing
    from family
    inner join {{ ref('fct_lot_gap') }} as gap
        on family.item_code = gap.item_code and family.lot_number = gap.lot_number
    where family.direction <> 'source' or gap.gap_code not in ('LOT_GAP_BALANCE', 'LOT_GAP_CUSTOMER')
),

shipped as (
    select
        event.card_code,
        family.item_code,
        family.lot_number,
        -sum(event.moved_qty) as shipped_qty
    from family
    inner join {{ ref('fct_lot_event') }} as event
        on family.item_code = event.item_code and family.lot_number = event.lot_number
    where family.direction <> 'source' and event.event_kind in ('shipped', 'customer_return')
    group by event.card_code, family.item_code, family.lot_number
    having sum(event.moved_qty) < 0
),

customers as (
    select
        count(distinct card_code) as customer_count,
        list(
            { 'customer': card_code, 'item': item_code, 'lot': lot_number, 'quantity': shipped_qty }
            order by card_code, item_code, lot_number
        ) as shipments
    from shipped
),

traced as (
    select
        count(*) filter (where family.direction = 'source') as source_lot_count,
        count(*) filter (where family.direction = 'made') as made_lot_count,
        any_value(lot.given_qty) filter (where family.direction = 'itself') as given_qty,
        any_value(lot.accounted_qty) filter (where family.direction = 'itself') as accounted_qty,
        list(
            {
                'direction': family.direction, 'item': lot.item_code, 'lot': lot.lot_number,
                'supplier': lot.supplier_card_code, 'receipt': lot.receipt_number,
                'stock': lot.stock_qty
            }
            order by family.direction, lot.item_code, lot.lot_number
        ) as lots
    from family
    inner join {{ ref('fct_lot') }} as lot
        on family.item_code = lot.item_code and family.lot_number = lot.lot_number
),

final as (
    select
        traced.source_lot_count,
        traced.made_lot_count,
        customers.customer_count,
        traced.given_qty,
        traced.accounted_qty,
        {{ ratio('traced.accounted_qty', 'traced.given_qty') }} as balance_share,
        gaps.missing is null as is_complete,
        coalesce(gaps.missing, []) as missing,
        traced.lots,
        coalesce(customers.shipments, []) as shipments
    from traced
    cross join customers
    cross join gaps
)

select * from final
