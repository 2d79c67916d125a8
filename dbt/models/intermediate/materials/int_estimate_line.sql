with taken as (
    select
        similar_order.item_code,
        similar_order.work_order_entry,
        line.item_code as component_code,
        line.is_work_centre,
        quantile_disc(line.stage_no, 0.5) as stage_no,
        sum(line.issued_qty) as issued_qty,
        sum(line.planned_qty) as planned_qty,
        any_value(similar_order.completed_qty) as completed_qty,
        any_value(similar_order.planned_qty) as work_order_planned_qty
    from {{ ref('int_estimate_order') }} as similar_order
    inner join
        {{ ref('int_work_order_line') }} as line
        on similar_order.work_order_entry = line.work_order_entry
    where not line.is_by_product and line.item_code <> similar_order.item_code
    group by all
),

{# What was really issued by piece made; where nothing was booked, what was planned. #}
by_piece as (
    select
        item_code,
        work_order_entry,
        component_code,
        is_work_centre,
        stage_no,
        case
            when issued_qty > 0 then cast(issued_qty as double) / cast(completed_qty as double)
            else coalesce({{ ratio('planned_qty', 'work_order_planned_qty') }}, 0)
        end as per_unit_qty
    from taken
),

used as (
    select distinct
        item_code,
        component_code,
        is_work_centre
    from by_piece
),

{# An order that took nothing of a component counts as 0: what fewer than half took drops out. #}
every_order as (
    select
        similar_order.item_code,
        used.component_code,
        used.is_work_centre,
        coalesce(by_piece.per_unit_qty, 0) as per_unit_qty,
        by_piece.stage_no
    from {{ ref('int_estimate_order') }} as similar_order
    inner join used on similar_order.item_code = used.item_code
    left join by_piece
        on
            similar_order.item_code = by_piece.item_code
            and similar_order.work_order_entry = by_piece.work_order_entry
            and used.component_code = by_piece.component_code
            and used.is_work_centre = by_piece.is_work_centre
),

final as (
    select
        item_code,
        component_code,
        is_work_centre,
        cast(quantile_disc(stage_no, 0.5) as integer) as stage_no,
        median(per_unit_qty) as per_unit_qty
    from every_order
    where
        is_work_centre
        or component_code not in (select item_code from {{ ref('int_estimate_order') }})
    group by item_code, component_code, is_work_centre
    having median(per_unit_qty) > 0
)

select * from final
