with ambiguous_partners as (
    select
        {{ issue('B14', 'stop', 'customer', "'salesforce'", "'Account'", 'candidate_card_code', {
            'field': "'AccountNumber'", 'quantity': 'count(*)', 'other': 'candidate_card_code',
            'found_value': "string_agg(account_id, ', ' order by account_id)",
        }) }}
    from {{ ref('int_customer_account') }}
    where reason_code = 'PARTNER_AMBIGUOUS'
    group by candidate_card_code
),

ambiguous_accounts as (
    select
        {{ issue('ACCOUNT_AMBIGUOUS', 'stop', 'customer',
            "'salesforce'", "'Account'", 'account_id', {
            'field': "'AccountNumber'", 'found_value': 'match_value', 'quantity': 'partner_count',
        }) }}
    from {{ ref('int_customer_account') }}
    where reason_code = 'ACCOUNT_AMBIGUOUS'
),

unmatched_accounts as (
    select
        {{ issue('ACCOUNT_NOT_LINKED', 'warn', 'customer',
            "'salesforce'", "'Account'", 'match.account_id', {
            'record_name': 'account.name', 'field': "'AccountNumber'", 'found_value': 'match.match_value',
        }) }}
    from {{ ref('int_customer_account') }} as match
    inner join {{ ref('stg_salesforce__account') }} as account
        on match.account_id = account.account_id
    where match.reason_code in ('ACCOUNT_UNMATCHED', 'PARTNER_TAKEN')
),

accounts_without_code as (
    select
        {{ issue('ACCOUNT_CARRIES_NO_CODE', 'warn', 'customer',
            "'salesforce'", "'Account'", 'match.account_id', {
            'record_name': 'account.name', 'field': "'AccountNumber'",
        }) }}
    from {{ ref('int_customer_account') }} as match
    inner join {{ ref('stg_salesforce__account') }} as account
        on match.account_id = account.account_id
    where match.reason_code = 'ACCOUNT_WITHOUT_CODE'
),

has_accounts as (
    select count(*) > 0 as is_crm_read
    from {{ ref('stg_salesforce__account') }}
),

partners_without_account as (
    select
        {{ issue('PARTNER_NOT_IN_CRM', 'note', 'customer',
            "'sap_b1'", "'BusinessPartners'", 'customer.card_code', {
            'record_name': 'customer.card_name',
        }) }}
    from {{ ref('int_customer') }} as customer
    cross join has_accounts
    left join {{ ref('int_customer_account') }} as match
        on customer.card_code = match.candidate_card_code
    where match.account_id is null and has_accounts.is_crm_read and not customer.is_intercompany
),

orphan_documents as (
    select
        {{ issue('B18', 'warn', 'customer', "'sap_b1'", "line.object", 'line.record_key', {
            'record_name': 'any_value(line.document_number)', 'field': "'CardCode'",
            'found_value': 'any_value(line.card_code)',
            'other': 'any_value(line.card_code)', 'amount': 'sum(line.amount)',
            'currency': policy('company_currency', 'varchar'),
        }) }}
    from {{ ref('int_exposure_line') }} as line
    where not line.is_customer_known
    group by line.object, line.record_key
),

orphan_items as (
    select
        {{ issue('B18', 'warn', 'materials',
            "'sap_b1'", "'Orders'", "line.document_entry || '|' || line.line_number", {
            'record_name': 'line.document_number', 'field': "'ItemCode'", 'found_value': 'line.item_code',
            'other': 'line.item_code', 'amount': 'line.net_amount', 'currency': policy('company_currency', 'varchar'),
        }) }}
    from {{ ref('int_document_line') }} as line
    left join {{ ref('stg_sap_b1__item') }} as item
        on line.item_code = item.item_code
    where
        line.document_kind = 'sales_order'
        and line.is_live
        and line.item_code is not null
        and item.item_code is null
),

orphan_deals as (
    select
        {{ issue('B18', 'warn', 'pipeline',
            "'salesforce'", "'Opportunity'", 'deal.opportunity_id', {
            'field': "'AccountId'", 'found_value': 'deal.account_id', 'other': 'deal.account_id',
            'amount': 'deal.net_amount', 'currency': policy('company_currency', 'varchar'),
        }) }}
    from {{ ref('int_deal') }} as deal
    left join {{ ref('stg_salesforce__account') }} as account
        on deal.account_id = account.account_id
    where deal.account_id is not null and account.account_id is null
),

final as (
    select * from ambiguous_partners
    union all
    select * from ambiguous_accounts
    union all
    select * from unmatched_accounts
    union all
    select * from accounts_without_code
    union all
    select * from partners_without_account
    union all
    select * from orphan_documents
    union all
    select * from orphan_items
    union all
    select * from orphan_deals
)

select * from final
