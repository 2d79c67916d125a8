with lines as (
    select
        *,
        case cost_link
            when 'none' then 1
            when 'standard' then 2
            when 'average' then 3
            when 'moving_average' then 4
            when 'lot' then 5
            else 6
        end as link_strength
    from {{ ref('int_invoice_line_margin') }}
),

final as (
    select
        sold_line_id,
        any_value(order_entry) as order_entry,
        any_value(card_code) as card_code,
        any_value(item_code) as item_code,
        min(invoice_date) as first_invoice_date,
        arg_min(cost_link, link_strength) as cost_link,
        any_value(quoted_source) as quoted_source,
        bool_or(is_provisional) as is_provisional,
        bool_and(real_cost_amount is not null and quoted_unit_cost is not null) as is_cost_known,
        any_value(quoted_price) as quoted_price,
        any_value(quoted_unit_cost) as quoted_unit_cost,
        case any_value(quoted_source)
            when 'invoice' then sum(quoted_qty)
            else any_value(quoted_qty)
        end as quoted_qty,
        sum(net_qty) as net_qty,
        sum(cast(invoiced_amount - credited_amount as double)) as billed_amount,
        sum(cast(coalesce(rebate_amount, 0) as double)) as rebate_amount,
        sum(cast(coalesce(freight_amount, 0) as double)) as freight_amount,
        sum(cast(coalesce(credit_cost_amount, 0) as double)) as credit_cost_amount,
        sum(cast(product_cost_amount as double)) as product_cost_amount,
        sum(net_qty * unit_standard_amount) as work_standard_amount,
        sum(case
            when is_from_work_order then net_qty * unit_purchase_price_amount
            when cost_link = 'standard' then 0
            else net_qty * (quoted_unit_cost - unit_material_amount)
        end) as purchase_price_amount,
        sum(net_qty * unit_usage_amount) as usage_amount,
        sum(net_qty * unit_labour_rate_amount) as labour_rate_amount,
        sum(net_qty * unit_efficiency_amount) as efficiency_amount,
        sum(case
            when unit_standard_amount is not null
                then net_qty * (quoted_unit_cost - unit_standard_amount)
            else 0
        end) as standard_amount,
        sum(net_amount - real_cost_amount) as real_margin_amount
    from lines
    group by sold_line_id
)

select * from final
