with records as (
    {{ current_raw('sap_b1', 'sap_b1__credit_notes') }}
),

final as (
    {{ document_header('records') }}
)

select * from final
