with positions as (
    select
        sum(stock_amount) as stock_amount,
        sum(stock_amount) filter (where in_stock_qty > 0 and unit_cost > 0) as positive_amount,
        sum(case
            when in_stock_qty > 0 and unit_cost > 0
                then cast(usable_qty as double) * cast(unit_cost as double)
        end) as usable_amount,
        count(*) filter (where in_stock_qty <> 0 and coalesce(unit_cost, 0) = 0) as no_cost_count,
        count(*) filter (
            where in_stock_qty < 0 or (in_stock_qty <> 0 and coalesce(unit_cost, 0) = 0)
        )
            as left_out_count,
        count(*) filter (where is_negative) as negative_count
    from {{ ref('fct_inventory_position') }}
),

receipts as (
    select
        coalesce(sum(open_amount), 0) as stale_amount,
        count(*) filter (where open_amount is null) as no_price_count
    from {{ ref('fct_expected_receipt') }}
    where standing = 'stale'
),

loads as (
    select
        sum(cast(utilisation_numerator as double) * cast(hours_per_unit as double)) as used_hours,
        sum(cast(utilisation_denominator as double) * cast(hours_per_unit as double))
            as available_hours,
        count(*) filter (where hours_per_unit is null) as unconverted_count
    from {{ ref('fct_capacity_load') }}
    where grain = 'day' and period_date between {{ as_of_date() }} + 1 and {{ as_of_date() }} + 28
),

final as (
    select
        'stock_amount' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        cast(stock_amount as double) as numerator,
        cast(null as double) as denominator,
        no_cost_count as excluded_count
    from positions

    union all

    select
        'usable_stock_share' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        usable_amount as numerator,
        positive_amount as denominator,
        left_out_count as excluded_count
    from positions

    union all

    select
        'negative_stock_count' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        negative_count as numerator,
        null as denominator,
        0 as excluded_count
    from positions

    union all

    select
        'stale_receipts_amount' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        stale_amount as numerator,
        null as denominator,
        no_price_count as excluded_count
    from receipts

    union all

    select
        'utilisation' as metric,
        {{ as_of_date() }} + 1 as period_start_date,
        {{ as_of_date() }} + 28 as period_end_date,
        used_hours as numerator,
        available_hours as denominator,
        unconverted_count as excluded_count
    from loads
)

select * from final
