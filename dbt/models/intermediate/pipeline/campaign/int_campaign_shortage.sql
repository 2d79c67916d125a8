with final as (
    select
        campaign_id,
        count(*) as purchase_count,
        arg_min(item_code, (need_date, item_code)) as shortage_item_code,
        min(need_date) as shortage_date,
        arg_min(last_safe_order_date, (need_date, item_code)) as last_safe_order_date
    from {{ ref('fct_campaign_purchase') }}
    group by campaign_id
)

select * from final
