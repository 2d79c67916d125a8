with lines as (
    select
        case line.document_kind
            when 'sales_order' then 'ordered'
            when 'delivery_note' then 'delivered'
            else 'invoiced'
        end as basis,
        line.document_date,
        line.item_code,
        case when line.document_kind = 'credit_note' then -1 else 1 end as direction,
        line.net_amount,
        line.inventory_qty,
        line.document_kind = 'credit_note' and line.is_without_inventory_movement as is_money_only,
        line.stock_cost,
        line.tree_type,
        coalesce(customer.is_intercompany, false) as is_intercompany
    from {{ ref('int_document_line') }} as line
    left join {{ ref('int_customer') }} as customer on line.card_code = customer.card_code
    where
        line.document_kind in ('sales_order', 'delivery_note', 'invoice', 'credit_note')
        and line.is_live
        and line.document_date is not null
),

costed as (
    select
        lines.basis,
        cast(date_trunc('month', lines.document_date) as date) as month_start_date,
        lines.is_intercompany,
        lines.direction * lines.net_amount as net_amount,
        lines.direction * case
            when lines.is_money_only or lines.tree_type = 'iSalesTree' then 0
            else
                cast(lines.inventory_qty as double) * coalesce(
                    cast(period.unit_cost as double),
                    nullif(greatest(cast(lines.stock_cost as double), 0), 0),
                    cast(cost.unit_cost as double)
                )
        end as cost_amount,
        period.unit_cost is null
        and coalesce(lines.stock_cost, 0) <= 0
        and cost.unit_cost is not null as is_at_current_cost
    from lines
    left join {{ ref('int_item_cost_period') }} as period
        on
            lines.item_code = period.item_code
            and lines.document_date >= period.from_date
            and lines.document_date < period.until_date
    left join {{ ref('int_item_cost') }} as cost on lines.item_code = cost.item_code
),

counted as (
    select
        *,
        not is_intercompany and cost_amount is not null as is_costed
    from costed
),

final as (
    select
        basis,
        month_start_date,
        cast(count(*) filter (where not is_intercompany) as bigint) as line_count,
        {{ money('sum(case when is_intercompany then 0 else net_amount end)') }} as net_amount,
        cast(count(*) filter (where is_costed) as bigint) as costed_line_count,
        {{ money('sum(case when is_costed then net_amount else 0 end)') }} as costed_net_amount,
        {{ money('sum(case when is_costed then cost_amount else 0 end)') }} as standard_cost_amount,
        cast(
            {{ money('sum(case when is_costed then net_amount else 0 end)') }}
            - {{ money('sum(case when is_costed then cost_amount else 0 end)') }}
            as decimal(18, 6)
        ) as standard_margin_amount,
        cast(count(*) filter (where not is_intercompany and not is_costed) as bigint)
            as uncosted_line_count,
        cast(count(*) filter (where is_costed and is_at_current_cost) as bigint)
            as current_cost_line_count,
        cast(count(*) filter (where is_costed and net_amount < cost_amount) as bigint)
            as below_cost_line_count,
        cast(count(*) filter (where is_intercompany) as bigint) as intercompany_line_count,
        {{ money('sum(case when is_intercompany then net_amount else 0 end)') }}
            as intercompany_amount
    from counted
    group by basis, month_start_date
)

select * from final
