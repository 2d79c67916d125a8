with invoiced as (
    select
        item_code,
        arg_max(
            invoiced_amount / nullif(invoiced_qty, 0), (invoice_date, invoice_line_id)
        ) as unit_price,
        max(invoice_date) as price_date
    from {{ ref('fct_real_margin') }}
    where invoiced_qty > 0 and invoiced_amount > 0
    group by item_code
),

final as (
    select
        cost.item_code,
        cost.variable_unit_cost,
        cost.is_cost_known,
        {{ money('invoiced.unit_price') }} as last_unit_price,
        invoiced.price_date as last_price_date
    from {{ ref('int_item_cost') }} as cost
    left join invoiced on cost.item_code = invoiced.item_code
)

select * from final
