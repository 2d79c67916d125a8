with final as (
    select
        'TR-' || line.document_entry || '-' || line.line_number as transfer_request_line_id,
        request.document_number,
        request.due_date,
        line.item_code,
        coalesce(line.from_warehouse_code, request.from_warehouse_code) as from_warehouse_code,
        coalesce(line.warehouse_code, request.to_warehouse_code) as to_warehouse_code,
        coalesce(line.open_inventory_qty, line.inventory_qty) as open_qty
    from {{ ref('stg_sap_b1__transfer_request_line') }} as line
    inner join {{ ref('stg_sap_b1__transfer_request') }} as request
        on line.document_entry = request.document_entry
    where
        coalesce(request.document_date <= {{ as_of_date() }}, true)
        and coalesce(request.document_status, 'bost_Open') = 'bost_Open'
        and coalesce(line.line_status, 'bost_Open') = 'bost_Open'
)

select * from final
