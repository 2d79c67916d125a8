with deal_odds as (
    select
        'DL-' || line.line_item_id as demand_line_id,
        odds.win_odds,
        line.close_date
    from {{ ref('int_deal_line') }} as line
    inner join {{ ref('int_deal_odds') }} as odds
        on line.opportunity_id = odds.opportunity_id
),

plant_odds as (
    select coalesce(max(odds), 0) as odds
    from {{ ref('int_win_odds') }}
    where level = 'plant'
),

{# A quotation without a deal wins as the plant's deals do. #}
demands as (
    select
        demand.stock_point as item_code,
        greatest(
            coalesce(demand.requested_date, deal_odds.close_date, {{ as_of_date() }})
            - demand.transit_days,
            {{ as_of_date() }}
        ) as need_date,
        demand.demand_kind = 'firm' as is_firm,
        cast(demand.demand_qty as double) as full_qty,
        case
            when demand.demand_kind = 'firm' then 1
            else coalesce(deal_odds.win_odds, plant_odds.odds)
        end as weight
    from {{ ref('int_demand') }} as demand
    cross join plant_odds
    left join deal_odds on demand.demand_line_id = deal_odds.demand_line_id
),

components as (
    select
        component.component_code as item_code,
        greatest(coalesce(work_order.start_day, {{ as_of_date() }}), {{ as_of_date() }})
            as need_date,
        true as is_firm,
        cast(component.open_qty as double) as full_qty,
        1 as weight
    from {{ ref('int_placement_work_order_component') }} as component
    inner join {{ ref('int_placement_work_order') }} as work_order
        on component.work_order_id = work_order.work_order_id
),

leads as (
    select
        outlook.item_code,
        outlook.wanted_date as need_date,
        cast(outlook.lead_units_qty as double) as weighted_qty
    from {{ ref('int_campaign_outlook') }} as outlook
    inner join {{ ref('int_stock_point') }} as point on outlook.item_code = point.stock_point
    where outlook.lead_units_qty > 0
),

known as (
    select * from demands
    union all
    select * from components
),

unioned as (
    select
        'firm' as scenario,
        item_code,
        need_date,
        full_qty as gross_qty
    from known
    where is_firm

    union all

    select
        'weighted' as scenario,
        item_code,
        need_date,
        full_qty * weight as gross_qty
    from known

    union all

    select
        'weighted' as scenario,
        item_code,
        need_date,
        weighted_qty as gross_qty
    from leads

    union all

    select
        'full' as scenario,
        item_code,
        need_date,
        full_qty as gross_qty
    from known
),

final as (
    select
        unioned.scenario,
        unioned.item_code,
        week.week_no,
        sum(unioned.gross_qty) as gross_qty
    from unioned
    inner join {{ ref('int_requirement_week') }} as week
        on unioned.need_date between week.week_start_date and week.week_start_date + 6
    group by unioned.scenario, unioned.item_code, week.week_no
)

select * from final
