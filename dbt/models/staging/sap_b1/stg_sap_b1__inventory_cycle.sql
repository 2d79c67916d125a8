{%- set columns %}
    {{ whole('CycleCode') }} as cycle_code,
    {{ text('CycleName') }} as cycle_name,
    {{ text('Frequency') }} as frequency,
    {{ whole('Day') }} as day_number,
    {{ whole('Interval') }} as repeat_every
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__inventory_cycles') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
