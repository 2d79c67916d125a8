with receipts as (
    select
        receipt.base_entry as work_order_entry,
        max(receipt.document_date) as last_receipt_date
    from {{ ref('int_document_line') }} as receipt
    where receipt.document_kind = 'goods_receipt' and receipt.base_type = 202 and receipt.is_live
    group by receipt.base_entry
),

costs as (
    select
        work_order_entry,
        sum(issued_amount) as issued_amount,
        sum(case when is_work_centre then issued_amount else 0 end) as issued_work_centre_amount,
        sum(case when is_subcontract then issued_amount else 0 end) as issued_subcontract_amount,
        sum(case when is_work_centre or is_subcontract then 0 else issued_amount end)
            as issued_material_amount,
        sum(cost_amount) as cost_amount,
        sum(case when is_work_centre then cost_amount else 0 end) as work_centre_amount,
        sum(case when is_subcontract then cost_amount else 0 end) as subcontract_amount,
        sum(case when is_work_centre or is_subcontract then 0 else cost_amount end)
            as material_amount,
        sum(fixed_amount) as fixed_amount,
        sum(standard_amount) as standard_amount,
        sum(case when is_work_centre then 0 else price_variance end) as purchase_price_amount,
        sum(case when is_work_centre then 0 else quantity_variance end) as usage_amount,
        sum(case when is_work_centre then price_variance else 0 end) as labour_rate_amount,
        sum(case when is_work_centre then quantity_variance else 0 end) as efficiency_amount,
        sum(case when is_work_centre then planned_qty * hours_per_unit end) as planned_hours,
        sum(case when is_work_centre then issued_qty * hours_per_unit end) as actual_hours,
        sum(case when is_work_centre and is_measured then issued_qty * hours_per_unit end)
            as measured_hours,
        count(*) filter (where is_work_centre and hours_per_unit is null and issued_qty <> 0)
            as unconverted_line_count,
        count(*) filter (where unpriced_count > 0) as unpriced_line_count
    from {{ ref('int_work_order_line_cost') }}
    group by work_order_entry
),

final as (
    select
        work_order.work_order_entry,
        work_order.item_code,
        work_order.is_open,
        cast(work_order.completed_qty as double) as completed_qty,
        cast(work_order.rejected_qty as double) as rejected_qty,
        coalesce(receipts.last_receipt_date, work_order.closing_date, work_order.due_date)
            as last_receipt_date,
        coalesce(costs.issued_amount, 0) as issued_amount,
        coalesce(costs.issued_work_centre_amount, 0) as issued_work_centre_amount,
        coalesce(costs.issued_subcontract_amount, 0) as issued_subcontract_amount,
        coalesce(costs.issued_material_amount, 0) as issued_material_amount,
        coalesce(costs.cost_amount, 0) as cost_amount,
        coalesce(costs.work_centre_amount, 0) as work_centre_amount,
        coalesce(costs.subcontract_amount, 0) as subcontract_amount,
        coalesce(costs.material_amount, 0) as material_amount,
        coalesce(costs.fixed_amount, 0) as fixed_amount,
        coalesce(costs.cost_amount, 0) * coalesce(
            cast(work_order.rejected_qty as double)
            / nullif(cast(work_order.rejected_qty + work_order.completed_qty as double), 0),
            0
        ) as scrap_amount,
        coalesce(costs.standard_amount, 0) as standard_amount,
        coalesce(costs.purchase_price_amount, 0) as purchase_price_amount,
        coalesce(costs.usage_amount, 0) as usage_amount,
        coalesce(costs.labour_rate_amount, 0) as labour_rate_amount,
        coalesce(costs.efficiency_amount, 0) as efficiency_amount,
        coalesce(costs.planned_hours, 0) as planned_hours,
        coalesce(costs.actual_hours, 0) as actual_hours,
        coalesce(costs.measured_hours, 0) as measured_hours,
        coalesce(costs.unconverted_line_count, 0) as unconverted_line_count,
        coalesce(costs.unpriced_line_count, 0) as unpriced_line_count
    from {{ ref('int_work_order') }} as work_order
    left join costs on work_order.work_order_entry = costs.work_order_entry
    left join receipts on work_order.work_order_entry = receipts.work_order_entry
    where work_order.status <> 'cancelled' and not work_order.is_disassembly
)

select * from final
