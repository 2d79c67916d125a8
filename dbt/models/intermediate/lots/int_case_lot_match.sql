with cases as (
    select
        case_id,
        lot_text,
        {{ lot_key('lot_text') }} as whole_key,
        {{ lot_key_without_prefix('lot_text') }} as bare_key
    from {{ ref('stg_salesforce__case') }}
    where created_at <= {{ as_of_at() }}
),

lots as (
    select
        item_code,
        lot_number,
        {{ lot_key('lot_number') }} as whole_key,
        {{ lot_key_without_prefix('lot_number') }} as bare_key
    from {{ ref('fct_lot') }}
),

candidates as (
    select
        cases.case_id,
        lots.item_code,
        lots.lot_number,
        1 as rule_rank
    from cases
    inner join lots on cases.whole_key = lots.whole_key
    union all
    select
        cases.case_id,
        lots.item_code,
        lots.lot_number,
        2 as rule_rank
    from cases
    inner join lots on cases.bare_key = lots.whole_key
    union all
    select
        cases.case_id,
        lots.item_code,
        lots.lot_number,
        3 as rule_rank
    from cases
    inner join lots on cases.bare_key = lots.bare_key
),

best as (
    select distinct
        case_id,
        item_code,
        lot_number
    from candidates
    qualify rule_rank = min(rule_rank) over (partition by case_id)
),

counted as (
    select
        case_id,
        count(*) as lot_count,
        min(item_code) as item_code,
        min(lot_number) as lot_number
    from best
    group by case_id
),

final as (
    select
        cases.case_id,
        case when counted.lot_count = 1 then counted.item_code end as item_code,
        case when counted.lot_count = 1 then counted.lot_number end as lot_number,
        coalesce(counted.lot_count, 0) as lot_count,
        case
            when cases.whole_key is null then 'LOT_NOT_NAMED'
            when counted.lot_count is null then 'LOT_UNKNOWN'
            when counted.lot_count > 1 then 'LOT_AMBIGUOUS'
        end as reason_code
    from cases
    left join counted on cases.case_id = counted.case_id
)

select * from final
