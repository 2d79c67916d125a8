with systems as (
    select
        bool_or(side = 'crm') as is_crm_read,
        bool_or(side = 'erp') as is_erp_read
    from {{ ref('int_mapping_record') }}
    where kind in ('customer', 'product')
),

{# Records of one system that say they are the same: one key, one tax number or, for customers, one name. #}
likenesses as (
    select
        kind,
        side,
        record_key,
        'code:' || code_key as likeness
    from {{ ref('int_mapping_record') }}
    where code_key is not null

    union all

    select
        kind,
        side,
        record_key,
        'tax:' || tax_key as likeness
    from {{ ref('int_mapping_record') }}
    where tax_key is not null

    union all

    select
        kind,
        side,
        record_key,
        'name:' || name_key as likeness
    from {{ ref('int_mapping_record') }}
    where kind = 'customer' and name_key is not null
),

duplicates as (
    select
        one.kind,
        one.side,
        one.record_key,
        string_agg(distinct another.record_key, ', ' order by another.record_key) as duplicate_keys
    from likenesses as one
    inner join likenesses as another
        on
            one.kind = another.kind
            and one.side = another.side
            and one.likeness = another.likeness
            and one.record_key <> another.record_key
    group by one.kind, one.side, one.record_key
),

proposals as (
    select
        kind,
        'crm' as side,
        crm_key as record_key,
        count(*) as proposal_count
    from {{ ref('int_mapping_candidate') }}
    group by kind, crm_key

    union all

    select
        kind,
        'erp' as side,
        erp_key as record_key,
        count(*) as proposal_count
    from {{ ref('int_mapping_candidate') }}
    group by kind, erp_key
),

final as (
    select
        record.kind || ':' || record.side || ':' || record.record_key as gap_id,
        record.kind,
        case record.side when 'crm' then 'salesforce' else 'sap_b1' end as system,
        record.object,
        record.record_key,
        record.record_name,
        not record.is_matched as is_unmatched,
        duplicates.record_key is not null as is_duplicate,
        duplicates.duplicate_keys,
        cast(coalesce(proposals.proposal_count, 0) as integer) as proposal_count,
        record.net_amount as value_amount
    from {{ ref('int_mapping_record') }} as record
    cross join systems
    left join duplicates
        on
            record.kind = duplicates.kind
            and record.side = duplicates.side
            and record.record_key = duplicates.record_key
    left join proposals
        on
            record.kind = proposals.kind
            and record.side = proposals.side
            and record.record_key = proposals.record_key
    where
        record.is_due
        and systems.is_crm_read
        and systems.is_erp_read
        and (not record.is_matched or duplicates.record_key is not null)
)

select * from final
