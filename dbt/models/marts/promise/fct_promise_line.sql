with lines as (
    select
        line.*,
        unnest(case
            when line.demand_class in ('quotation', 'commit', 'pipeline') then ['alone', 'queue']
            else ['firm']
        end) as mode
    from {{ ref('int_demand_line') }} as line
    where
        line.left_out is null or (line.left_out = 'no_stock_item' and line.line_kind = 'deal_line')
),

answered as (
    select
        demand_line_id,
        mode,
        cast(count(*) as integer) as demand_count,
        min(demand_rank) as demand_rank,
        bool_and(status = 'placed') as is_placed,
        bool_or(status = 'withheld') as is_withheld,
        arg_min(reason_code, demand_id) filter (where status <> 'placed') as reason_code,
        arg_min(reason_key, demand_id) filter (where status <> 'placed') as reason_key,
        max(make_ready_day) as make_ready_day,
        max(ready_day) as ready_day,
        max(delivered_day) as delivered_day,
        min(from_stock_qty / per_line_unit_qty) as from_stock_qty,
        bool_or(to_make_qty > 0) as is_made,
        max(case when demand_id = demand_line_id then to_make_qty end) as to_make_qty,
        max(case when demand_id = demand_line_id then to_buy_qty end) as to_buy_qty,
        max(case when demand_id = demand_line_id then lot_qty end) as lot_qty,
        arg_max(demand_id, (delivered_day, demand_id)) as driving_demand_id
    from {{ ref('int_promise_demand') }}
    group by demand_line_id, mode
),

assumed as (
    select
        booking.demand_id,
        booking.mode,
        bool_or(capacity.is_assumed) as is_assumed
    from {{ source('placement', 'booking') }} as booking
    inner join {{ ref('int_placement_capacity') }} as capacity
        on
            booking.work_centre = capacity.work_centre
            and booking.day = capacity.day
    group by booking.demand_id, booking.mode
),

company as (
    select coalesce(bool_and(is_capacity_checked), true) as is_capacity_checked
    from {{ ref('int_item') }}
),

stock_grade as (
    select coalesce(bool_and(grade = 'exact'), true) as is_stock_exact
    from {{ ref('int_stock') }}
),

joined as (
    select
        lines.*,
        estimate.lead_days as estimated_lead_days,
        estimate.shortest_lead_days,
        estimate.longest_lead_days,
        company.is_capacity_checked,
        stock_grade.is_stock_exact,
        coalesce(assumed.is_assumed, false) as is_capacity_assumed,
        answered.demand_rank,
        case
            when lines.left_out is not null then 'not_needed'
            when lines.reason_code is not null then 'unplaced'
            when answered.demand_count is null then 'unplaced'
            when answered.is_withheld then 'withheld'
            when answered.is_placed then 'placed'
            else 'unplaced'
        end as status,
        case
            when lines.left_out is not null then null
            when lines.reason_code is not null then lines.reason_code
            when answered.demand_count is null then 'NO_COMPONENTS'
            else answered.reason_code
        end as final_reason_code,
        case
            when lines.reason_code is not null then lines.reason_key
            when answered.demand_count is null then lines.item_code
            else answered.reason_key
        end as final_reason_key,
        answered.make_ready_day,
        answered.ready_day,
        answered.delivered_day,
        case
            when lines.is_kit then floor(answered.from_stock_qty) else answered.from_stock_qty
        end as stock_qty,
        answered.is_made,
        answered.to_make_qty,
        answered.to_buy_qty,
        answered.lot_qty,
        driving.binding_kind,
        driving.binding_key,
        driving.binding_days,
        driving.runner_up_kind,
        driving.runner_up_key,
        driving.runner_up_days,
        driving.opened_by_day
    from lines
    cross join company
    cross join stock_grade
    left join answered
        on
            lines.demand_line_id = answered.demand_line_id
            and lines.mode = answered.mode
    left join {{ ref('int_promise_demand') }} as driving
        on
            answered.driving_demand_id = driving.demand_id
            and answered.mode = driving.mode
    left join {{ ref('int_item_estimate') }} as estimate on lines.item_code = estimate.item_code
    left join assumed
        on
            answered.driving_demand_id = assumed.demand_id
            and answered.mode = assumed.mode
),

shared_out as (
    select
        *,
        status = 'placed' and to_make_qty > 0 and estimated_lead_days is not null as is_estimated,
        status = 'placed' as is_placed,
        case when status = 'placed' then {{ quantity('stock_qty') }} end as from_stock_final_qty,
        case
            when status <> 'placed' then null
            when not is_kit then {{ quantity('to_make_qty') }}
            when is_made then {{ quantity('asked_qty - stock_qty') }}
            else {{ quantity('0') }}
        end as to_make_final_qty,
        case
            when status <> 'placed' then null
            when not is_kit then {{ quantity('to_buy_qty') }}
            when is_made then {{ quantity('0') }}
            else {{ quantity('asked_qty - stock_qty') }}
        end as to_buy_final_qty
    from joined
),

