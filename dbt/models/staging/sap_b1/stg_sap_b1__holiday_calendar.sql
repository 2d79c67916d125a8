with records as (
    {{ current_raw('sap_b1', 'sap_b1__holidays') }}
),

final as (
    select
        {{ text('HolidayCode') }} as holiday_code,
        {{ text('WeekendFrom') }} as weekend_from,
        {{ text('WeekendTO') }} as weekend_to,
        {{ flag('SetWeekendsAsWorkDays') }} as is_weekend_working
    from records
)

select * from final
