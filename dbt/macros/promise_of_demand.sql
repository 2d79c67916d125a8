{# What the engine's answer means: status, reason, split of the quantity, and which constraint binds. One rule for the
   deals of a run and for a question of the moment. Expects the CTEs `asked` (demand_id, mode, demand_qty,
   requested_date …) and `violated` (demand_id, mode, reason_code, proof); ends in the CTE `answered`. #}
{% macro promise_of_demand(answer, chain, lift, items) -%}
named_terms as (
    select
        demand_id,
        mode,
        case
            when kind in ('queue', 'run') then 'capacity'
            when kind = 'material_wait' then 'material'
            when kind = 'non_working' then 'calendar'
            else 'lead_time'
        end as constraint_kind,
        case
            when kind in ('queue', 'run', 'non_working') then work_centre
            when kind = 'transit' then 'transit'
            else item_code
        end as constraint_key,
        days
    from {{ chain }}
),

held_up as (
    select named_terms.*
    from named_terms
    inner join asked
        on
            named_terms.demand_id = asked.demand_id
            and named_terms.mode = asked.mode
    inner join {{ answer }} as answer
        on
            named_terms.demand_id = answer.demand_id
            and named_terms.mode = answer.mode
    where named_terms.mode <> 'firm' or coalesce(answer.delivered_day > asked.requested_date, true)
),

terms as (
    select
        demand_id,
        mode,
        constraint_kind,
        coalesce(constraint_key, '') as constraint_key,
        cast(sum(days) as integer) as days
    from held_up
    group by demand_id, mode, constraint_kind, constraint_key
    having sum(days) > 0
),

ranked_terms as (
    select
        *,
        row_number() over (
            partition by demand_id, mode
            order by
                case when constraint_kind = 'lead_time' then 1 else 0 end,
                days desc,
                constraint_kind,
                constraint_key
        ) as place
    from terms
),

lifts as (
    select
        demand_id,
        mode,
        case kind when 'work_centre' then 'capacity' else 'material' end as constraint_kind,
        key as constraint_key,
        min(delivered_day) as delivered_day
    from {{ lift }}
    group by all
),

answered as (
    select
        asked.* exclude (requested_date),
        case
            when violated.proof is not null then 'withheld'
            else coalesce(answer.status, 'withheld')
        end as status,
        case
            when violated.proof is not null then violated.reason_code
            when answer.status is null then 'PROOF_VIOLATED'
            when answer.status <> 'placed' then coalesce(blocking_item.reason_code, upper(answer.reason_code))
        end as reason_code,
        case
            when violated.proof is not null then violated.proof
            when answer.status is null then 'unanswered'
            when answer.status <> 'placed' then coalesce(blocking_item.item_code, answer.reason_key)
        end as reason_key,
        answer.ready_day,
        answer.delivered_day,
        answer.make_ready_day,
        {{ quantity('answer.from_stock_qty') }} as from_stock_qty,
        {{ quantity('least(answer.to_make_qty, asked.demand_qty - answer.from_stock_qty)') }} as to_make_qty,
        {{ quantity('least(answer.to_buy_qty, asked.demand_qty - answer.from_stock_qty)') }} as to_buy_qty,
        {{ quantity('answer.to_make_qty + answer.to_buy_qty') }} as lot_qty,
        first_term.constraint_kind as binding_kind,
        nullif(first_term.constraint_key, '') as binding_key,
        first_term.days as binding_days,
        second_term.constraint_kind as runner_up_kind,
        nullif(second_term.constraint_key, '') as runner_up_key,
        second_term.days as runner_up_days,
        lifts.delivered_day as opened_by_day
    from asked
    left join {{ answer }} as answer
        on
            asked.demand_id = answer.demand_id
            and asked.mode = answer.mode
    left join violated
        on
            asked.demand_id = violated.demand_id
            and asked.mode = violated.mode
    left join {{ items }} as blocking_item on answer.reason_key = blocking_item.stock_point
    left join ranked_terms as first_term
        on
            asked.demand_id = first_term.demand_id
            and asked.mode = first_term.mode
            and first_term.place = 1
    left join ranked_terms as second_term
        on
            asked.demand_id = second_term.demand_id
            and asked.mode = second_term.mode
            and second_term.place = 2
    left join lifts
        on
            asked.demand_id = lifts.demand_id
            and asked.mode = lifts.mode
            and first_term.constraint_kind = lifts.constraint_kind
            and first_term.constraint_key = lifts.constraint_key
)
{%- endmacro %}

{# Overtime, expediting or another date could shorten this term of the chain. #}
{% macro is_avoidable_term(kind) -%}
    {{ kind }} in ('material_wait', 'queue', 'run', 'non_working')
{%- endmacro %}
