{%- set columns %}
    {{ whole('SalesEmployeeCode') }} as sales_person_code,
    {{ whole('EmployeeID') }} as employee_number,
    {{ text('SalesEmployeeName') }} as sales_person_name,
    {{ text('Email') }} as email,
    {{ text('Telephone') }} as phone,
    {{ text('Mobile') }} as mobile_phone,
    {{ flag('Active') }} as is_active,
    {{ flag('Locked') }} as is_locked,
    {{ amount('CommissionForSalesEmployee') }} as commission_pct
{% endset -%}

with records as (
    {{ current_raw('sap_b1', 'sap_b1__sales_persons') }}
),

parsed as (
    {{ parsed_fields('records', columns) }}
),

final as (
    select {{ columns }}
    from parsed
)

select * from final
