with grades as (
    select coalesce(bool_or(grade = 'rebuilt'), false) as is_rebuilt
    from {{ ref('stg_promesa__extraction') }}
    where system = 'sap_b1' and lower(replace(object, '_', '')) in ('items', 'lotquantities')
),

item_stock as (
    select
        item_code,
        sum(in_stock_qty) as in_stock_qty
    from {{ ref('stg_sap_b1__item_warehouse') }}
    group by item_code
),

compared as (
    select
        'stock' as check_name,
        item.item_code,
        item.item_code as record_key,
        item.item_name as record_name,
        'QuantityOnStock' as field,
        item_stock.in_stock_qty as our_value,
        item.on_stock_qty as source_value
    from {{ ref('stg_sap_b1__item') }} as item
    inner join item_stock
        on item.item_code = item_stock.item_code
    where item.on_stock_qty is not null

    union all

    select
        'stock_by_lot' as check_name,
        item_code,
        item_code || '|' || warehouse_code as record_key,
        item_code || ' / ' || warehouse_code as record_name,
        'InStock' as field,
        lot_qty as our_value,
        in_stock_qty as source_value
    from {{ ref('int_lot_balance') }}
),

final as (
    select
        compared.*,
        case when grades.is_rebuilt then 'rebuilt' else 'exact' end as grade,
        compared.our_value <> compared.source_value and not grades.is_rebuilt as is_untied
    from compared
    cross join grades
)

select * from final
