with records as (
    {{ current_raw('sap_b1', 'sap_b1__lot_quantities') }}
),

final as (
    select
        {{ text('ItemCode') }} as item_code,
        {{ text('DistNumber') }} as lot_number,
        {{ whole('SysNumber') }} as system_number,
        {{ text('WhsCode') }} as warehouse_code,
        {{ text('Status') }} as lot_status,
        {{ amount('Quantity') }} as lot_qty,
        try_strptime(substr(replace(record ->> 'ExpDate', '-', ''), 1, 8), '%Y%m%d')::date as expiry_date,
        try_strptime(substr(replace(record ->> 'MnfDate', '-', ''), 1, 8), '%Y%m%d')::date as manufacturing_date,
        try_strptime(substr(replace(record ->> 'InDate', '-', ''), 1, 8), '%Y%m%d')::date as admission_date
    from records
)

select * from final
