with final as (
    select
        requirement.scenario,
        requirement.item_code,
        greatest(requirement.week_start_date, {{ as_of_date() }}) as need_date,
        master.item_name,
        master.inventory_uom,
        {{ quantity('requirement.planned_qty') }} as order_qty,
        {{ product('requirement.planned_qty', 'purchase.unit_cost') }} as order_amount,
        purchase.card_code as supplier_code,
        purchase.supplier_name,
        purchase.lead_p50_days,
        purchase.lead_p90_days,
        purchase.lead_basis,
        purchase.receipt_count,
        need_date - purchase.lead_p50_days as likely_order_date,
        need_date - purchase.lead_p90_days as last_safe_order_date,
        coalesce(last_safe_order_date < {{ as_of_date() }}, false) as is_too_late
    from {{ ref('int_net_requirement') }} as requirement
    inner join {{ ref('int_requirement_item') }} as item
        on requirement.item_code = item.item_code
    inner join {{ ref('int_item') }} as master on item.bare_item_code = master.item_code
    inner join {{ ref('int_item_purchase') }} as purchase
        on item.bare_item_code = purchase.item_code
    where item.source = 'buy' and requirement.planned_qty > 0.0000005
)

select * from final
