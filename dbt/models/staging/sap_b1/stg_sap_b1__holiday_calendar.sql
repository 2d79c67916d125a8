{%- set columns %}
    {{ text('HolidayCode') }} as holiday_code,
    {{ text('WeekendFrom') }} as weekend_from,
    {{ text('WeekendTO') }} as weekend_to,
    {{ flag('SetWeekendsAsWorkDays') }} as is_weekend_working
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__holidays') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
