with used as (
    select item_code from {{ ref('int_placement_demand') }}
    union
    select item_code from {{ ref('int_placement_supply') }}
    union
    select item_code from {{ ref('int_placement_work_order') }}
    union
    select component_code as item_code from {{ ref('int_placement_work_order_component') }}
    union
    select component_point as item_code from {{ ref('int_bom') }}
    where is_stock_item
    union
    select item_code from {{ ref('int_item') }}
    where is_inventory_item
),

final as (
    select
        used.item_code as stock_point,
        coalesce(own.item_code, away.item_code, used.item_code) as item_code
    from used
    left join {{ ref('int_item') }} as own on used.item_code = own.item_code
    left join {{ ref('int_item') }} as away
        on
            own.item_code is null
            and starts_with(used.item_code, away.item_code || '@')
    qualify row_number() over (partition by used.item_code order by length(away.item_code) desc) = 1
)

select * from final
