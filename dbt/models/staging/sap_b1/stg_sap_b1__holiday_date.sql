with records as (
    {{ current_raw('sap_b1', 'sap_b1__holidays') }}
),

elements as (
    {{ unnested('records', 'HolidayDates', 'element') }}
),

final as (
    select
        {{ text('HolidayCode') }} as holiday_code,
        {{ day('StartDate', 'element') }} as start_date,
        {{ day('EndDate', 'element') }} as end_date,
        {{ text('Remarks', 'element') }} as remarks
    from elements
)

select * from final
