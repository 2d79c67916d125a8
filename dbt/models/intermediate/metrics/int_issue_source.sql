with quarantined as (
    select
        {{ issue('QUARANTINE', 'warn', 'customer',
            'quarantine.system', 'quarantine.object', 'quarantine.quarantine_id', {
            'record_name': "coalesce(nullif(quarantine.record_key, ''), quarantine.place)",
            'field': 'quarantine.field', 'found_value': "'Q-' || quarantine.quarantine_id", 'other': 'quarantine.code',
        }) }}
    from {{ ref('stg_promesa__quarantine') }} as quarantine
    inner join {{ ref('stg_promesa__extraction') }} as extraction
        on quarantine.extraction_id = extraction.extraction_id
    where extraction.is_visible
),

drifted as (
    select
        {{ issue('SCHEMA_DRIFT', 'note', 'customer',
            'drift.system', 'drift.object', 'drift.field', {
            'field': 'drift.field', 'found_value': 'any_value(drift.kind)',
        }) }}
    from {{ ref('stg_promesa__schema_drift') }} as drift
    inner join {{ ref('stg_promesa__extraction') }} as extraction
        on drift.extraction_id = extraction.extraction_id
    where extraction.is_visible
    group by drift.system, drift.object, drift.field
),

repeated as (
    select
        {{ issue('B13', 'note', 'customer', 'system', 'object', 'record_key', {
            'quantity': 'version_count',
        }) }}
    from {{ ref('stg_promesa__repeated_key') }}
),

holdings as (
    select
        knowledge.is_ledger_known,
        knowledge.are_invoices_known,
        knowledge.are_payments_known,
        (select count(*) from {{ ref('int_customer') }}) > 0 as has_partners,
        (select count(credit_limit_amount) from {{ ref('int_customer') }}) > 0 as has_limits,
        (select count(*) from {{ ref('stg_salesforce__opportunity') }}) > 0 as has_deals,
        (select count(*) from {{ ref('int_lot_stock') }}) > 0 as has_lots
    from {{ ref('int_credit_knowledge') }} as knowledge
),

missing_parts as (
    select
        {{ issue('NO_LEDGER', 'stop', 'credit', "'sap_b1'", "'JournalEntries'", "'*'") }}
    from holdings
    where not is_ledger_known

    union all

    select
        {{ issue('NO_INVOICES', 'stop', 'margin', "'sap_b1'", "'Invoices'", "'*'") }}
    from holdings
    where not are_invoices_known

    union all

    select
        {{ issue('NO_PAYMENTS', 'warn', 'credit', "'sap_b1'", "'IncomingPayments'", "'*'") }}
    from holdings
    where not are_payments_known

    union all

    select
        {{ issue('NO_LIMITS', 'stop', 'credit', "'sap_b1'", "'BusinessPartners'", "'*'", {
            'field': "'CreditLimit'",
        }) }}
    from holdings
    where has_partners and not has_limits

    union all

    select
        {{ issue('NO_LOTS', 'note', 'lots', "'sap_b1'", "'LotQuantities'", "'*'") }}
    from holdings
    where not has_lots

    union all

    select
        {{ issue('NO_CRM', 'note', 'pipeline', "'salesforce'", "'Opportunity'", "'*'") }}
    from holdings
    where not has_deals
),

overrides as (
    select
        {{ issue('OVERRIDE_EXPIRED', 'note', 'promise', "'promesa'", "'override'", 'override_id', {
            'field': "'until_date'", 'found_value': 'until_date', 'other': 'author',
            'issue_date': 'until_date',
        }) }}
    from {{ ref('int_override') }}
    where status = 'expired'

    union all

    select
        {{ issue('OVERRIDE_UNKNOWN', 'warn', 'promise', "'promesa'", "'override'", 'override_id', {
            'field': "'key'", 'found_value': 'key', 'other': 'author',
        }) }}
    from {{ ref('int_override') }}
    where status = 'unknown_key'
),

final as (
    select * from quarantined
    union all
    select * from drifted
    union all
    select * from repeated
    union all
    select * from missing_parts
    union all
    select * from overrides
)

select * from final
