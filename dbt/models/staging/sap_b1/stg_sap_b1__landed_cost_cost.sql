{%- set columns %}
    {{ whole('DocEntry') }} as document_entry,
    {{ text('LandedCostCode', 'element') }} as cost_code,
    {{ text('AllocationBy', 'element') }} as allocation_by,
    {{ text('Broker', 'element') }} as broker_card_code,
    {{ amount('Amount', 'element') }} as cost_amount
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__landed_costs') }}
),

parsed as (
    {{ parsed_elements('records', 'LandedCost_CostLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
