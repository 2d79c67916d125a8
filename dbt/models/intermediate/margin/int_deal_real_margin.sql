with deal_lines as (
    select
        order_line.opportunity_id,
        margin.*
    from {{ ref('int_invoice_line_margin') }} as margin
    inner join {{ ref('int_sales_order_line') }} as order_line
        on margin.sales_order_line_id = order_line.sales_order_line_id
    where order_line.opportunity_id is not null
),

open_lines as (
    select
        opportunity_id,
        bool_or(is_open) as has_open_lines
    from {{ ref('int_sales_order_line') }}
    where opportunity_id is not null
    group by opportunity_id
),

final as (
    select
        deal_lines.opportunity_id,
        cast(count(*) as bigint) as invoice_line_count,
        cast(count(*) filter (where deal_lines.real_cost_amount is null) as bigint)
            as unknown_cost_line_count,
        {{ money("sum(deal_lines.net_amount)") }} as net_amount,
        {{ money("""
            case
                when bool_and(deal_lines.real_cost_amount is not null)
                    then sum(deal_lines.net_amount - deal_lines.real_cost_amount)
            end
        """) }} as real_margin_amount,
        case
            when bool_and(deal_lines.real_cost_amount is not null)
                then
                    round(
                        100
                        * cast(sum(deal_lines.net_amount - deal_lines.real_cost_amount) as double)
                        / nullif(cast(sum(deal_lines.net_amount) as double), 0),
                        4
                    )
        end as real_margin_pct,
        bool_or(deal_lines.is_provisional) or any_value(open_lines.has_open_lines) as is_provisional
    from deal_lines
    inner join open_lines on deal_lines.opportunity_id = open_lines.opportunity_id
    group by deal_lines.opportunity_id
)

select * from final
