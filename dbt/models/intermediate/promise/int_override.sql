{%- set values = {
    'author': ['code', 'judged.author'],
    'until': ['day', 'judged.until_date'],
} -%}

with known_keys as (
    select
        'capacity' as kind,
        work_centre as key
    from {{ ref('int_work_centre') }}

    union all

    select
        unnest(['supply', 'hold']) as kind,
        item_code as key
    from {{ ref('stg_sap_b1__item') }}

    union all

    select
        unnest(['payment', 'release']) as kind,
        card_code as key
    from {{ ref('stg_sap_b1__business_partner') }}
),

judged as (
    select
        override.*,
        case
            when override.until_date < {{ as_of_date() }} then 'expired'
            when override.signed_date > {{ as_of_date() }} then 'later'
            when known_keys.key is null then 'unknown_key'
            when override.kind in ('hold', 'release') and override.from_date > {{ as_of_date() }} then 'later'
            else 'in_force'
        end as status
    from {{ ref('override') }} as override
    left join known_keys
        on
            override.kind = known_keys.kind
            and override.key = known_keys.key
),

final as (
    select
        judged.override_id,
        judged.kind,
        judged.key,
        judged.lot_number,
        judged.value,
        judged.from_date,
        judged.until_date,
        judged.author,
        judged.signed_date,
        judged.reason,
        judged.status,
        {{ sentence('sentence.en', values, 'en') }} as sentence_en,
        {{ sentence('sentence.es', values, 'es') }} as sentence_es
    from judged
    inner join {{ ref('reason_text') }} as sentence
        on sentence.code = 'OVERRIDE'
)

select * from final
