{{ config(
    materialized='table_macro', parameters=['question_date', 'given_demand', 'given_answer', 'given_chain', 'given_lift']
) }}

with {{ answered_question() }},

driving as (
    select
        demand_id,
        mode
    from answered
    where status = 'placed'
    qualify row_number() over (partition by mode order by delivered_day desc, demand_id desc) = 1
),

final as (
    select
        chain.mode,
        chain.seq,
        chain.kind,
        chain.days,
        item.item_code,
        item.item_name,
        chain.work_centre,
        chain.from_day as from_date,
        chain.to_day as to_date,
        {{ is_avoidable_term('chain.kind') }} as is_avoidable
    from chain
    inner join driving
        on
            chain.demand_id = driving.demand_id
            and chain.mode = driving.mode
    left join {{ ref('q_item') }} as item on chain.item_code = item.stock_point
)

select * from final
