{# Level by level, an item after everything it is used in. Week 0 is the first of each list. #}
with recursive plan as (
    select
        0 as low_level,
        false as is_netted,
        scenario,
        item_code,
        week_no,
        gross_qty,
        cast(null as double[]) as gross_qtys,
        cast(null as double[]) as supply_qtys,
        cast(null as double[]) as planned_qtys,
        cast(null as double[]) as start_qtys,
        cast(0 as double) as late_qty
    from {{ ref('int_gross_requirement') }}

    union all

    (
        with open_rows as (
            select *
            from plan
            where not is_netted
        ),

        gross as (
            select
                open_rows.scenario,
                open_rows.item_code,
                week.week_no,
                sum(open_rows.gross_qty) filter (where open_rows.week_no = week.week_no)
                    as gross_qty
            from open_rows
            inner join {{ ref('int_requirement_item') }} as item
                on
                    open_rows.item_code = item.item_code
                    and open_rows.low_level = item.low_level
            cross join {{ ref('int_requirement_week') }} as week
            group by open_rows.scenario, open_rows.item_code, week.week_no
        ),

        lists as (
            select
                gross.scenario,
                gross.item_code,
                list(coalesce(gross.gross_qty, 0) order by gross.week_no) as gross_qtys,
                list(coalesce(supply.supply_qty, 0) order by gross.week_no) as supply_qtys,
                list(coalesce(rate.make_qty, 0) order by gross.week_no) as make_qtys
            from gross
            left join {{ ref('int_weekly_supply') }} as supply
                on
                    gross.item_code = supply.item_code
                    and gross.week_no = supply.week_no
            left join {{ ref('int_requirement_rate') }} as rate
                on
                    gross.item_code = rate.item_code
                    and gross.week_no = rate.week_no
            group by gross.scenario, gross.item_code
        ),

        balances as (
            select
                lists.*,
                item.source,
                item.lot_min_qty,
                item.lot_multiple_qty,
                item.interval_weeks,
                item.offset_weeks,
                item.is_levelled,
                len(lists.gross_qtys) as week_count,
                list_transform(
                    range(1, len(lists.gross_qtys) + 1),
                    lambda w: list_sum(lists.supply_qtys[1:w]) - list_sum(lists.gross_qtys[1:w])
                ) as balance_qtys
            from lists
            inner join {{ ref('int_requirement_item') }} as item on lists.item_code = item.item_code
        ),

        {# What is short from a week on to the end of its order interval makes one lot. #}
        planned as (
            select
                balances.*,
                list_reduce( -- noqa: PRS
                    list_transform(
                        range(1, week_count + 1),
                        lambda w: {
                            'week': w, 'planned': cast(0 as double), 'lots': cast([] as double[])
                        }
                    ),
                    lambda so_far, x: {
                        'week': x.week,
                        'planned': so_far.planned
                        + {{ lot_of('so_far.planned', 'x.week') }},
                        'lots': list_append(
                            so_far.lots, {{ lot_of('so_far.planned', 'x.week') }}
                        )
                    },
                    {'week': 0, 'planned': cast(0 as double), 'lots': cast([] as double[])}
                ).lots as planned_qtys
            from balances
        ),

        {# Backward from the last week: what a week can't take moves to the one before. #}
        levelled as (
            select
                planned.*,
                list_reduce( -- noqa: PRS
                    list_transform(
                        range(1, week_count + 1),
                        lambda back: {
                            'week': week_count + 1 - back,
                            'carried': cast(0 as double),
                            'starts': cast([] as double[])
                        }
                    ),
                    lambda so_far, x: {
                        'week': x.week,
                        'carried': so_far.carried
                        + coalesce(planned_qtys[x.week + offset_weeks], 0)
                        - least(
                            so_far.carried + coalesce(planned_qtys[x.week + offset_weeks], 0),
                            case when is_levelled then make_qtys[x.week] else 1e18 end
                        ),
                        'starts': list_prepend(
                            least(
                                so_far.carried + coalesce(planned_qtys[x.week + offset_weeks], 0),
                                case when is_levelled then make_qtys[x.week] else 1e18 end
                            ),
                            so_far.starts
                        )
                    },
                    {'week': 0, 'carried': cast(0 as double), 'starts': cast([] as double[])}
                ) as backward
            from planned
        ),

        {# What should have been started before today starts today, and is late. #}
        started as (
            select
                *,
                backward.carried
                + coalesce(list_sum(planned_qtys[1:offset_weeks]), 0) as overdue_qty,
                list_prepend(
                    backward.starts[1] + overdue_qty, backward.starts[2:]
                ) as begun_qtys
            from levelled
        ),

        exploded as (
            select
                open_level.low_level + 1 as low_level,
                started.scenario,
                component.component_code as item_code,
                week.week_no,
                sum(
                    started.begun_qtys[week.week_no + 1] * component.per_unit_qty
                    + component.fixed_qty
                ) as gross_qty
            from started
            cross join (select max(low_level) as low_level from open_rows) as open_level
            inner join {{ ref('int_placement_component') }} as component
                on started.item_code = component.item_code
            cross join {{ ref('int_requirement_week') }} as week
            where started.source = 'make' and started.begun_qtys[week.week_no + 1] > 1e-9
            group by all
        )

        select
            open_rows.low_level + 1 as low_level,
            false as is_netted,
            open_rows.scenario,
            open_rows.item_code,
            open_rows.week_no,
            open_rows.gross_qty,
            null as gross_qtys,
            null as supply_qtys,
            null as planned_qtys,
            null as start_qtys,
            0 as late_qty
        from open_rows
        inner join {{ ref('int_requirement_item') }} as item
            on open_rows.item_code = item.item_code
        where item.low_level > open_rows.low_level

        union all

        select
            low_level,
            false as is_netted,
            scenario,
            item_code,
            week_no,
            gross_qty,
            null as gross_qtys,
            null as supply_qtys,
            null as planned_qtys,
            null as start_qtys,
            0 as late_qty
        from exploded

        union all

        select
            0 as low_level,
            true as is_netted,
            scenario,
            item_code,
            null as week_no,
            null as gross_qty,
            gross_qtys,
            supply_qtys,
            planned_qtys,
            begun_qtys as start_qtys,
            overdue_qty as late_qty
        from started
    )
),

netted as (
    select
        plan.scenario,
        plan.item_code,
        week.week_no,
        week.week_start_date,
        plan.gross_qtys[week.week_no + 1] as gross_qty,
        plan.supply_qtys[week.week_no + 1] as supply_qty,
        plan.planned_qtys[week.week_no + 1] as planned_qty,
        plan.start_qtys[week.week_no + 1] as start_qty,
        plan.late_qty
    from plan
    cross join {{ ref('int_requirement_week') }} as week
    where plan.is_netted
),

running as (
    select
        *,
        sum(supply_qty - gross_qty) over by_week as without_plan_qty,
        sum(supply_qty + planned_qty - gross_qty) over by_week as projected_qty
    from netted
    window by_week as (partition by scenario, item_code order by week_no)
),

final as (
    select
        *,
        greatest(
            greatest(0 - without_plan_qty, 0)
            - coalesce(
                max(greatest(0 - without_plan_qty, 0)) over (
                    partition by scenario, item_code
                    order by week_no
                    rows between unbounded preceding and 1 preceding
                ), 0
            ), 0
        ) as more_short_qty
    from running
)

select * from final
