{% set tables = [
    'salesforce__account', 'salesforce__contact', 'salesforce__opportunity',
    'salesforce__opportunity_line_item', 'salesforce__product2', 'salesforce__pricebook_entry',
    'salesforce__user', 'sap_b1__business_partners', 'sap_b1__items', 'sap_b1__warehouses',
    'sap_b1__quotations', 'sap_b1__orders', 'sap_b1__delivery_notes', 'sap_b1__returns',
    'sap_b1__invoices', 'sap_b1__down_payments', 'sap_b1__credit_notes',
    'sap_b1__incoming_payments', 'sap_b1__journal_entries', 'sap_b1__purchase_orders',
    'sap_b1__purchase_delivery_notes', 'sap_b1__production_orders', 'sap_b1__product_trees',
    'sap_b1__resources',
] %}

with sightings as (
    {% for table in tables %}
        select
            '{{ table.split('__')[0] }}' as system,
            landed.extraction_id,
            landed.record_key,
            count(distinct landed.record_hash) as version_count
        from {{ source(table.split('__')[0], table) }} as landed
        group by landed.extraction_id, landed.record_key
        having count(distinct landed.record_hash) > 1
        {{ 'union all' if not loop.last }}
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