in_line_unit as (
    select
        *,
        {{ quantity('cast(asked_qty as double) / nullif(inventory_per_unit, 0)') }}
            as line_asked_qty,
        {{ quantity('cast(from_stock_final_qty as double) / nullif(inventory_per_unit, 0)') }}
            as line_stock_qty,
        {{ quantity('cast(to_buy_final_qty as double) / nullif(inventory_per_unit, 0)') }}
            as line_buy_qty
    from shared_out
),

split_rows as (
    select
        split.demand_line_id,
        split.mode,
        split.split_date,
        strftime(split.split_date, '%Y-%m-%d') || ': '
        || regexp_replace(
            cast({{ quantity("""
                cast(split.split_qty as double) / coalesce(nullif(line.inventory_per_unit, 0), 1)
            """) }} as varchar), '\.?0+$', ''
        ) as split_line
    from {{ ref('int_promise_split') }} as split
    inner join {{ ref('int_demand_line') }} as line on split.demand_line_id = line.demand_line_id
),

split_lines as (
    select
        demand_line_id,
        mode,
        list(split_line order by split_date) as lines
    from split_rows
    group by demand_line_id, mode
),

split_texts as (
    select
        demand_line_id,
        mode,
        {{ whole_lines('lines', 2000, var('language', 'es')) }} as split_text
    from split_lines
),

final as (
    select
        line.demand_line_id as promise_line_id,
        line.mode,
        line.line_kind,
        line.demand_class,
        line.demand_rank,
        line.opportunity_id,
        line.line_item_id,
        cast(line.document_number as bigint) as document_number,
        line.card_code,
        line.item_code,
        line.inventory_uom,
        line.asked_qty,
        line.from_stock_final_qty as from_stock_qty,
        line.to_make_final_qty as to_make_qty,
        line.to_buy_final_qty as to_buy_qty,
        case when line.is_placed then line.lot_qty end as lot_qty,
        line.line_unit,
        line.line_asked_qty,
        line.line_stock_qty as line_from_stock_qty,
        case
            when line.to_make_final_qty = 0 then {{ quantity('0') }}
            else {{ quantity('line.line_asked_qty - line.line_stock_qty - line.line_buy_qty') }}
        end as line_to_make_qty,
        case
            when line.to_buy_final_qty = 0 then {{ quantity('0') }}
            when line.to_make_final_qty > 0 then line.line_buy_qty
            else {{ quantity('line.line_asked_qty - line.line_stock_qty') }}
        end as line_to_buy_qty,
        line.status,
        line.final_reason_code as reason_code,
        line.final_reason_key as reason_key,
        line.requested_date,
        case when line.is_placed then line.make_ready_day end as make_ready_date,
        case when line.is_placed then line.ready_day end as ready_date,
        case when line.is_placed then line.delivered_day end as delivered_date,
        case
            when line.is_placed then cast(line.delivered_day - {{ as_of_date() }} as integer)
        end as day_number,
        case
            when
                line.is_placed
                then cast(greatest(line.delivered_day - line.requested_date, 0) as integer)
        end as days_late,
        case when line.is_placed then line.binding_kind end as binding_kind,
        case when line.is_placed then line.binding_key end as binding_key,
        case when line.is_placed then line.binding_days end as binding_days,
        case when line.is_placed then line.runner_up_kind end as runner_up_kind,
        case when line.is_placed then line.runner_up_key end as runner_up_key,
        case when line.is_placed then line.runner_up_days end as runner_up_days,
        case when line.is_placed then line.opened_by_day end as opened_by_date,
        line.is_capacity_checked,
        line.is_capacity_assumed,
        line.is_stock_exact,
        line.is_estimated,
        case
            when line.is_estimated
                then
                    greatest(
                        line.delivered_day - (line.estimated_lead_days - line.shortest_lead_days),
                        {{ as_of_date() }}
                    )
        end as estimate_low_date,
        case
            when line.is_estimated
                then line.delivered_day + (line.longest_lead_days - line.estimated_lead_days)
        end as estimate_high_date,
        case when line.is_placed then split_texts.split_text end as split_text
    from in_line_unit as line
    left join split_texts
        on
            line.demand_line_id = split_texts.demand_line_id
            and line.mode = split_texts.mode
)

select * from final
