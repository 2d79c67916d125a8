with candidates as (
    select
        *,
        count(*) over (partition by kind, crm_key) as erp_candidate_count,
        count(*) over (partition by kind, erp_key) as crm_claim_count
    from {{ ref('int_mapping_candidate') }}
),

valued as (
    select
        candidates.*,
        crm.record_name as crm_name,
        erp.record_name as erp_name,
        crm.net_amount as crm_amount,
        erp.net_amount as erp_amount,
        case
            when candidates.kind = 'deal' then greatest(crm.net_amount, erp.net_amount)
            else crm.net_amount + erp.net_amount
        end as value_amount
    from candidates
    inner join {{ ref('int_mapping_record') }} as crm
        on candidates.kind = crm.kind and candidates.crm_key = crm.record_key and crm.side = 'crm'
    inner join {{ ref('int_mapping_record') }} as erp
        on candidates.kind = erp.kind and candidates.erp_key = erp.record_key and erp.side = 'erp'
),

final as (
    select
        kind || ':' || crm_key || ':' || erp_key as proposal_id,
        cast(row_number() over (
            order by
                value_amount desc,
                evidence_rank asc,
                similarity_pct desc,
                kind asc,
                crm_key asc,
                erp_key asc
        ) as integer) as proposal_rank,
        kind,
        crm_key,
        crm_name,
        erp_key,
        erp_name,
        evidence,
        cast(similarity_pct as decimal(18, 6)) as similarity_pct,
        {{ money('crm_amount') }} as crm_amount,
        {{ money('erp_amount') }} as erp_amount,
        {{ money('value_amount') }} as value_amount,
        cast(erp_candidate_count as integer) as erp_candidate_count,
        cast(crm_claim_count as integer) as crm_claim_count,
        erp_candidate_count > 1 or crm_claim_count > 1 as is_ambiguous
    from valued
)

select * from final
