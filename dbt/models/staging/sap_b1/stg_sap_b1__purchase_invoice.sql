{%- set columns = document_header() -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__purchase_invoices') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
