{# Only an item that is made for a customer: a component without a bill is missing data and stays so. #}
with items as (
    select
        item.item_code,
        item.item_group_code,
        template.template_item_code
    from {{ ref('stg_sap_b1__item') }} as item
    left join {{ ref('item_template') }} as template on item.item_code = template.item_code
    where
        item.procurement_method = 'bom_Make'
        and not coalesce(item.is_phantom, false)
        and coalesce(item.is_inventory_item, true)
        and item.item_code not in (
            select item_code from {{ ref('int_bom_line') }}
            where tree_type = 'iProductionTree'
        )
        and item.item_code not in (
            select component_code from {{ ref('int_bom_line') }}
            where not is_work_centre
        )
),

made_orders as (
    select
        work_order.work_order_id,
        work_order.work_order_entry,
        work_order.item_code,
        item.item_group_code,
        work_order.planned_qty,
        work_order.completed_qty,
        work_order.closing_date,
        greatest(
            work_order.closing_date
            - coalesce(work_order.start_date, work_order.release_date, work_order.posting_date),
            0
        ) as lead_days
    from {{ ref('int_work_order') }} as work_order
    inner join {{ ref('stg_sap_b1__item') }} as item on work_order.item_code = item.item_code
    where
        work_order.status = 'closed'
        and not work_order.is_disassembly
        and work_order.completed_qty > 0
        and work_order.closing_date is not null
),

of_template as (
    select
        *,
        row_number() over (
            partition by item_code order by closing_date desc, work_order_entry desc
        ) as recency
    from made_orders
),

of_family as (
    select
        *,
        row_number() over (
            partition by item_group_code order by closing_date desc, work_order_entry desc
        ) as recency
    from made_orders
    where item_group_code is not null
),

similar_orders as (
    select
        items.item_code as estimated_item_code,
        'template' as basis_kind,
        items.template_item_code as basis_code,
        of_template.*
    from items
    inner join of_template on items.template_item_code = of_template.item_code
    where of_template.recency <= {{ policy('estimate_orders') }}
    union all by name
    select
        items.item_code as estimated_item_code,
        'family' as basis_kind,
        cast(items.item_group_code as varchar) as basis_code,
        of_family.*
    from items
    inner join of_family on items.item_group_code = of_family.item_group_code
    where
        items.template_item_code is null
        and of_family.recency <= {{ policy('estimate_orders') }}
),

final as (
    select
        estimated_item_code as item_code,
        basis_kind,
        basis_code,
        work_order_id,
        work_order_entry,
        planned_qty,
        completed_qty,
        cast(lead_days as integer) as lead_days
    from similar_orders
    where lead_days is not null
    qualify
        count(*) over (partition by estimated_item_code)
        >= {{ policy('estimate_orders_min') }}
)

select * from final
