with sales as (
    select
        month_start_date,
        least(cast(last_day(month_start_date) as date), {{ as_of_date() }}) as period_end_date,
        sum(net_amount) as net_amount,
        sum(intercompany_line_count) as intercompany_line_count,
        sum(standard_margin_amount) as standard_margin_amount,
        sum(costed_net_amount) as costed_net_amount,
        sum(uncosted_line_count) as uncosted_line_count
    from {{ ref('fct_sales_month') }}
    where basis = 'invoiced'
    group by month_start_date
),

invoice_lines as (
    select
        sum(net_amount) filter (where is_cost_known) as net_amount,
        sum(margin_amount) filter (where is_cost_known) as margin_amount,
        sum(contribution_amount) filter (where is_cost_known) as contribution_amount,
        count(*) filter (where not is_cost_known) as unknown_cost_count
    from {{ ref('fct_real_margin') }}
    where invoice_date between {{ as_of_date() }} - 364 and {{ as_of_date() }}
),

work_orders as (
    select
        count(*) filter (where is_open and due_date is not null) as open_count,
        count(*) filter (where is_open and is_late) as late_count,
        count(*) filter (where is_open and due_date is null) as undated_count
    from {{ ref('fct_work_order') }}
),

final as (
    select
        'net_sales_amount' as metric,
        month_start_date as period_start_date,
        period_end_date,
        cast(net_amount as double) as numerator,
        cast(null as double) as denominator,
        intercompany_line_count as excluded_count
    from sales

    union all

    select
        'standard_margin_share' as metric,
        month_start_date as period_start_date,
        period_end_date,
        standard_margin_amount as numerator,
        costed_net_amount as denominator,
        uncosted_line_count as excluded_count
    from sales

    union all

    select
        'real_margin_share' as metric,
        {{ as_of_date() }} - 364 as period_start_date,
        {{ as_of_date() }} as period_end_date,
        margin_amount as numerator,
        net_amount as denominator,
        unknown_cost_count as excluded_count
    from invoice_lines

    union all

    select
        'contribution_share' as metric,
        {{ as_of_date() }} - 364 as period_start_date,
        {{ as_of_date() }} as period_end_date,
        contribution_amount as numerator,
        net_amount as denominator,
        unknown_cost_count as excluded_count
    from invoice_lines

    union all

    select
        'late_work_order_share' as metric,
        {{ as_of_date() }} as period_start_date,
        {{ as_of_date() }} as period_end_date,
        late_count as numerator,
        open_count as denominator,
        undated_count as excluded_count
    from work_orders
)

select * from final
