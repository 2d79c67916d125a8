{% set objects = {
    'salesforce': [
        'account', 'contact', 'opportunity', 'opportunity_line_item', 'product2', 'pricebook_entry', 'user',
    ],
    'sap_b1': [
        'business_partners', 'items', 'warehouses', 'quotations', 'orders', 'delivery_notes', 'returns', 'invoices',
        'down_payments', 'credit_notes', 'incoming_payments', 'journal_entries', 'purchase_orders',
        'purchase_delivery_notes', 'production_orders', 'product_trees', 'resources',
    ],
} %}

with sightings as (
    {% for system, names in objects.items() %}
    {% set outer_last = loop.last %}
    {% for name in names %}
    select
        '{{ system }}' as system,
        landed.extraction_id,
        landed.record_key,
        count(distinct landed.record_hash) as version_count
    from {{ source(system, system ~ '__' ~ name) }} as landed
    group by landed.extraction_id, landed.record_key
    having count(distinct landed.record_hash) > 1
    {% if not (outer_last and loop.last) %}
    union all
    {% endif %}
    {% endfor %}
    {% endfor %}
),

final as (
    select
        sightings.system,
        extraction.object,
        sightings.record_key,
        max(sightings.version_count) as version_count
    from sightings
    inner join {{ ref('stg_promesa__extraction') }} as extraction
        on sightings.extraction_id = extraction.extraction_id
    where extraction.is_visible
    group by sightings.system, extraction.object, sightings.record_key
)

select * from final
