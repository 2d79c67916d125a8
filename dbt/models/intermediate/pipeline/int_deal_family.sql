with by_family as (
    select
        line.opportunity_id,
        item.family,
        sum(coalesce(line.net_amount, 0)) as net_amount
    from {{ ref('int_deal_line') }} as line
    inner join {{ ref('int_item') }} as item on line.item_code = item.item_code
    where item.family is not null
    group by line.opportunity_id, item.family
),

final as (
    select
        opportunity_id,
        arg_max(family, (net_amount, family)) as family
    from by_family
    group by opportunity_id
)

select * from final
