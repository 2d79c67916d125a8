{%- set columns %}
    {{ text('ItemCode') }} as item_code,
    {{ text('BPCode', 'element') }} as supplier_card_code
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__items') }}
),

parsed as (
    {{ parsed_elements('records', 'ItemPreferredVendors', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
