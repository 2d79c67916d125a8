{%- set columns %}
    {{ whole('GroupNumber') }} as payment_terms_code,
    {{ text('PaymentTermsGroupName') }} as payment_terms_name,
    {{ text('StartFrom') }} as start_from,
    {{ text('BaselineDate') }} as baseline_date_rule,
    {{ whole('NumberOfAdditionalMonths') }} as additional_months,
    {{ whole('NumberOfAdditionalDays') }} as additional_days,
    {{ whole('NumberOfToleranceDays') }} as tolerance_days,
    {{ whole('NumberOfInstallments') }} as installment_count,
    {{ amount('GeneralDiscount') }} as discount_pct
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__payment_terms_types') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
