with loads as (
    select
        issue.item_code as work_centre,
        cast(date_trunc('month', issue.document_date) as date) as month_start_date,
        issue.work_order_entry,
        issue.part_qty,
        issue.part_qty * coalesce(issue.price, 0) as part_amount,
        coalesce(line.issue_method, 'im_Manual') <> 'im_Backflush' as is_measured
    from {{ ref('int_work_order_issue') }} as issue
    inner join {{ ref('int_work_order_line') }} as line
        on
            issue.work_order_entry = line.work_order_entry
            and issue.line_number = line.line_number
    where
        issue.is_work_centre
        and issue.document_date is not null
),

final as (
    select
        loads.work_centre,
        any_value(centre.work_centre_name) as work_centre_name,
        loads.month_start_date,
        {{ quantity('sum(loads.part_qty)') }} as load_qty,
        any_value(centre.unit_of_measure) as unit_of_measure,
        {{ quantity('sum(loads.part_qty * cast(centre.hours_per_unit as double))') }}
            as actual_hours,
        case
            when any_value(centre.hours_per_unit) is not null
                then {{ quantity("""
                    sum(case
                        when loads.is_measured
                            then loads.part_qty * cast(centre.hours_per_unit as double)
                        else 0
                    end)
                """) }}
        end as measured_hours,
        {{ money('sum(loads.part_amount)') }} as cost_amount,
        cast(count(distinct loads.work_order_entry) as bigint) as work_order_count
    from loads
    left join {{ ref('int_work_centre') }} as centre on loads.work_centre = centre.work_centre
    group by loads.work_centre, loads.month_start_date
)

select * from final
