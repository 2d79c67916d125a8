with records as (
    {{ current_raw('sap_b1', 'sap_b1__items') }}
),

elements as (
    {{ unnested('records', 'ItemPreferredVendors', 'element') }}
),

final as (
    select
        {{ text('ItemCode') }} as item_code,
        {{ text('BPCode', 'element') }} as supplier_card_code
    from elements
)

select * from final
