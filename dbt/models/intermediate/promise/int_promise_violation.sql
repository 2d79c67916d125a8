with capacity as (
    select
        work_centre,
        day,
        cast(available as double) as available
    from {{ ref('int_placement_capacity') }}
),

bookings as (
    select
        demand_id,
        mode,
        work_centre,
        day,
        sum(amount) as amount
    from {{ source('placement', 'booking') }}
    group by demand_id, mode, work_centre, day
),

booked_together as (
    select
        work_centre,
        day,
        sum(amount) filter (where mode = 'firm') as firm_amount,
        sum(amount) filter (where mode in ('firm', 'queue')) as queue_amount
    from bookings
    group by work_centre, day
),

overfull as (
    select
        'overfull' as proof,
        bookings.mode,
        bookings.demand_id,
        bookings.work_centre as proof_key,
        bookings.day,
        case bookings.mode
            when 'firm' then booked_together.firm_amount
            when 'queue' then booked_together.queue_amount
            else coalesce(booked_together.firm_amount, 0) + bookings.amount
        end as found,
        coalesce(capacity.available, 0) as allowed
    from bookings
    inner join booked_together
        on
            bookings.work_centre = booked_together.work_centre
            and bookings.day = booked_together.day
    left join capacity
        on
            bookings.work_centre = capacity.work_centre
            and bookings.day = capacity.day
),

supplies as (
    select
        supply_id,
        cast(qty as double) as qty,
        available_day,
        expires_day
    from {{ ref('int_placement_supply') }}
    union all
    select
        work_order_id as supply_id,
        cast(remaining_qty as double) as qty,
        cast(null as date) as available_day,
        cast(null as date) as expires_day
    from {{ ref('int_placement_work_order') }}
),

pegs as (
    select
        demand_id,
        mode,
        supply_id,
        sum(qty) as qty,
        min(day) as first_day,
        max(day) as last_day
    from {{ source('placement', 'peg') }}
    group by demand_id, mode, supply_id
),

pegged_together as (
    select
        supply_id,
        sum(qty) filter (where mode = 'firm') as firm_qty,
        sum(qty) filter (where mode in ('firm', 'queue')) as queue_qty
    from pegs
    group by supply_id
),

pegged_twice as (
    select
        'pegged_twice' as proof,
        pegs.mode,
        pegs.demand_id,
        pegs.supply_id as proof_key,
        pegs.last_day as day,
        case pegs.mode
            when 'firm' then pegged_together.firm_qty
            when 'queue' then pegged_together.queue_qty
            else coalesce(pegged_together.firm_qty, 0) + pegs.qty
        end as found,
        supplies.qty as allowed
    from pegs
    inner join pegged_together on pegs.supply_id = pegged_together.supply_id
    inner join supplies on pegs.supply_id = supplies.supply_id
),

pegged_out_of_time as (
    select
        'before_material' as proof,
        pegs.mode,
        pegs.demand_id,
        pegs.supply_id as proof_key,
        case
            when pegs.first_day < supplies.available_day then pegs.first_day else pegs.last_day
        end as day,
        1 as found,
        0 as allowed
    from pegs
    inner join supplies on pegs.supply_id = supplies.supply_id
    where pegs.first_day < supplies.available_day or pegs.last_day >= supplies.expires_day
),

ready_before_pegged as (
    select
        'before_material' as proof,
        answer.mode,
        answer.demand_id,
        peg.supply_id as proof_key,
        answer.ready_day as day,
        peg.day - answer.ready_day as found,
        0 as allowed
    from {{ source('placement', 'answer') }} as answer
    inner join {{ source('placement', 'peg') }} as peg
        on
            answer.demand_id = peg.demand_id
            and answer.mode = peg.mode
    where answer.status = 'placed' and peg.day > answer.ready_day
),

wanted as (
    select
        demand_id,
        unnest(case when kind = 'firm' then ['firm'] else ['alone', 'queue'] end) as mode
    from {{ ref('int_placement_demand') }}
),

unanswered as (
    select
        'unanswered' as proof,
        wanted.mode,
        wanted.demand_id,
        wanted.demand_id as proof_key,
        {{ as_of_date() }} as day,
        1 as found,
        0 as allowed
    from wanted
    left join {{ source('placement', 'answer') }} as answer
        on
            wanted.demand_id = answer.demand_id
            and wanted.mode = answer.mode
    where
        answer.demand_id is null
        or (answer.status <> 'placed' and answer.reason_code is null)
),

split_sums as (
    select
        'split_sum' as proof,
        answer.mode,
        answer.demand_id,
        answer.demand_id as proof_key,
        answer.delivered_day as day,
        cast(answer.from_stock_qty + answer.to_make_qty + answer.to_buy_qty as double) as found,
        cast(demand.qty as double) as allowed,
        cast(answer.from_stock_qty as double) as from_stock
    from {{ source('placement', 'answer') }} as answer
    inner join {{ ref('int_placement_demand') }} as demand on answer.demand_id = demand.demand_id
    where answer.status = 'placed'
),

