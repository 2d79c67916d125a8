with records as (
    {{ current_raw('sap_b1', 'sap_b1__resources') }}
),

elements as (
    {{ unnested('records', 'ResourceDailyCapacities', 'element') }}
),

final as (
    select
        {{ text('Code') }} as work_centre_code,
        {{ text('Weekday', 'element') }} as weekday,
        {{ amount('Factor1', 'element') }} as factor_1,
        {{ amount('Factor2', 'element') }} as factor_2,
        {{ amount('Factor3', 'element') }} as factor_3,
        {{ amount('Factor4', 'element') }} as factor_4,
        {{ amount('Total', 'element') }} as total_qty,
        {{ amount('SingleRun', 'element') }} as single_run_qty
    from elements
)

select * from final
