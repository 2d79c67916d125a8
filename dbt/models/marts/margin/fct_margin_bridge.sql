with sold as (
    select *
    from {{ ref('int_sold_line_margin') }}
    where is_cost_known
),

terms as (
    select
        *,
        {{ money('quoted_qty * (quoted_price - quoted_unit_cost)') }} as quoted,
        {{ money('billed_amount - quoted_price * net_qty') }} as price,
        {{ money('(net_qty - quoted_qty) * (quoted_price - quoted_unit_cost)') }} as volume,
        {{ money('purchase_price_amount') }} as purchase_price,
        {{ money('usage_amount') }} as usage,
        {{ money('labour_rate_amount') }} as labour_rate,
        {{ money('efficiency_amount') }} as efficiency,
        {{ money('standard_amount') }} as standard,
        {{ money('-rebate_amount') }} as rebate,
        {{ money('-freight_amount') }} as freight,
        {{ money('real_margin_amount') }} as real
    from sold
),

{# The last term takes what rounding to 0.000001 leaves, so that the terms add up exactly (K31). #}
closed as (
    select
        *,
        {{ money("""
            real - quoted - price - volume - purchase_price - usage - labour_rate - efficiency
            - standard - rebate - freight
        """) }} as credit
    from terms
),

{% set steps = [
    'quoted', 'price', 'volume', 'purchase_price', 'usage', 'labour_rate', 'efficiency', 'standard',
    'rebate', 'freight', 'credit', 'real'
] %}
steps as (
    {% for step in steps -%}
        select
            sold_line_id,
            cast({{ loop.index }} as integer) as step_no,
            '{{ step }}' as step,
            {{ step }} as amount
        from closed
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

deals as (
    select
        sales_order_line_id,
        opportunity_id
    from {{ ref('int_sales_order_line') }}
),

final as (
    select
        steps.sold_line_id,
        steps.step_no,
        steps.step,
        case steps.step when 'quoted' then 'start' when 'real' then 'end' else 'term' end as kind,
        steps.amount,
        deals.opportunity_id,
        closed.card_code,
        closed.item_code,
        closed.first_invoice_date,
        cast(date_trunc('month', closed.first_invoice_date) as date) as month_start_date,
        closed.cost_link,
        closed.quoted_source,
        closed.is_provisional
    from steps
    inner join closed on steps.sold_line_id = closed.sold_line_id
    left join deals on steps.sold_line_id = deals.sales_order_line_id
)

select * from final
