{%- set columns = document_line() -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__purchase_returns') }}
),

parsed as (
    {{ parsed_elements('records', 'DocumentLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
