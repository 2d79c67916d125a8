with partners as (
    select
        customer.card_code as customer_key,
        customer.card_code,
        account.account_id,
        customer.card_name as partner_name,
        account.match_rule,
        customer.payer_card_code,
        customer.country,
        customer.city,
        customer.language,
        customer.currency,
        customer.tax_pct,
        customer.is_intercompany,
        customer.is_frozen
    from {{ ref('int_customer') }} as customer
    left join {{ ref('int_customer_account') }} as account
        on customer.card_code = account.card_code
),

accounts_without_partner as (
    select
        'account:' || account_id as customer_key,
        account_id,
        match_rule,
        reason_code,
        match_value
    from {{ ref('int_customer_account') }}
    where not is_matched
),

partners_named_only as (
    select card_code
    from {{ ref('int_customer_exposure') }}
    where not is_partner_known

    union

    select document.card_code
    from {{ ref('int_document') }} as document
    left join {{ ref('int_customer') }} as customer
        on document.card_code = customer.card_code
    where
        customer.card_code is null
        and document.card_code is not null
        and document.document_kind in (
            'quotation',
            'sales_order',
            'delivery_note',
            'return',
            'invoice',
            'credit_note',
            'down_payment'
        )
),

joined as (
    select
        partners.customer_key,
        partners.card_code,
        partners.account_id,
        partners.partner_name,
        coalesce(partners.match_rule, 'none') as match_rule,
        cast(null as varchar) as match_reason_code,
        cast(null as varchar) as unmatched_value,
        partners.payer_card_code,
        partners.country,
        partners.city,
        partners.language,
        partners.currency,
        partners.tax_pct,
        partners.is_intercompany,
        partners.is_frozen,
        true as is_in_erp
    from partners

    union all

    select
        customer_key,
        null as card_code,
        account_id,
        null as partner_name,
        match_rule,
        reason_code as match_reason_code,
        match_value as unmatched_value,
        null as payer_card_code,
        null as country,
        null as city,
        null as language,
        null as currency,
        null as tax_pct,
        false as is_intercompany,
        false as is_frozen,
        false as is_in_erp
    from accounts_without_partner

    union all

    select
        card_code as customer_key,
        card_code,
        null as account_id,
        null as partner_name,
        'none' as match_rule,
        'PARTNER_UNKNOWN' as match_reason_code,
        card_code as unmatched_value,
        card_code as payer_card_code,
        null as country,
        null as city,
        null as language,
        null as currency,
        null as tax_pct,
        false as is_intercompany,
        false as is_frozen,
        false as is_in_erp
    from partners_named_only
),

final as (
    select
        joined.customer_key,
        joined.card_code,
        joined.account_id,
        coalesce(joined.partner_name, account.name, joined.card_code, joined.account_id)
            as customer_name,
        joined.partner_name,
        account.name as account_name,
        joined.match_rule,
        joined.match_reason_code,
        joined.unmatched_value,
        joined.payer_card_code,
        coalesce(joined.country, account.billing_country) as country,
        coalesce(joined.city, account.billing_city) as city,
        account.industry,
        coalesce(joined.language, country_language.language, 'en') as language,
        joined.currency,
        joined.tax_pct,
        joined.is_intercompany,
        joined.is_frozen,
        joined.is_in_erp,
        joined.account_id is not null as is_in_crm
    from joined
    left join {{ ref('stg_salesforce__account') }} as account
        on joined.account_id = account.account_id
    left join {{ ref('country_language') }} as country_language
        on account.billing_country = country_language.country
)

select * from final
