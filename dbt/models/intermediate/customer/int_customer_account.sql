{{ config(tags=['before_placement']) }}

with accounts as (
    select
        account_id,
        nullif(upper(trim(promesa_partner_code)), '') as promesa_partner_code,
        nullif(upper(trim(account_number)), '') as account_number
    from {{ ref('stg_salesforce__account') }}
),

partners as (
    select
        card_code,
        upper(trim(card_code)) as card_code_key,
        nullif(regexp_replace(upper(coalesce(tax_number, '')), '[^A-Z0-9]', '', 'g'), '')
            as tax_number_key
    from {{ ref('stg_sap_b1__business_partner') }}
    where card_type is null or card_type in ('cCustomer', 'cLid')
),

rules_that_match as (
    select
        accounts.account_id,
        partners.card_code,
        1 as rule_rank,
        'mapping_file' as match_rule
    from accounts
    inner join {{ ref('account_partner') }} as mapping
        on accounts.account_id = mapping.account_id
    inner join partners
        on upper(trim(mapping.card_code)) = partners.card_code_key

    union all

    select
        accounts.account_id,
        partners.card_code,
        2 as rule_rank,
        'partner_code' as match_rule
    from accounts
    inner join partners
        on accounts.promesa_partner_code = partners.card_code_key

    union all

    select
        accounts.account_id,
        partners.card_code,
        3 as rule_rank,
        'account_number' as match_rule
    from accounts
    inner join partners
        on accounts.account_number = partners.card_code_key

    union all

    select
        accounts.account_id,
        partners.card_code,
        4 as rule_rank,
        'tax_number' as match_rule
    from accounts
    inner join partners
        on regexp_replace(accounts.account_number, '[^A-Z0-9]', '', 'g') = partners.tax_number_key
),

best_rule as (
    select
        account_id,
        card_code,
        rule_rank,
        match_rule,
        count(distinct card_code) over (partition by account_id) as partner_count
    from rules_that_match
    qualify rule_rank = min(rule_rank) over (partition by account_id)
),

claims as (
    select
        *,
        count(distinct account_id) over (partition by card_code) as account_count,
        count(distinct account_id) filter (where match_rule = 'mapping_file')
            over (partition by card_code) as mapped_account_count
    from best_rule
),

decided as (
    select
        account_id,
        card_code as candidate_card_code,
        match_rule,
        partner_count,
        account_count,
        case
            when partner_count > 1 then 'ACCOUNT_AMBIGUOUS'
            when account_count = 1 then null
            when match_rule = 'mapping_file' and mapped_account_count = 1 then null
            when mapped_account_count = 1 then 'PARTNER_TAKEN'
            else 'PARTNER_AMBIGUOUS'
        end as reason_code
    from claims
    qualify row_number() over (partition by account_id order by card_code) = 1
),

final as (
    select
        accounts.account_id,
        case
            when decided.account_id is not null and decided.reason_code is null
                then decided.candidate_card_code
        end as card_code,
        decided.candidate_card_code,
        coalesce(decided.match_rule, 'none') as match_rule,
        coalesce(accounts.promesa_partner_code, accounts.account_number) as match_value,
        coalesce(decided.partner_count, 0) as partner_count,
        coalesce(decided.account_count, 0) as account_count,
        case
            when decided.account_id is not null then decided.reason_code
            when coalesce(accounts.promesa_partner_code, accounts.account_number) is null
                then 'ACCOUNT_WITHOUT_CODE'
            else 'ACCOUNT_UNMATCHED'
        end as reason_code,
        decided.account_id is not null and decided.reason_code is null as is_matched
    from accounts
    left join decided
        on accounts.account_id = decided.account_id
)

select * from final
