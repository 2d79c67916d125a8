with policies as (
    select
        {{ policy('usage_window_days') }} as usage_days,
        {{ policy('requirement_weeks') }} * 7 as ahead_days,
        {{ policy('review_days') }} as review_days
),

stock as (
    select
        item_code,
        sum(in_stock_qty) as on_hand_qty,
        sum(usable_qty) as usable_qty,
        sum(expired_qty) as expired_qty
    from {{ ref('int_stock') }}
    where is_inventory_item
    group by item_code
),

ahead as (
    select
        item.bare_item_code as item_code,
        sum(need.gross_qty) filter (where need.scenario = 'firm') as firm_qty,
        sum(need.gross_qty) filter (where need.scenario = 'weighted') as weighted_qty
    from {{ ref('int_net_requirement') }} as need
    inner join {{ ref('int_requirement_item') }} as item on need.item_code = item.item_code
    group by item.bare_item_code
),

joined as (
    select
        item.item_code,
        item.item_name,
        item.inventory_uom,
        item.stock_class,
        item.family,
        cast(item.unit_cost as double) as unit_cost,
        stock.on_hand_qty,
        cast(stock.usable_qty as double) as usable_qty,
        stock.expired_qty,
        greatest(cast(coalesce(used.used_qty, 0) as double), 0)
        / policies.usage_days as used_per_day,
        coalesce(ahead.weighted_qty, 0) / policies.ahead_days as ahead_per_day,
        greatest(used_per_day, coalesce(ahead.firm_qty, 0) / policies.ahead_days)
            as demand_per_day,
        greatest(coalesce(ahead.weighted_qty, 0) - coalesce(ahead.firm_qty, 0), 0)
            as weighted_pipeline_qty,
        coalesce(item.lead_time_days, 0) as lead_time_days,
        policies.review_days,
        policies.usage_days,
        cast(coalesce(item.minimum_stock_qty, 0) as double) as safety_qty,
        cast(stock.on_hand_qty as double) - coalesce(used.later_qty, 0) as mean_stock_qty,
        coalesce(used.used_qty, 0) as used_qty,
        coalesce(ahead.weighted_qty, 0) <= 0
        and coalesce(used.used_qty, 0) <= 0
        and not item.is_component as is_without_use
    from stock
    cross join policies
    inner join {{ ref('int_item') }} as item on stock.item_code = item.item_code
    left join {{ ref('int_item_usage') }} as used on stock.item_code = used.item_code
    left join ahead on stock.item_code = ahead.item_code
    where stock.on_hand_qty > 0
),

judged as (
    select
        *,
        greatest(
            usable_qty - (demand_per_day * (lead_time_days + review_days) + safety_qty), 0
        ) as excess_qty,
        case when is_without_use then usable_qty else 0 end + coalesce(expired_qty, 0)
            as obsolete_qty
    from joined
),

final as (
    select
        item_code,
        item_name,
        inventory_uom,
        stock_class,
        family,
        {{ quantity('on_hand_qty') }} as on_hand_qty,
        {{ quantity('usable_qty') }} as usable_qty,
        {{ quantity('demand_per_day') }} as demand_per_day_qty,
        {{ quantity('ahead_per_day') }} as ahead_per_day_qty,
        cast(lead_time_days as integer) as lead_time_days,
        cast(review_days as integer) as review_days,
        {{ quantity('safety_qty') }} as safety_qty,
        case when ahead_per_day > 0 then round(usable_qty / ahead_per_day, 1) end as supply_days,
        case
            when mean_stock_qty > 0
                then
                    round(
                        greatest(cast(used_qty as double), 0) / mean_stock_qty
                        * 365 / usage_days, 2
                    )
        end as turns,
        {{ quantity('excess_qty') }} as excess_qty,
        {{ quantity('least(excess_qty, weighted_pipeline_qty)') }} as covered_excess_qty,
        {{ quantity('obsolete_qty') }} as obsolete_qty,
        {{ money('excess_qty * unit_cost') }} as excess_amount,
        {{ money('least(excess_qty, weighted_pipeline_qty) * unit_cost') }}
            as covered_excess_amount,
        {{ money('obsolete_qty * unit_cost') }} as obsolete_amount
    from judged
)

select * from final
