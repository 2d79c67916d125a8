{%- set columns %}
    {{ whole('Numerator') }} as forecast_number,
    {{ text('ItemNo', 'element') }} as item_code,
    {{ text('Warehouse', 'element') }} as warehouse_code,
    {{ amount('Quantity', 'element') }} as forecast_qty,
    {{ day('ForecastedDay', 'element') }} as forecast_date
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__sales_forecast') }}
),

parsed as (
    {{ parsed_elements('records', 'SalesForecastLines', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
