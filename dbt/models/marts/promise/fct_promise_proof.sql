with final as (
    select
        proof,
        mode,
        demand_id,
        proof_key,
        cast(day as date) as day,
        found_qty,
        allowed_qty
    from {{ ref('int_promise_violation') }}
)

select * from final
