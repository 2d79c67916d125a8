{# From whom an item is bought and how long that takes: measured where enough receipts tell. #}
with measured as (
    select *
    from {{ ref('int_supplier_lead_time') }}
    where not is_all_items and receipt_count >= {{ policy('supplier_lateness_receipts') }}
),

usual as (
    select
        item_code,
        arg_max(card_code, (receipt_count, card_code)) as card_code
    from {{ ref('int_supplier_lead_time') }}
    where not is_all_items
    group by item_code
),

sourced as (
    select
        item.item_code,
        item.unit_cost,
        item.lead_time_days,
        coalesce(item.main_supplier_code, usual.card_code) as card_code
    from {{ ref('int_item') }} as item
    left join usual on item.item_code = usual.item_code
    where item.source = 'buy'
),

final as (
    select
        sourced.item_code,
        sourced.card_code,
        partner.card_name as supplier_name,
        sourced.unit_cost,
        coalesce(measured.lead_p50_days, sourced.lead_time_days) as lead_p50_days,
        coalesce(measured.lead_p90_days, sourced.lead_time_days) as lead_p90_days,
        case
            when measured.card_code is not null then 'measured'
            when sourced.lead_time_days is not null then 'item'
            else 'none'
        end as lead_basis,
        coalesce(measured.receipt_count, 0) as receipt_count
    from sourced
    left join measured
        on
            sourced.item_code = measured.item_code
            and sourced.card_code = measured.card_code
    left join {{ ref('stg_sap_b1__business_partner') }} as partner
        on sourced.card_code = partner.card_code
)

select * from final
