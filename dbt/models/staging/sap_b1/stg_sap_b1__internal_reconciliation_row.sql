{%- set columns %}
    {{ whole('ReconNum') }} as reconciliation_number,
    {{ whole('LineSeq', 'element') }} as line_number,
    {{ text('ShortName', 'element') }} as short_name,
    {{ whole('TransId', 'element') }} as journal_number,
    {{ whole('TransRowId', 'element') }} as journal_line_number,
    {{ text('SrcObjTyp', 'element') }} as source_object_type,
    {{ whole('SrcObjAbs', 'element') }} as source_entry,
    {{ text('CreditOrDebit', 'element') }} as credit_or_debit,
    {{ amount('ReconcileAmount', 'element') }} as reconciled_amount
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__internal_reconciliations') }}
),

parsed as (
    {{ parsed_elements('records', 'InternalReconciliationRows', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
