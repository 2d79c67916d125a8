{# A campaign's item and all that goes into it, on every level of the bill. #}
with recursive used as (
    select
        campaign_id,
        item_code
    from {{ ref('stg_salesforce__campaign') }}
    where item_code is not null
    union
    select
        used.campaign_id,
        component.component_code as item_code
    from used
    inner join {{ ref('int_placement_component') }} as component
        on used.item_code = component.item_code
),

final as (
    select *
    from used
)

select * from final
