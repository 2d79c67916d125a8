"""What CRM and ERP hold of the same thing: proposals, and records without their counterpart."""

PROPOSALS = """
select
    kind, crm_name, crm_key, erp_name, erp_key, evidence, is_ambiguous,
    cast(similarity_pct as double) as similarity_pct,
    cast(value_amount as double) as value_amount
from marts.fct_mapping_proposal
order by proposal_rank
"""

SUMMARY = """
select
    kind, system,
    count(*) filter (where is_unmatched) as unmatched,
    cast(coalesce(sum(value_amount) filter (where is_unmatched), 0) as double) as unmatched_amount,
    count(*) filter (where is_duplicate) as duplicates
from marts.fct_mapping_gap
group by kind, system
order by case kind when 'customer' then 1 when 'product' then 2 else 3 end, system
"""

GAPS = """
select
    kind, system, record_name, record_key, is_unmatched, duplicate_keys, proposal_count,
    cast(value_amount as double) as value_amount
from marts.fct_mapping_gap
where ($kind = '' or kind = $kind)
order by is_unmatched desc, value_amount desc, kind, system, record_key
"""
