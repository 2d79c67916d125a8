with records as (
    {{ current_raw('sap_b1', 'sap_b1__currencies') }}
),

final as (
    select
        {{ text('Code') }} as currency,
        {{ text('Name') }} as currency_name,
        {{ text('Decimals') }} as decimals
    from records
)

select * from final
