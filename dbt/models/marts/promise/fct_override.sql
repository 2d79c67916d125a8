with touched as (
    select
        touch.override_id,
        touch.demand_line_id,
        line.opportunity_id
    from {{ ref('int_override_touch') }} as touch
    inner join {{ ref('int_demand_line') }} as line on touch.demand_line_id = line.demand_line_id

    union all

    select
        release.override_id,
        null as demand_line_id,
        credit.opportunity_id
    from {{ ref('int_credit_release') }} as release
    inner join {{ ref('int_deal_credit') }} as credit
        on release.payer_card_code = credit.payer_card_code
    where release.status = 'in_force' and credit.credit_reason_code = 'CREDIT_RELEASED'
),

counted as (
    select
        override_id,
        count(distinct demand_line_id) as touched_line_count,
        count(distinct opportunity_id) as touched_deal_count
    from touched
    group by override_id
),

paid as (
    select
        override_id,
        count(*) as covered_item_count
    from {{ ref('int_expected_payment') }}
    where override_id is not null
    group by override_id
),

final as (
    select
        override.override_id,
        override.kind,
        override.key as override_key,
        override.lot_number,
        override.value as override_value,
        override.from_date,
        override.until_date,
        override.author,
        override.signed_date,
        override.reason,
        override.status,
        coalesce(counted.touched_line_count, 0) as touched_line_count,
        coalesce(counted.touched_deal_count, 0) as touched_deal_count,
        coalesce(paid.covered_item_count, 0) as covered_item_count
    from {{ ref('int_override') }} as override
    left join counted on override.override_id = counted.override_id
    left join paid on override.override_id = paid.override_id
)

select * from final
