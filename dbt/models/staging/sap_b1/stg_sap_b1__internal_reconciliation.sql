{%- set columns %}
    {{ whole('ReconNum') }} as reconciliation_number,
    {{ whole('CancelAbs') }} as cancelled_by_number,
    {{ text('CardOrAccount') }} as card_or_account,
    {{ text('ReconType') }} as reconciliation_type,
    {{ amount('Total') }} as total_amount,
    {{ day('ReconDate') }} as reconciliation_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__internal_reconciliations') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
