with records as (
    {{ current_raw('sap_b1', 'sap_b1__currency_rates') }}
),

final as (
    select
        {{ text('Currency') }} as currency,
        {{ day('Date') }} as rate_date,
        {{ amount('Rate') }} as rate
    from records
)

select * from final
