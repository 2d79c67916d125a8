with records as (
    {{ current_raw('sap_b1', 'sap_b1__inventory_gen_exits') }}
),

elements as (
    {{ unnested('records', 'DocumentLines', 'element') }}
),

final as (
    {{ document_line('elements') }}
)

select * from final
