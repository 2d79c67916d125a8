{%- set columns %}
    {{ whole('AbsoluteEntry') }} as work_order_entry,
    {{ whole('StageID', 'element') }} as stage_id,
    {{ whole('SequenceNumber', 'element') }} as sequence_number,
    {{ text('Name', 'element') }} as stage_name,
    {{ amount('WaitingDays', 'element') }} as waiting_days,
    {{ amount('RequiredDays', 'element') }} as required_days,
    {{ day('StartDate', 'element') }} as start_date,
    {{ day('EndDate', 'element') }} as end_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__production_orders') }}
),

parsed as (
    {{ parsed_elements('records', 'ProductionOrdersStages', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
