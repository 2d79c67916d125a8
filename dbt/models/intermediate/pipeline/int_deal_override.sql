with touched as (
    select
        line.opportunity_id,
        touch.override_id
    from {{ ref('int_override_touch') }} as touch
    inner join {{ ref('int_demand_line') }} as line
        on touch.demand_line_id = line.demand_line_id
    where line.opportunity_id is not null

    union

    select
        credit.opportunity_id,
        override.override_id
    from {{ ref('int_deal_credit') }} as credit
    inner join {{ ref('int_override') }} as override
        on credit.payer_card_code = override.key
    where
        override.status = 'in_force'
        and (
            override.kind = 'payment'
            or (override.kind = 'release' and credit.credit_reason_code = 'CREDIT_RELEASED')
        )
),

{# The first to end is named: what it touches may move on that day. #}
final as (
    select
        touched.opportunity_id,
        arg_min(override.override_id, (override.until_date, override.override_id)) as override_id,
        arg_min(override.sentence_en, (override.until_date, override.override_id)) as sentence_en,
        arg_min(override.sentence_es, (override.until_date, override.override_id)) as sentence_es
    from touched
    inner join {{ ref('int_override') }} as override
        on touched.override_id = override.override_id
    group by touched.opportunity_id
)

select * from final
