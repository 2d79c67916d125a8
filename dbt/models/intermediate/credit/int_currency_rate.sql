with currencies as (
    select {{ policy('company_currency', 'varchar') }} as currency
    union
    select currency from {{ ref('stg_sap_b1__currency') }}
    union
    select currency from {{ ref('stg_sap_b1__currency_rate') }}
    union
    select currency from {{ ref('int_document') }}
    union
    select fc_currency as currency from {{ ref('stg_sap_b1__journal_entry_line') }}
),

latest_rates as (
    select
        currency,
        rate,
        rate_date
    from {{ ref('stg_sap_b1__currency_rate') }}
    where
        rate > 0
        and rate_date between {{ as_of_date() }}
        - {{ policy('rate_max_age_days') }} and {{ as_of_date() }}
    qualify row_number() over (partition by currency order by rate_date desc) = 1
),

final as (
    select
        currencies.currency,
        case
            when currencies.currency in ({{ policy('company_currency', 'varchar') }}, '##') then 1
            else latest_rates.rate
        end as as_of_rate,
        latest_rates.rate_date,
        currencies.currency in ({{ policy('company_currency', 'varchar') }}, '##')
            as is_company_currency
    from currencies
    left join latest_rates
        on currencies.currency = latest_rates.currency
    where currencies.currency is not null
)

select * from final
