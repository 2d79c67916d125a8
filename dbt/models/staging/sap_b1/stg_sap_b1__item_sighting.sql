{%- set columns -%}
    {{ text('ItemCode') }} as item_code,
    extraction_id,
    page_no,
    row_no,
    {{ text('CostAccountingMethod') }} as cost_accounting_method,
    {{ amount('ProdStdCost') }} as standard_cost,
    {{ amount('AvgStdPrice') }} as average_standard_price,
    {{ amount('MovingAveragePrice') }} as moving_average_price,
    seen_at
{%- endset -%}

with landed as (
    select
        sighting.extraction_id,
        sighting.page_no,
        sighting.row_no,
        extraction.seen_at,
        from_json(sighting.record, '{ {{- structure(columns, "field") -}} }') as field
    from {{ source('sap_b1', 'sap_b1__items') }} as sighting
    inner join {{ ref('stg_promesa__extraction') }} as extraction
        on sighting.extraction_id = extraction.extraction_id
    where extraction.is_visible and not sighting.is_deleted
),

final as (
    select {{ columns }}
    from landed
)

select * from final
