with costed as (
    select
        line.opportunity_id,
        line.line_item_id,
        line.item_code,
        line.inventory_qty,
        line.net_amount,
        cost.cost_source,
        cost.grade,
        {{ product('line.inventory_qty', 'cost.unit_cost') }} as full_cost_amount,
        {{ product('line.inventory_qty', 'cost.variable_unit_cost') }} as variable_cost_amount
    from {{ ref('int_deal_line') }} as line
    left join {{ ref('int_item_cost') }} as cost on line.item_code = cost.item_code
),

final as (
    select
        opportunity_id,
        line_item_id,
        item_code,
        inventory_qty,
        net_amount,
        variable_cost_amount,
        full_cost_amount,
        {{ money('net_amount - variable_cost_amount') }} as contribution_amount,
        {{ money('net_amount - full_cost_amount') }} as margin_amount,
        full_cost_amount is not null as is_cost_known,
        coalesce(cost_source, 'none') as cost_source,
        coalesce(grade, 'exact') as grade
    from costed
)

select * from final
