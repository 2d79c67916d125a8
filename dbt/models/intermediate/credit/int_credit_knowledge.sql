with closed_extractions as (
    select
        system,
        lower(replace(object, '_', '')) as object,
        max(grade) as grade
    from {{ ref('stg_promesa__extraction') }}
    where state = 'closed'
    group by system, lower(replace(object, '_', ''))
),

final as (
    select
        (select count(*) from {{ ref('stg_sap_b1__journal_entry') }}) > 0
        or coalesce(bool_or(object = 'journalentries'), false) as is_ledger_known,
        (select count(*) from {{ ref('stg_sap_b1__invoice') }}) > 0
        or coalesce(bool_or(object = 'invoices'), false) as are_invoices_known,
        (select count(*) from {{ ref('stg_sap_b1__incoming_payment') }}) > 0
        or coalesce(bool_or(object = 'incomingpayments'), false) as are_payments_known,
        coalesce(max(grade) filter (where system = 'sap_b1'), 'exact') as erp_grade,
        coalesce(max(grade) filter (where system = 'salesforce'), 'exact') as crm_grade,
        coalesce(max(grade) filter (where object = 'businesspartners'), 'exact') as partner_grade,
        coalesce(max(grade) filter (where object in ('items', 'lotquantities')), 'exact')
            as stock_grade
    from closed_extractions
)

select * from final
