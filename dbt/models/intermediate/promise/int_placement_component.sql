with final as (
    select
        point.stock_point as item_code,
        bom.component_point as component_code,
        cast(sum(bom.per_unit_qty / coalesce(yields.yield, 1)) as double) as per_unit_qty,
        cast(sum(bom.fixed_qty) as double) as fixed_qty,
        bom.stage_no
    from {{ ref('int_bom') }} as bom
    inner join {{ ref('int_stock_point') }} as point on bom.item_code = point.item_code
    inner join {{ ref('int_item') }} as parent on bom.item_code = parent.item_code
    left join {{ ref('int_item_yield') }} as yields on bom.item_code = yields.item_code
    where bom.is_stock_item and parent.source = 'make'
    group by all
)

select * from final
