with final as (
    select
        cast(unnest(range(0, {{ policy('requirement_weeks') }})) as integer) as week_no,
        cast(date_trunc('week', {{ as_of_date() }}) as date) + 7 * week_no as week_start_date
)

select * from final
