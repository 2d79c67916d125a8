{{ config(tags=['before_placement']) }}

with partners as (
    select *
    from {{ ref('stg_sap_b1__business_partner') }}
    where card_type is null or card_type in ('cCustomer', 'cLid')
),

payers as (
    select
        partners.card_code,
        fathers.card_code as payer_card_code
    from partners
    inner join {{ ref('stg_sap_b1__business_partner') }} as fathers
        on partners.father_card_code = fathers.card_code
    where partners.father_card_type is null or partners.father_card_type = 'cPayments_sum'
),

tax_candidates as (
    select
        partners.card_code,
        tax_rate.tax_pct,
        row_number() over (
            partition by partners.card_code
            order by (tax_rate.tax_code <> '*') desc, (tax_rate.country <> '*') desc
        ) as preference
    from partners
    inner join {{ ref('tax_rate') }} as tax_rate
        on
            (partners.vat_group = tax_rate.tax_code or tax_rate.tax_code = '*')
            and (partners.country = tax_rate.country or tax_rate.country = '*')
),

taxes as (
    select
        card_code,
        tax_pct
    from tax_candidates
    where preference = 1
),

final as (
    select
        partners.card_code,
        partners.card_name,
        coalesce(payers.payer_card_code, partners.card_code) as payer_card_code,
        partners.country,
        partners.city,
        partners.currency,
        coalesce(own_language.language, other_language.language) as language,
        cast(taxes.tax_pct as decimal(18, 6)) as tax_pct,
        partners.credit_limit_amount,
        partners.sales_person_code,
        coalesce(partners.is_frozen, false) as is_frozen,
        coalesce(partners.is_valid, true) as is_valid,
        intercompany.card_code is not null as is_intercompany
    from partners
    left join payers
        on partners.card_code = payers.card_code
    left join taxes
        on partners.card_code = taxes.card_code
    left join {{ ref('country_language') }} as own_language
        on partners.country = own_language.country
    left join {{ ref('country_language') }} as other_language
        on other_language.country = '*'
    left join {{ ref('intercompany_partner') }} as intercompany
        on partners.card_code = intercompany.card_code
)

select * from final
