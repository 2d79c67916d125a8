{%- set columns %}
    {{ whole('AgreementNo') }} as agreement_number,
    {{ whole('DocNum') }} as document_number,
    {{ text('BPCode') }} as card_code,
    {{ text('Description') }} as description,
    {{ text('AgreementType') }} as agreement_type,
    {{ text('AgreementMethod') }} as agreement_method,
    {{ text('Status') }} as agreement_status,
    {{ text('BPCurrency') }} as currency,
    {{ amount('SettlementProbability') }} as probability_pct,
    {{ day('StartDate') }} as start_date,
    {{ day('EndDate') }} as end_date,
    {{ day('TerminateDate') }} as terminated_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__blanket_agreements') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
