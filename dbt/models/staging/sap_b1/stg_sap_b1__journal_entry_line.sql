{%- set columns %}
    {{ whole('JdtNum') }} as journal_number,
    {{ whole('Line_ID', 'element') }} as line_number,
    {{ text('AccountCode', 'element') }} as account_code,
    {{ text('ShortName', 'element') }} as short_name,
    {{ text('FCCurrency', 'element') }} as fc_currency,
    {{ text('LineMemo', 'element') }} as line_memo,
    {{ amount('Debit', 'element') }} as debit_amount,
    {{ amount('Credit', 'element') }} as credit_amount,
    {{ amount('FCDebit', 'element') }} as fc_debit_amount,
    {{ amount('FCCredit', 'element') }} as fc_credit_amount,
    {{ day('DueDate', 'element') }} as due_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__journal_entries') }}
),

parsed as (
    {{ parsed_elements('records', 'JournalEntryLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
