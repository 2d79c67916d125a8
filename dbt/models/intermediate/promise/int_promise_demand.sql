with asked as (
    select
        demand.demand_id,
        demand.demand_line_id,
        demand.demand_class,
        demand.demand_rank,
        demand.item_code,
        demand.stock_point,
        demand.demand_qty,
        demand.per_line_unit_qty,
        demand.transit_days,
        demand.requested_date,
        unnest(case when demand.demand_kind = 'firm' then ['firm'] else ['alone', 'queue'] end)
            as mode
    from {{ ref('int_demand') }} as demand
),

{# A broken proof, and stock that does not tie with the ERP's own total: both withhold the promise. #}
broken as (
    select
        demand_id,
        mode,
        'PROOF_VIOLATED' as reason_code,
        proof
    from {{ ref('int_promise_violation') }}

    union all

    select
        used.demand_id,
        used.mode,
        'TIE_OUT_ITEM' as reason_code,
        used.item_code as proof
    from {{ ref('int_promise_use') }} as used
    inner join {{ ref('int_tie_out_item') }} as tie_out
        on used.item_code = tie_out.item_code
    where tie_out.is_untied
),

violated as (
    select
        demand_id,
        mode,
        arg_min(reason_code, (reason_code, proof)) as reason_code,
        arg_min(proof, (reason_code, proof)) as proof
    from broken
    group by demand_id, mode
),

named_items as (
    select
        point.stock_point,
        item.item_code,
        item.reason_code
    from {{ ref('int_stock_point') }} as point
    inner join {{ ref('int_item') }} as item on point.item_code = item.item_code
),

{{ promise_of_demand(
    answer=source('placement', 'answer'), chain=source('placement', 'chain'),
    lift=source('placement', 'lift'), items='named_items'
) }},

final as (
    select *
    from answered
)

select * from final