chain_sums as (
    select
        'chain_sum' as proof,
        answer.mode,
        answer.demand_id,
        answer.demand_id as proof_key,
        answer.delivered_day as day,
        coalesce(sum(chain.days), 0) as found,
        answer.delivered_day - {{ as_of_date() }} as allowed
    from {{ source('placement', 'answer') }} as answer
    left join {{ source('placement', 'chain') }} as chain
        on
            answer.demand_id = chain.demand_id
            and answer.mode = chain.mode
    where answer.status = 'placed'
    group by answer.mode, answer.demand_id, answer.delivered_day
),

stage_spans as (
    select
        demand_id,
        mode,
        item_code,
        stage_no,
        min(day) as first_day,
        max(day) as last_day
    from {{ source('placement', 'booking') }}
    group by demand_id, mode, item_code, stage_no
),

stage_waits as (
    select
        cast(null as varchar) as work_order_id,
        item_code,
        stage_no,
        max(waiting_days) as waiting_days
    from {{ ref('int_placement_operation') }}
    group by item_code, stage_no
    union all
    select
        work_order_id,
        cast(null as varchar) as item_code,
        stage_no,
        max(waiting_days) as waiting_days
    from {{ ref('int_placement_work_order_operation') }}
    group by work_order_id, stage_no
),

stages_with_waits as (
    select
        stage_spans.*,
        coalesce(of_order.waiting_days, of_item.waiting_days, 0) as waiting_days
    from stage_spans
    left join stage_waits as of_order
        on
            stage_spans.demand_id = of_order.work_order_id
            and stage_spans.stage_no = of_order.stage_no
    left join stage_waits as of_item
        on
            of_order.work_order_id is null
            and stage_spans.item_code = of_item.item_code
            and stage_spans.stage_no = of_item.stage_no
),

before_stage as (
    select
        demand_id,
        mode,
        item_code || ' ' || stage_no as proof_key,
        first_day as day,
        lag(last_day + waiting_days) over (
            partition by demand_id, mode, item_code order by stage_no
        ) as earlier_end
    from stages_with_waits
),

component_needs as (
    select
        cast(null as varchar) as work_order_id,
        item_code as parent_code,
        component_code,
        min(stage_no) as stage_no
    from {{ ref('int_placement_component') }}
    group by item_code, component_code
    union all
    select
        work_order.work_order_id,
        work_order.item_code as parent_code,
        component.component_code,
        min(component.stage_no) as stage_no
    from {{ ref('int_placement_work_order_component') }} as component
    inner join {{ ref('int_placement_work_order') }} as work_order
        on component.work_order_id = work_order.work_order_id
    group by work_order.work_order_id, work_order.item_code, component.component_code
),

parent_starts as (
    select
        stage_spans.demand_id,
        stage_spans.mode,
        component_needs.parent_code,
        component_needs.component_code,
        min(stage_spans.first_day) as first_day
    from stage_spans
    inner join component_needs
        on
            stage_spans.item_code = component_needs.parent_code
            and stage_spans.stage_no >= component_needs.stage_no
            and (
                stage_spans.demand_id = component_needs.work_order_id
                or (
                    component_needs.work_order_id is null
                    and not starts_with(stage_spans.demand_id, 'WO-')
                )
            )
    group by
        stage_spans.demand_id,
        stage_spans.mode,
        component_needs.parent_code,
        component_needs.component_code
),

component_ends as (
    select
        demand_id,
        mode,
        item_code,
        max(day) as last_day
    from {{ source('placement', 'peg') }}
    where not is_top
    group by demand_id, mode, item_code
    union all
    select
        demand_id,
        mode,
        item_code,
        max(last_day) as last_day
    from stage_spans
    group by demand_id, mode, item_code
),

started_before_component as (
    select
        'before_material' as proof,
        parent_starts.mode,
        parent_starts.demand_id,
        parent_starts.component_code as proof_key,
        parent_starts.first_day as day,
        component_ends.last_day - parent_starts.first_day as found,
        -1 as allowed
    from parent_starts
    inner join component_ends
        on
            parent_starts.demand_id = component_ends.demand_id
            and parent_starts.mode = component_ends.mode
            and parent_starts.component_code = component_ends.item_code
    where component_ends.last_day >= parent_starts.first_day
),

started_before_predecessor as (
    select
        'before_predecessor' as proof,
        mode,
        demand_id,
        proof_key,
        day,
        earlier_end - day as found,
        -1 as allowed
    from before_stage
    where earlier_end >= day
),

violations as (
    select * from overfull
    where found > allowed + 0.0001
    union all
    select * from pegged_twice
    where found > allowed + 0.0001
    union all
    select * from pegged_out_of_time
    union all
    select * from ready_before_pegged
    union all
    select * from started_before_component
    union all
    select * from started_before_predecessor
    union all
    select * from unanswered
    union all
    select * exclude (from_stock) from split_sums
    where found < allowed - 0.0001 or from_stock > allowed + 0.0001
    union all
    select * from chain_sums
    where found <> allowed
),

final as (
    select
        proof,
        mode,
        demand_id,
        coalesce(proof_key, demand_id) as proof_key,
        coalesce(day, {{ as_of_date() }}) as day,
        {{ quantity('max(found)') }} as found_qty,
        {{ quantity('max(allowed)') }} as allowed_qty
    from violations
    group by proof, mode, demand_id, proof_key, day
)

select * from final
