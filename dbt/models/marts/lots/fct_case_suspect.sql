with matched as (
    select
        match.case_id,
        match.item_code,
        match.lot_number,
        lot.lot_date,
        lot.origin
    from {{ ref('int_case_lot_match') }} as match
    inner join {{ ref('fct_lot') }} as lot
        on
            match.item_code = lot.item_code
            and match.lot_number = lot.lot_number
    where match.reason_code is null
),

{# Raw is what nothing else was made into; a lot that was bought as it is sold is its own. #}
raw_lots as (
    select
        matched.case_id,
        reach.source_item_code as raw_item_code,
        reach.source_lot_number as raw_lot_number,
        reach.level,
        reach.is_direct
    from matched
    inner join {{ ref('int_lot_reach') }} as reach
        on
            matched.item_code = reach.item_code
            and matched.lot_number = reach.lot_number
    inner join {{ ref('fct_lot') }} as source_lot
        on
            reach.source_item_code = source_lot.item_code
            and reach.source_lot_number = source_lot.lot_number
    where source_lot.origin <> 'produced'

    union all

    select
        case_id,
        item_code as raw_item_code,
        lot_number as raw_lot_number,
        0 as level,
        true as is_direct
    from matched
    where origin <> 'produced'
),

{# The base: all lots of the complained item from about the same time. #}
base_lots as (
    select
        matched.case_id,
        lot.item_code,
        lot.lot_number,
        lot.received_qty
    from matched
    inner join {{ ref('fct_lot') }} as lot
        on
            matched.item_code = lot.item_code
            and abs(lot.lot_date - matched.lot_date) <= {{ policy('suspect_window_days') }}
),

base as (
    select
        case_id,
        sum(received_qty) as base_qty
    from base_lots
    group by case_id
),

complaints as (
    select
        base_lots.case_id,
        base_lots.item_code,
        base_lots.lot_number,
        count(other.case_id) as complaint_count
    from base_lots
    inner join matched as other
        on
            base_lots.item_code = other.item_code
            and base_lots.lot_number = other.lot_number
    group by base_lots.case_id, base_lots.item_code, base_lots.lot_number
),

all_complaints as (
    select
        case_id,
        sum(complaint_count) as complaint_count
    from complaints
    group by case_id
),

counted as (
    select
        raw_lots.case_id,
        raw_lots.raw_item_code,
        raw_lots.raw_lot_number,
        coalesce(sum(base_lots.received_qty), 0) as with_lot_qty,
        coalesce(sum(complaints.complaint_count), 0) as with_lot_complaint_count
    from raw_lots
    inner join base_lots on raw_lots.case_id = base_lots.case_id
    left join {{ ref('int_lot_reach') }} as reach
        on
            raw_lots.raw_item_code = reach.source_item_code
            and raw_lots.raw_lot_number = reach.source_lot_number
            and base_lots.item_code = reach.item_code
            and base_lots.lot_number = reach.lot_number
    left join complaints
        on
            base_lots.case_id = complaints.case_id
            and base_lots.item_code = complaints.item_code
            and base_lots.lot_number = complaints.lot_number
    where
        reach.item_code is not null
        or (raw_lots.raw_item_code, raw_lots.raw_lot_number)
        = (base_lots.item_code, base_lots.lot_number)
    group by raw_lots.case_id, raw_lots.raw_item_code, raw_lots.raw_lot_number
),

judged as (
    select
        raw_lots.*,
        counted.with_lot_qty,
        counted.with_lot_complaint_count,
        base.base_qty,
        all_complaints.complaint_count,
        {{ ratio('counted.with_lot_complaint_count', 'all_complaints.complaint_count') }}
            as complaint_share,
        {{ ratio('counted.with_lot_qty', 'base.base_qty') }} as base_share,
        counted.with_lot_complaint_count >= {{ policy('suspect_min_cases') }}
        and coalesce(complaint_share * 100 >= base_share * {{ policy('suspect_lift_pct') }}, false)
            as is_suspect
    from raw_lots
    inner join base on raw_lots.case_id = base.case_id
    inner join all_complaints on raw_lots.case_id = all_complaints.case_id
    inner join counted
        on
            raw_lots.case_id = counted.case_id
            and raw_lots.raw_item_code = counted.raw_item_code
            and raw_lots.raw_lot_number = counted.raw_lot_number
),

final as (
    select
        judged.case_id,
        judged.raw_item_code,
        lot.item_name as raw_item_name,
        judged.raw_lot_number,
        judged.level,
        judged.is_direct,
        lot.supplier_card_code,
        lot.supplier_name,
        lot.supplier_lot_number,
        lot.receipt_number,
        lot.receipt_date,
        cast(judged.with_lot_complaint_count as bigint) as with_lot_complaint_count,
        cast(judged.complaint_count as bigint) as complaint_count,
        {{ quantity('judged.with_lot_qty') }} as with_lot_qty,
        {{ quantity('judged.base_qty') }} as base_qty,
        judged.complaint_share,
        judged.base_share,
        judged.is_suspect,
        cast(row_number() over (
            partition by judged.case_id
            order by
                judged.is_suspect desc,
                judged.complaint_share / judged.base_share desc nulls last,
                judged.level desc,
                judged.raw_item_code asc,
                judged.raw_lot_number asc
        ) as integer) as suspect_rank
    from judged
    inner join {{ ref('fct_lot') }} as lot
        on
            judged.raw_item_code = lot.item_code
            and judged.raw_lot_number = lot.lot_number
)

select * from final
