with final as (
    select
        partner.card_code,
        partner.card_name,
        cast(coalesce(transit.transit_days, {{ policy('transit_days') }}) as integer)
            as transit_days,
        customer.payer_card_code,
        customer.tax_pct,
        credit.limit_treatment,
        credit.exposure_amount,
        credit.credit_limit_amount,
        credit.available_amount,
        credit.released_amount,
        credit.released_until_date,
        credit.oldest_overdue_days,
        credit.missing_rate_currency as payer_missing_rate_currency,
        credit.missing_rate_document
    from {{ ref('stg_sap_b1__business_partner') }} as partner
    left join {{ ref('transit_days') }} as transit on partner.card_code = transit.card_code
    left join {{ ref('int_customer') }} as customer on partner.card_code = customer.card_code
    left join {{ ref('int_payer_credit') }} as credit
        on customer.payer_card_code = credit.payer_card_code
    where partner.card_type is null or partner.card_type in ('cCustomer', 'cLid')
)

select * from final
