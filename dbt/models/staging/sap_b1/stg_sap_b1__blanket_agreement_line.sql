{%- set columns %}
    {{ whole('AgreementNo') }} as agreement_number,
    {{ whole('AgreementRowNumber', 'element') }} as line_number,
    {{ text('ItemNo', 'element') }} as item_code,
    {{ text('PriceCurrency', 'element') }} as currency,
    {{ amount('PlannedQuantity', 'element') }} as planned_qty,
    {{ amount('CumulativeQuantity', 'element') }} as cumulative_qty,
    {{ amount('UndeliveredCumulativeQuantity', 'element') }} as undelivered_qty,
    {{ amount('UnitPrice', 'element') }} as unit_price
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__blanket_agreements') }}
),

parsed as (
    {{ parsed_elements('records', 'BlanketAgreements_ItemsLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
