with records as (
    {{ current_raw('sap_b1', 'sap_b1__invoices') }}
),

parsed as (
    {{ parsed_lots('records') }}
),

final as (
    select {{ document_line_lot() }}
    from parsed
)

select * from final
