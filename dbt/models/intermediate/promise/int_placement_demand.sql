with final as (
    select
        demand_id,
        demand_rank as rank,
        demand_kind as kind,
        stock_point as item_code,
        demand_qty as qty,
        requested_date as due_day,
        {{ as_of_date() }} as release_day,
        transit_days
    from {{ ref('int_demand') }}
)

select * from final
