{%- set columns -%}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('LineNum', 'element') }} as line_number,
    extraction_id,
    page_no,
    row_no,
    {{ amount('Quantity', 'element') }} as line_qty,
    {{ amount('InventoryQuantity', 'element') }} as inventory_qty,
    {{ day('ShipDate', 'element') }} as ship_date,
    {{ day('DocDueDate') }} as document_due_date,
    seen_at
{%- endset -%}

with landed as (
    select
        sighting.extraction_id,
        sighting.page_no,
        sighting.row_no,
        extraction.seen_at,
        from_json(
            sighting.record,
            '{ {{- structure(columns, "field") -}}, "DocumentLines": [{ {{- structure(columns, "element") -}} }]}'
        ) as field
    from {{ source('sap_b1', 'sap_b1__orders') }} as sighting
    inner join {{ ref('stg_promesa__extraction') }} as extraction
        on sighting.extraction_id = extraction.extraction_id
    where extraction.is_visible and not sighting.is_deleted
),

elements as (
    select
        extraction_id,
        page_no,
        row_no,
        seen_at,
        field,
        unnest(field."DocumentLines") as element
    from landed
),

final as (
    select {{ columns }}
    from elements
)

select * from final
