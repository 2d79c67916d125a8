with open_crm as (
    select *
    from {{ ref('int_mapping_record') }}
    where side = 'crm' and not is_matched
),

open_erp as (
    select *
    from {{ ref('int_mapping_record') }}
    where side = 'erp' and not is_matched
),

order_headers as (
    select
        cast(document_number as varchar) as order_number,
        document_entry,
        document_date,
        concat_ws(' ', customer_reference, second_reference, comments) as references_text
    from {{ ref('int_document') }}
    where document_kind = 'sales_order' and is_live
),

won_deals as (
    select
        open_crm.*,
        deal.close_date
    from open_crm
    inner join {{ ref('int_deal') }} as deal
        on open_crm.record_key = deal.opportunity_id
    where open_crm.kind = 'deal'
),

orders_of_a_customer as (
    select
        open_erp.*,
        order_headers.document_entry,
        order_headers.document_date,
        order_headers.references_text
    from open_erp
    inner join order_headers
        on open_erp.record_key = order_headers.order_number
    where open_erp.kind = 'deal'
),

same_lines as (
    select distinct
        deal_line.opportunity_id,
        order_line.document_entry
    from {{ ref('int_deal_line') }} as deal_line
    inner join {{ ref('int_sales_order_line') }} as order_line
        on
            deal_line.card_code = order_line.card_code
            and deal_line.item_code = order_line.item_code
            and deal_line.inventory_qty = order_line.ordered_qty
    where
        deal_line.is_won
        and order_line.opportunity_id is null
        and abs(deal_line.close_date - order_line.order_date)
        <= {{ policy('won_without_order_days') }}
),

{# What each pair has in common, the strongest evidence first. #}
pairs as (
    select
        crm.kind,
        crm.record_key as crm_key,
        erp.record_key as erp_key,
        1 as evidence_rank,
        'external_key' as evidence,
        null as similarity
    from open_crm as crm
    inner join open_erp as erp
        on crm.kind = erp.kind and crm.code_key = erp.code_key

    union all

    select
        'deal' as kind,
        deal.record_key as crm_key,
        sales_order.record_key as erp_key,
        1 as evidence_rank,
        'external_key' as evidence,
        null as similarity
    from won_deals as deal
    inner join orders_of_a_customer as sales_order
        on contains(sales_order.references_text, deal.code_key)

    union all

    select
        crm.kind,
        crm.record_key as crm_key,
        erp.record_key as erp_key,
        2 as evidence_rank,
        'tax_number' as evidence,
        null as similarity
    from open_crm as crm
    inner join open_erp as erp
        on crm.kind = erp.kind and crm.tax_key = erp.tax_key

    union all

    select
        'deal' as kind,
        deal.record_key as crm_key,
        sales_order.record_key as erp_key,
        3 as evidence_rank,
        'same_lines' as evidence,
        null as similarity
    from won_deals as deal
    inner join same_lines
        on deal.record_key = same_lines.opportunity_id
    inner join orders_of_a_customer as sales_order
        on same_lines.document_entry = sales_order.document_entry

    union all

    select
        'deal' as kind,
        deal.record_key as crm_key,
        sales_order.record_key as erp_key,
        4 as evidence_rank,
        'same_amount' as evidence,
        null as similarity
    from won_deals as deal
    inner join orders_of_a_customer as sales_order
        on
            deal.card_code = sales_order.card_code
            and deal.net_amount > 0
            and abs(deal.net_amount - sales_order.net_amount)
            <= deal.net_amount * {{ policy('mapping_amount_tolerance_pct') }} / 100
            and abs(deal.close_date - sales_order.document_date)
            <= {{ policy('won_without_order_days') }}

    union all

    select
        crm.kind,
        crm.record_key as crm_key,
        erp.record_key as erp_key,
        5 as evidence_rank,
        'name' as evidence,
        jaro_winkler_similarity(crm.name_key, erp.name_key) as similarity
    from open_crm as crm
    inner join open_erp as erp
        on
            crm.kind = erp.kind
            and crm.kind <> 'deal'
            and jaro_winkler_similarity(crm.name_key, erp.name_key)
            >= {{ policy('mapping_name_similarity_pct') }} / 100.0
),

{# A name counts only where no key speaks: of each CRM record its strongest evidence stays. #}
strongest as (
    select *
    from pairs
    qualify
        evidence_rank = min(evidence_rank) over (partition by kind, crm_key)
        and row_number() over (
            partition by kind, crm_key, evidence_rank
            order by similarity desc nulls last, erp_key asc
        ) <= 3
),

final as (
    select distinct
        kind,
        crm_key,
        erp_key,
        evidence_rank,
        evidence,
        round(similarity * 100, 2) as similarity_pct
    from strongest
)

select * from final
