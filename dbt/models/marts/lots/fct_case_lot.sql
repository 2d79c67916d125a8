{# Where complaints point at raw lots, those are the source; else every raw lot may be. #}
with sources as (
    select
        case_id,
        raw_item_code as source_item_code,
        raw_lot_number as source_lot_number,
        is_suspect
    from {{ ref('fct_case_suspect') }}
    qualify is_suspect or not bool_or(is_suspect) over (partition by case_id)
),

matched as (
    select *
    from {{ ref('int_case_lot_match') }}
    where reason_code is null
),

suspected as (
    select distinct case_id
    from sources
    where is_suspect
),

found as (
    select
        sources.case_id,
        reach.item_code,
        reach.lot_number,
        reach.level,
        reach.is_direct,
        reach.is_whole,
        false as is_source
    from sources
    inner join {{ ref('int_lot_reach') }} as reach
        on
            sources.source_item_code = reach.source_item_code
            and sources.source_lot_number = reach.source_lot_number

    union all

    select
        case_id,
        source_item_code as item_code,
        source_lot_number as lot_number,
        0 as level,
        is_suspect as is_direct,
        is_suspect as is_whole,
        true as is_source
    from sources

    union all

    select
        matched.case_id,
        matched.item_code,
        matched.lot_number,
        0 as level,
        true as is_direct,
        suspected.case_id is null as is_whole,
        false as is_source
    from matched
    left join suspected on matched.case_id = suspected.case_id
),

reached as (
    select
        case_id,
        item_code,
        lot_number,
        max(level) as level,
        bool_or(is_direct) as is_minimum,
        bool_or(is_whole) as is_whole,
        bool_or(is_source) as is_source
    from found
    group by case_id, item_code, lot_number
),

used_further as (
    select distinct
        used_item_code as item_code,
        used_lot_number as lot_number
    from {{ ref('int_lot_link') }}
),

cases_of_lot as (
    select
        item_code,
        lot_number,
        count(*) as case_count
    from matched
    group by item_code, lot_number
),

final as (
    select
        reached.case_id,
        reached.item_code,
        lot.item_name,
        lot.inventory_uom,
        reached.lot_number,
        case
            when (reached.item_code, reached.lot_number) = (matched.item_code, matched.lot_number)
                then 'complained'
            when reached.is_source then 'source'
            when used_further.item_code is not null then 'part'
            else 'sibling'
        end as role,
        cast(reached.level as integer) as level,
        reached.is_minimum,
        reached.is_whole,
        -- A part that is all built in is counted through what it was built into.
        role in ('complained', 'sibling') or lot.shipped_qty > 0 as is_counted,
        suspected.case_id is not null or role = 'complained' as is_hold_proposed,
        reached.item_code = matched.item_code as is_same_item,
        lot.lot_date,
        lot.given_qty as lot_qty,
        lot.stock_qty,
        lot.usable_qty,
        lot.held_qty,
        lot.shipped_qty,
        lot.stock_amount,
        coalesce(cases_of_lot.case_count, 0) as case_count
    from reached
    inner join matched on reached.case_id = matched.case_id
    inner join {{ ref('fct_lot') }} as lot
        on
            reached.item_code = lot.item_code
            and reached.lot_number = lot.lot_number
    left join used_further
        on
            reached.item_code = used_further.item_code
            and reached.lot_number = used_further.lot_number
    left join cases_of_lot
        on
            reached.item_code = cases_of_lot.item_code
            and reached.lot_number = cases_of_lot.lot_number
    left join suspected on reached.case_id = suspected.case_id
)

select * from final
