with final as (
    select
        split.demand_line_id as promise_line_id,
        split.mode,
        cast(split.split_date as date) as split_date,
        split.split_qty,
        split.cumulative_qty,
        {{ quantity('cast(split.split_qty as double) / nullif(line.inventory_per_unit, 0)') }}
            as line_split_qty,
        {{ quantity('cast(split.cumulative_qty as double) / nullif(line.inventory_per_unit, 0)') }}
            as line_cumulative_qty
    from {{ ref('int_promise_split') }} as split
    inner join {{ ref('int_demand_line') }} as line on split.demand_line_id = line.demand_line_id
    inner join {{ ref('fct_promise_line') }} as promise
        on
            split.demand_line_id = promise.promise_line_id
            and split.mode = promise.mode
    where promise.status = 'placed'
)

select * from final
