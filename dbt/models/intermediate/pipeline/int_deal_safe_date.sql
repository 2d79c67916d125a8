with lines as (
    select
        line.opportunity_id,
        line.delivered_date + error.safe_days as safe_date
    from {{ ref('fct_promise_line') }} as line
    left join {{ ref('fct_promise_error') }} as error on line.item_code = error.item_code
    where
        line.line_kind = 'deal_line'
        and line.mode in ('alone', 'firm')
        and line.status = 'placed'
),

history as (
    select
        max(plant_line_count) as plant_line_count,
        max(min_line_count) as min_line_count
    from {{ ref('fct_promise_error') }}
),

deals as (
    select
        opportunity_id,
        {# Complete is complete: one line without a safe date leaves the deal without. #}
        case when bool_and(safe_date is not null) then max(safe_date) end as safe_date
    from lines
    group by opportunity_id
),

final as (
    select
        deals.opportunity_id,
        cast(deals.safe_date as date) as safe_date,
        case when deals.safe_date is null then 'SAFE_DATE_HISTORY' end as safe_date_reason_code,
        history.plant_line_count,
        history.min_line_count
    from deals
    cross join history
)

select * from final
