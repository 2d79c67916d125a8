{%- set columns %}
    {{ whole('Numerator') }} as forecast_number,
    {{ text('ForecastCode') }} as forecast_code,
    {{ text('ForecastName') }} as forecast_name,
    {{ text('View') }} as forecast_view,
    {{ day('ForecastStartDate') }} as start_date,
    {{ day('ForecastEndDate') }} as end_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__sales_forecast') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
