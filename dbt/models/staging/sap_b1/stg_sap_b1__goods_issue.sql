with records as (
    {{ current_raw('sap_b1', 'sap_b1__inventory_gen_exits') }}
),

final as (
    {{ document_header('records') }}
)

select * from final
