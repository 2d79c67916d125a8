with records as (
    {{ current_raw('sap_b1', 'sap_b1__stock_transfers') }}
),

parsed as (
    {{ parsed_lots('records', 'StockTransferLines') }}
),

final as (
    select {{ document_line_lot() }}
    from parsed
)

select * from final
