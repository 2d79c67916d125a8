with work_orders as (
    select
        *,
        case when not is_open then closing_date end as ended_date
    from {{ ref('int_work_order') }}
),

late as (
    select
        *,
        greatest(
            coalesce(
                case when is_open then {{ as_of_date() }} else ended_date end - due_date, 0
            ),
            0
        ) as days_late
    from work_orders
),

final as (
    select
        late.work_order_id,
        late.work_order_number,
        late.item_code,
        late.customer_card_code as card_code,
        late.origin_entry as sales_order_entry,
        late.status,
        late.is_open,
        late.days_late > 0 and late.status <> 'cancelled' as is_late,
        cast(case when late.status = 'cancelled' then 0 else late.days_late end as integer)
            as days_late,
        late.start_date,
        late.due_date,
        late.ended_date,
        late.planned_qty,
        late.completed_qty,
        late.rejected_qty,
        late.remaining_qty,
        {{ quantity('coalesce(cost.planned_hours, 0)') }} as planned_hours,
        {{ quantity('coalesce(cost.actual_hours, 0)') }} as actual_hours,
        {{ quantity('coalesce(cost.measured_hours, 0)') }} as measured_hours,
        cast(coalesce(cost.unconverted_line_count, 0) as bigint) as unconverted_line_count,
        {{ money('coalesce(cost.issued_material_amount, 0)') }} as material_amount,
        {{ money('coalesce(cost.issued_work_centre_amount, 0)') }} as work_centre_amount,
        {{ money('coalesce(cost.issued_subcontract_amount, 0)') }} as subcontract_amount,
        cast(
            {{ money('coalesce(cost.issued_material_amount, 0)') }}
            + {{ money('coalesce(cost.issued_work_centre_amount, 0)') }}
            + {{ money('coalesce(cost.issued_subcontract_amount, 0)') }}
            as decimal(18, 6)
        ) as total_cost_amount,
        {{ money('coalesce(cost.fixed_amount, 0)') }} as fixed_cost_amount,
        {{ money('coalesce(cost.scrap_amount, 0)') }} as scrap_amount,
        {{ money('cost.cost_amount / nullif(cost.completed_qty, 0)') }} as unit_cost,
        {{ money('coalesce(cost.standard_amount, 0)') }} as standard_cost_amount,
        {{ money('coalesce(cost.purchase_price_amount, 0)') }} as purchase_price_amount,
        {{ money('coalesce(cost.usage_amount, 0)') }} as usage_amount,
        {{ money('coalesce(cost.labour_rate_amount, 0)') }} as labour_rate_amount,
        {{ money('coalesce(cost.efficiency_amount, 0)') }} as efficiency_amount,
        {{ money("""
            case when late.is_open then coalesce(cost.issued_amount - cost.cost_amount, 0) else 0 end
        """) }} as wip_amount,
        cast(coalesce(cost.unpriced_line_count, 0) as bigint) as unpriced_line_count
    from late
    left join {{ ref('int_work_order_cost') }} as cost
        on late.work_order_entry = cost.work_order_entry
)

select * from final
