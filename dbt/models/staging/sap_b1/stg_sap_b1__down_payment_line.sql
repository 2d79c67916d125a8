with records as (
    {{ current_raw('sap_b1', 'sap_b1__down_payments') }}
),

elements as (
    {{ unnested('records', 'DocumentLines', 'element') }}
),

final as (
    {{ document_line('elements') }}
)

select * from final
