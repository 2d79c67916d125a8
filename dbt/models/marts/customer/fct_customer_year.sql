with delivered as (
    select
        card_code,
        sum(otif_first_delivery) as on_time_line_count,
        count(otif_first_delivery) as decided_line_count
    from {{ ref('fct_delivery_line') }}
    where
        exclusion_reason is null
        and first_promise_date
        between {{ as_of_date() }} - {{ policy('on_time_window_days') }} and {{ as_of_date() }}
    group by card_code
),

ordered as (
    select
        card_code,
        count(distinct document_entry) as order_count,
        sum(net_amount) as ordered_amount
    from {{ ref('int_sales_order_line') }}
    where order_date > {{ as_of_date() }} - {{ policy('on_time_window_days') }}
    group by card_code
),

invoiced as (
    select
        card_code,
        sum(net_amount) as invoiced_amount,
        sum(net_amount) filter (where is_cost_known) as costed_amount,
        sum(contribution_amount) filter (where is_cost_known) as contribution_amount,
        count(*) filter (where is_provisional) as provisional_line_count
    from {{ ref('fct_real_margin') }}
    where invoice_date > {{ as_of_date() }} - {{ policy('on_time_window_days') }}
    group by card_code
),

final as (
    select
        customer.card_code,
        cast(coalesce(ordered.order_count, 0) as integer) as order_count,
        {{ money('coalesce(ordered.ordered_amount, 0)') }} as ordered_amount,
        {{ money('coalesce(invoiced.invoiced_amount, 0)') }} as invoiced_amount,
        {{ money('coalesce(invoiced.costed_amount, 0)') }} as costed_amount,
        {{ money('invoiced.contribution_amount') }} as contribution_amount,
        cast(
            {{ ratio('invoiced.contribution_amount * 100', 'invoiced.costed_amount') }}
            as decimal(18, 6)
        ) as contribution_pct,
        cast(coalesce(invoiced.provisional_line_count, 0) as integer) as provisional_line_count,
        cast(coalesce(delivered.on_time_line_count, 0) as integer) as on_time_line_count,
        cast(coalesce(delivered.decided_line_count, 0) as integer) as decided_line_count,
        cast(
            {{ ratio('delivered.on_time_line_count * 100', 'delivered.decided_line_count') }}
            as decimal(18, 6)
        ) as on_time_pct,
        exposure.payment_days,
        exposure.settled_item_count
    from {{ ref('int_customer') }} as customer
    left join ordered
        on customer.card_code = ordered.card_code
    left join invoiced
        on customer.card_code = invoiced.card_code
    left join delivered
        on customer.card_code = delivered.card_code
    left join {{ ref('fct_exposure') }} as exposure
        on customer.card_code = exposure.card_code
)

select * from final
