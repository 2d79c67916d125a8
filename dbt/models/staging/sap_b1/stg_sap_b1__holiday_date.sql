{%- set columns %}
    {{ text('HolidayCode') }} as holiday_code,
    {{ day('StartDate', 'element') }} as start_date,
    {{ day('EndDate', 'element') }} as end_date,
    {{ text('Remarks', 'element') }} as remarks
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__holidays') }}
),

parsed as (
    {{ parsed_elements('records', 'HolidayDates', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
