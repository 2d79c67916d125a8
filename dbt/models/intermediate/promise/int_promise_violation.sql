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
        case when pegs.first_day < supplies.available_day then pegs.first_day else pegs.last_day end as day,
        1 as found,
        0 as allowed
    from pegs
    inner join supplies on pegs.supply_id = supplies.supply_id
    where pegs.first_day < supplies.available_day or pegs.last_day > supplies.expires_day
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
        answer.from_stock_qty + answer.to_make_qty + answer.to_buy_qty as found,
        cast(demand.qty as double) as allowed
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
    select * from unanswered
    union all
    select * from split_sums
    where abs(found - allowed) > 0.0001
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
