with records as (
    {{ current_raw('sap_b1', 'sap_b1__delivery_notes') }}
),

elements as (
    {{ unnested('records', 'DocumentLines', 'element') }}
),

lots as (
    select
        {{ whole('DocEntry') }} as document_entry,
        {{ whole('LineNum', 'element') }} as line_number,
        {{ text('ItemCode', 'element') }} as item_code,
        unnest(json_extract(element, '$.BatchNumbers[*]')) as lot
    from elements
),

final as (
    select
        document_entry,
        line_number,
        item_code,
        coalesce({{ text('BatchNumberProperty', 'lot') }}, {{ text('BatchNumber', 'lot') }}) as lot_number,
        {{ amount('Quantity', 'lot') }} as lot_qty,
        {{ day('ExpiryDate', 'lot') }} as expiry_date,
        {{ day('ManufacturingDate', 'lot') }} as manufacturing_date
    from lots
)

select * from final
