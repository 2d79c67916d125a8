with issued as (
    select
        base_entry as work_order_entry,
        base_line as line_number,
        sum(inventory_qty) filter (where is_live) as by_as_of_qty,
        sum(inventory_qty) filter (where is_after_as_of and not is_cancellation) as after_as_of_qty
    from {{ ref('int_document_line') }}
    where document_kind = 'goods_issue' and base_type = 202
    group by base_entry, base_line
),

stages as (
    select
        work_order_entry,
        stage_id,
        waiting_days,
        dense_rank() over (
            partition by work_order_entry order by coalesce(sequence_number, stage_id), stage_id
        ) as stage_no
    from {{ ref('stg_sap_b1__work_order_stage') }}
),

work_centres as (
    select distinct work_centre_code
    from {{ ref('stg_sap_b1__work_centre') }}
),

measured as (
    select
        line.*,
        work_order.work_order_id,
        work_order.item_code as made_item_code,
        work_order.is_disassembly,
        work_order.planned_qty as work_order_planned_qty,
        work_order.remaining_qty as work_order_remaining_qty,
        coalesce(
            line.item_type = 'pit_Resource',
            work_centres.work_centre_code is not null and item.item_code is null
        ) as is_work_centre,
        cast(coalesce(stages.stage_no, 1) as integer) as stage_no,
        cast(ceil(coalesce(stages.waiting_days, 0)) as integer) as waiting_days,
        case
            when work_order.is_ended_later then coalesce(issued.by_as_of_qty, 0)
            else coalesce(line.issued_qty, 0) - coalesce(issued.after_as_of_qty, 0)
        end as issued_at_as_of_qty
    from {{ ref('stg_sap_b1__work_order_line') }} as line
    inner join {{ ref('int_work_order') }} as work_order
        on line.work_order_entry = work_order.work_order_entry
    left join issued
        on
            line.work_order_entry = issued.work_order_entry
            and line.line_number = issued.line_number
    left join stages
        on
            line.work_order_entry = stages.work_order_entry
            and line.stage_id = stages.stage_id
    left join work_centres on line.item_code = work_centres.work_centre_code
    left join {{ ref('stg_sap_b1__item') }} as item on line.item_code = item.item_code
    where
        line.item_code is not null
        and coalesce(line.item_type, '') <> 'pit_Text'
),

final as (
    select
        work_order_id,
        work_order_entry,
        line_number,
        made_item_code,
        item_code,
        is_work_centre,
        warehouse_code,
        stage_no,
        waiting_days,
        issue_method,
        {{ quantity('coalesce(planned_qty, 0)') }} as planned_qty,
        {{ quantity('issued_at_as_of_qty') }} as issued_qty,
        {{ quantity('greatest(coalesce(planned_qty, 0) - issued_at_as_of_qty, 0)') }}
            as unissued_qty,
        {{ quantity("""
            least(
                greatest(coalesce(planned_qty, 0) - issued_at_as_of_qty, 0),
                coalesce(
                    cast(planned_qty as double)
                    * cast(work_order_remaining_qty as double)
                    / nullif(cast(work_order_planned_qty as double), 0),
                    0
                )
            )
        """) }} as remaining_qty,
        coalesce(planned_qty, 0) < 0 as is_by_product,
        is_disassembly,
        start_date,
        end_date
    from measured
)

select * from final
