{%- set columns %}
    {{ text('CardCode') }} as card_code,
    {{ text('FatherCard') }} as father_card_code,
    {{ whole('SalesPersonCode') }} as sales_person_code,
    {{ whole('PayTermsGrpCode') }} as payment_terms_code,
    {{ whole('PriceListNum') }} as price_list_number,
    {{ text('CardName') }} as card_name,
    {{ text('CardType') }} as card_type,
    {{ text('FatherType') }} as father_card_type,
    {{ text('FederalTaxID') }} as tax_number,
    {{ text('VatGroup') }} as vat_group,
    {{ text('VatLiable') }} as vat_liable,
    {{ text('Currency') }} as currency,
    {{ text('Country') }} as country,
    {{ text('City') }} as city,
    {{ text('ZipCode') }} as zip_code,
    {{ text('Phone1') }} as phone,
    {{ text('EmailAddress') }} as email,
    {{ flag('Valid') }} as is_valid,
    {{ flag('Frozen') }} as is_frozen,
    {{ amount('CreditLimit') }} as credit_limit_amount,
    {{ amount('MaxCommitment') }} as commitment_limit_amount,
    {{ amount('CurrentAccountBalance') }} as account_balance_amount,
    {{ amount('OpenDeliveryNotesBalance') }} as open_delivery_notes_amount,
    {{ amount('OpenOrdersBalance') }} as open_orders_amount,
    {{ amount('OpenChecksBalance') }} as open_checks_amount,
    {{ whole('AvarageLate') }} as average_late_days,
    {{ day('CreateDate') }} as created_date,
    {{ day('UpdateDate') }} as updated_date,
    {{ text('UpdateTime') }} as updated_time
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__business_partners') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
