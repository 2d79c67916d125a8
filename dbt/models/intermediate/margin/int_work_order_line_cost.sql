with recursive work_orders as (
    select
        work_order_entry,
        is_open,
        is_disassembly,
        cast(planned_qty as double) as planned_qty,
        cast(completed_qty as double) as completed_qty
    from {{ ref('int_work_order') }}
    where status <> 'cancelled'
),

lines as (
    select
        line.work_order_entry,
        line.line_number,
        line.item_code,
        line.is_work_centre,
        line.issue_method,
        cast(line.planned_qty as double) as planned_qty,
        cast(line.issued_qty as double) as issued_qty,
        work_orders.is_open,
        coalesce(
            cast(line.planned_qty as double)
            / nullif(work_orders.planned_qty, 0) * work_orders.completed_qty,
            0
        ) as standard_qty
    from {{ ref('int_work_order_line') }} as line
    inner join work_orders on line.work_order_entry = work_orders.work_order_entry
),

{# While an order is open, its good pieces carry what they were to take; the rest is in process. #}
attributed as (
    select
        *,
        case
            when not is_open then issued_qty
            when planned_qty < 0 then greatest(issued_qty, standard_qty)
            else least(issued_qty, standard_qty)
        end as attributed_qty
    from lines
),

parts as (
    select
        issue.*,
        attributed.attributed_qty / nullif(attributed.issued_qty, 0) as attributed_share,
        origin.completed_qty as origin_completed_qty
    from {{ ref('int_work_order_issue') }} as issue
    inner join attributed
        on
            issue.work_order_entry = attributed.work_order_entry
            and issue.line_number = attributed.line_number
    left join work_orders as origin
        on issue.origin_work_order_entry = origin.work_order_entry
),

{# A component made in an own order costs what that order cost, over all levels. #}
direct_costs as (
    select
        work_order_entry,
        sum(part_qty * coalesce(attributed_share, 1) * coalesce(price, 0)) as direct_amount
    from parts
    where price_source <> 'work_order' or coalesce(origin_completed_qty, 0) = 0
    group by work_order_entry
),

made_parts as (
    select
        work_order_entry,
        origin_work_order_entry,
        sum(part_qty * coalesce(attributed_share, 1) / origin_completed_qty) as origin_share
    from parts
    where
        price_source = 'work_order'
        and origin_completed_qty > 0
        and origin_work_order_entry <> work_order_entry
    group by work_order_entry, origin_work_order_entry
),

ancestry as (
    select
        work_order_entry as root_entry,
        work_order_entry,
        cast(1 as double) as share,
        1 as level
    from work_orders
    union all
    select
        ancestry.root_entry,
        made_parts.origin_work_order_entry as work_order_entry,
        ancestry.share * made_parts.origin_share as share,
        ancestry.level + 1 as level
    from ancestry
    inner join made_parts on ancestry.work_order_entry = made_parts.work_order_entry
    where ancestry.level < 12
),

full_costs as (
    select
        ancestry.root_entry as work_order_entry,
        sum(ancestry.share * coalesce(direct_costs.direct_amount, 0)) as cost_amount
    from ancestry
    left join direct_costs on ancestry.work_order_entry = direct_costs.work_order_entry
    group by ancestry.root_entry
),

priced_parts as (
    select
        parts.*,
        case
            when parts.price_source = 'work_order' and parts.origin_completed_qty > 0
                then full_costs.cost_amount / parts.origin_completed_qty
            when parts.price_source = 'work_order' then parts.fallback_price
            else parts.price
        end as actual_price
    from parts
    left join full_costs
        on parts.origin_work_order_entry = full_costs.work_order_entry
),

issued as (
    select
        work_order_entry,
        line_number,
        bool_or(is_subcontract) as is_subcontract,
        sum(part_qty) as part_qty,
        sum(part_qty * coalesce(actual_price, 0)) as part_amount,
        count(*) filter (where actual_price is null) as unpriced_count,
        max(document_date) as last_issue_date
    from priced_parts
    group by work_order_entry, line_number
),

standards as (
    select
        attributed.*,
        coalesce(issued.is_subcontract, false) as is_subcontract,
        coalesce(issued.part_amount, 0) as issued_amount,
        coalesce(issued.unpriced_count, 0) as unpriced_count,
        coalesce(
            issued.part_amount / nullif(issued.part_qty, 0),
            cast(rate.unit_rate as double),
            cast(cost.unit_cost as double)
        ) as actual_price,
        coalesce(
            cast(rate.unit_rate as double),
            cast(cost.unit_cost as double),
            issued.part_amount / nullif(issued.part_qty, 0)
        ) as standard_price,
        coalesce(
            cast(rate.unit_rate - rate.variable_unit_rate as double)
            / nullif(cast(rate.unit_rate as double), 0),
            cast(cost.fixed_unit_cost as double) / nullif(cast(cost.unit_cost as double), 0),
            0
        ) as fixed_share,
        cast(centre.hours_per_unit as double) as hours_per_unit
    from attributed
    left join issued
        on
            attributed.work_order_entry = issued.work_order_entry
            and attributed.line_number = issued.line_number
    left join {{ ref('int_work_centre_rate') }} as rate
        on attributed.is_work_centre and attributed.item_code = rate.work_centre
    left join {{ ref('int_work_centre') }} as centre
        on attributed.is_work_centre and attributed.item_code = centre.work_centre
    left join {{ ref('int_item_cost') }} as cost
        on not attributed.is_work_centre and attributed.item_code = cost.item_code
),

final as (
    select
        work_order_entry,
        line_number,
        item_code,
        is_work_centre,
        is_subcontract,
        coalesce(issue_method, 'im_Manual') <> 'im_Backflush' as is_measured,
        planned_qty,
        issued_qty,
        standard_qty,
        attributed_qty,
        actual_price,
        standard_price,
        hours_per_unit,
        issued_amount,
        coalesce(attributed_qty * actual_price, 0) as cost_amount,
        coalesce(attributed_qty * actual_price, 0) * fixed_share as fixed_amount,
        coalesce(standard_qty * standard_price, 0) as standard_amount,
        coalesce((standard_price - actual_price) * attributed_qty, 0) as price_variance,
        coalesce((standard_qty - attributed_qty) * standard_price, 0) as quantity_variance,
        unpriced_count
    from standards
)

select * from final
