with supplies as (
    select
        item_code,
        greatest(available_day, {{ as_of_date() }}) as available_date,
        cast(qty as double) as qty
    from {{ ref('int_placement_supply') }}

    union all

    select
        item_code,
        greatest(due_day, {{ as_of_date() }}) as available_date,
        cast(remaining_qty as double) as qty
    from {{ ref('int_placement_work_order') }}
),

final as (
    select
        supplies.item_code,
        week.week_no,
        sum(supplies.qty) filter (where supplies.available_date = {{ as_of_date() }})
            as on_hand_qty,
        sum(supplies.qty) as supply_qty
    from supplies
    inner join {{ ref('int_requirement_week') }} as week
        on supplies.available_date between week.week_start_date and week.week_start_date + 6
    group by supplies.item_code, week.week_no
)

select * from final
