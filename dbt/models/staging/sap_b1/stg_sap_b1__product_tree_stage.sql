{%- set columns %}
    {{ text('TreeCode') }} as item_code,
    {{ whole('StageID', 'element') }} as stage_id,
    {{ whole('SequenceNumber', 'element') }} as sequence_number,
    {{ text('Name', 'element') }} as stage_name,
    {{ amount('WaitingDays', 'element') }} as waiting_days
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__product_trees') }}
),

parsed as (
    {{ parsed_elements('records', 'ProductTreeStages', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
