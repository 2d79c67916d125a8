{%- set columns %}
    {{ text('ItemCode') }} as item_code,
    extraction_id,
    page_no,
    row_no,
    {{ text('CostAccountingMethod') }} as cost_accounting_method,
    {{ amount('ProdStdCost') }} as standard_cost,
    {{ amount('AvgStdPrice') }} as average_standard_price,
    {{ amount('MovingAveragePrice') }} as moving_average_price,
    seen_at
{% endset -%}

with sightings as (
    select
        landed.*,
        extraction.seen_at
    from {{ source('sap_b1', 'sap_b1__items') }} as landed
    inner join {{ ref('stg_promesa__extraction') }} as extraction
        on landed.extraction_id = extraction.extraction_id
    where extraction.is_visible and not landed.is_deleted
),

parsed as (
    {{ parsed_fields('sightings', columns, keep=['extraction_id', 'page_no', 'row_no', 'seen_at']) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
