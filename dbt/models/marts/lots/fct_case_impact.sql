with lots as (
    select
        case_id,
        count(*) filter (where is_counted) as lot_count,
        count(*) filter (where is_counted and is_minimum) as minimum_lot_count,
        coalesce(sum(lot_qty) filter (where is_counted and is_same_item), 0) as lot_qty,
        coalesce(sum(lot_qty) filter (where is_counted and is_same_item and is_whole), 0)
            as certain_qty,
        coalesce(sum(stock_qty) filter (where is_counted and is_same_item), 0) as stock_qty,
        coalesce(sum(stock_qty) filter (where is_counted and is_same_item and is_minimum), 0)
            as minimum_stock_qty,
        coalesce(sum(shipped_qty) filter (where is_counted and is_same_item), 0) as shipped_qty,
        sum(stock_amount) as stock_amount,
        coalesce(sum(case_count), 0) - 1 as other_case_count,
        count(*) filter (where is_hold_proposed and stock_qty > held_qty) as hold_proposed_count,
        count(*) filter (where stock_qty > 0 and held_qty >= stock_qty) as held_lot_count
    from {{ ref('fct_case_lot') }}
    group by case_id
),

customers as (
    select
        case_id,
        count(distinct card_code) as customer_count,
        count(distinct card_code) filter (where is_minimum) as minimum_customer_count
    from {{ ref('fct_case_shipment') }}
    group by case_id
),

deals as (
    select
        case_id,
        count(distinct opportunity_id) as deal_count,
        sum(net_amount) as deal_amount
    from {{ ref('fct_case_deal') }}
    group by case_id
),

suspects as (
    select
        case_id,
        count(*) filter (where is_suspect) as suspect_count,
        arg_min(raw_item_code, suspect_rank) filter (where is_suspect) as suspect_item_code,
        arg_min(raw_lot_number, suspect_rank) filter (where is_suspect) as suspect_lot_number,
        arg_min(with_lot_complaint_count, suspect_rank) filter (where is_suspect)
            as suspect_complaint_count,
        arg_min(complaint_count, suspect_rank) as complaint_count,
        arg_min(with_lot_qty, suspect_rank) filter (where is_suspect) as suspect_qty,
        arg_min(base_qty, suspect_rank) as base_qty
    from {{ ref('fct_case_suspect') }}
    group by case_id
),

final as (
    select
        lots.case_id,
        coalesce(suspects.suspect_count, 0) as suspect_count,
        suspects.suspect_item_code,
        suspects.suspect_lot_number,
        suspects.suspect_complaint_count,
        suspects.complaint_count,
        {{ quantity('suspects.suspect_qty') }} as suspect_qty,
        {{ quantity('suspects.base_qty') }} as base_qty,
        lots.lot_count,
        lots.minimum_lot_count,
        {{ quantity('lots.lot_qty') }} as lot_qty,
        {{ quantity('lots.certain_qty') }} as certain_qty,
        {{ quantity('lots.stock_qty') }} as stock_qty,
        {{ quantity('lots.minimum_stock_qty') }} as minimum_stock_qty,
        {{ quantity('lots.shipped_qty') }} as shipped_qty,
        {{ money('lots.stock_amount') }} as stock_amount,
        coalesce(customers.customer_count, 0) as customer_count,
        coalesce(customers.minimum_customer_count, 0) as minimum_customer_count,
        cast(lots.other_case_count as bigint) as other_case_count,
        coalesce(deals.deal_count, 0) as deal_count,
        {{ money('coalesce(deals.deal_amount, 0)') }} as deal_amount,
        lots.hold_proposed_count,
        lots.held_lot_count,
        replacement.for_qty as replacement_qty,
        replacement.clean_stock_qty,
        replacement.replacement_date,
        replacement.reason_code as replacement_reason_code
    from lots
    inner join {{ ref('int_case_replacement') }} as replacement
        on lots.case_id = replacement.case_id
    left join customers on lots.case_id = customers.case_id
    left join deals on lots.case_id = deals.case_id
    left join suspects on lots.case_id = suspects.case_id
)

select * from final
