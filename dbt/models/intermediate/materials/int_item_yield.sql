with reported as (
    select
        work_order.item_code,
        item.item_group_code,
        work_order.completed_qty,
        work_order.rejected_qty,
        row_number() over (
            partition by work_order.item_code
            order by
                coalesce(work_order.closing_date, work_order.due_date) desc,
                work_order.work_order_entry desc
        ) as recency
    from {{ ref('int_work_order') }} as work_order
    inner join {{ ref('stg_sap_b1__item') }} as item on work_order.item_code = item.item_code
    where
        work_order.status <> 'cancelled'
        and not work_order.is_disassembly
        and work_order.completed_qty + work_order.rejected_qty > 0
),

recent as (
    select *
    from reported
    where recency <= {{ policy('yield_orders') }}
),

families as (
    select
        item_group_code,
        cast(sum(completed_qty) as double)
        / nullif(cast(sum(completed_qty + rejected_qty) as double), 0) as yield
    from recent
    group by item_group_code
),

measured as (
    select
        item_code,
        cast(sum(completed_qty) as double) as completed_qty,
        cast(sum(completed_qty + rejected_qty) as double) as reported_qty,
        cast(count(*) as integer) as order_count
    from recent
    group by item_code
),

final as (
    select
        item.item_code,
        coalesce(measured.order_count, 0) as order_count,
        greatest(
            least(
                case
                    when measured.item_code is null then 1
                    else
                        (
                            measured.completed_qty
                            + families.yield * {{ policy('yield_prior_qty', 'double') }}
                        )
                        / (measured.reported_qty + {{ policy('yield_prior_qty', 'double') }})
                end,
                1
            ),
            0.05
        ) as yield
    from {{ ref('stg_sap_b1__item') }} as item
    left join measured on item.item_code = measured.item_code
    left join families on item.item_group_code is not distinct from families.item_group_code
)

select * from final
