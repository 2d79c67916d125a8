{%- set columns %}
    {{ text('Code') }} as work_centre_code,
    {{ text('Weekday', 'element') }} as weekday,
    {{ amount('Factor1', 'element') }} as factor_1,
    {{ amount('Factor2', 'element') }} as factor_2,
    {{ amount('Factor3', 'element') }} as factor_3,
    {{ amount('Factor4', 'element') }} as factor_4,
    {{ amount('Total', 'element') }} as total_qty,
    {{ amount('SingleRun', 'element') }} as single_run_qty
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__resources') }}
),

parsed as (
    {{ parsed_elements('records', 'ResourceDailyCapacities', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
