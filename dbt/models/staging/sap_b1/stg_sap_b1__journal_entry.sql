{%- set columns %}
    {{ whole('JdtNum') }} as journal_number,
    {{ whole('Original') }} as original_entry,
    {{ text('OriginalJournal') }} as original_journal,
    {{ text('Memo') }} as memo,
    {{ text('Reference') }} as reference,
    {{ day('ReferenceDate') }} as posting_date,
    {{ day('DueDate') }} as due_date,
    {{ day('TaxDate') }} as tax_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__journal_entries') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
