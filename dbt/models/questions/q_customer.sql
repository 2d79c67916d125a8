with final as (
    select
        partner.card_code,
        partner.card_name,
        cast(coalesce(transit.transit_days, {{ policy('transit_days') }}) as integer)
            as transit_days
    from {{ ref('stg_sap_b1__business_partner') }} as partner
    left join {{ ref('transit_days') }} as transit on partner.card_code = transit.card_code
    where partner.card_type is null or partner.card_type in ('cCustomer', 'cLid')
)

select * from final
