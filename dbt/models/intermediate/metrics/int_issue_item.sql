with items as (
    select *
    from {{ ref('int_item') }}
),

negative_stock as (
    select
        {{ issue('B7', 'warn', 'materials',
            "'sap_b1'", "'Items'", "item_code || '|' || warehouse_code", {
            'field': "'InStock'", 'found_value': 'in_stock_qty', 'quantity': 'in_stock_qty',
            'amount': 'stock_amount', 'item': 'item_code', 'other': 'warehouse_code',
        }) }}
    from {{ ref('int_stock') }}
    where is_negative
),

circles as (
    select
        {{ issue('B8', 'stop', 'materials', "'sap_b1'", "'ProductTrees'", 'item_code', {
            'field': "'ProductTreeLines'", 'found_value': 'circle', 'item': 'item_code',
        }) }}
    from {{ ref('int_bom_circle') }}
),

no_routing as (
    select
        {{ issue('B9', 'stop', 'capacity', "'sap_b1'", "'ProductTrees'", 'item_code', {
            'record_name': 'item_name', 'item': 'item_code',
        }) }}
    from items
    where reason_code in ('NO_ROUTING', 'NO_CAPACITY')
),

impossible_lead_times as (
    select
        {{ issue('B17', 'stop', 'materials', "'sap_b1'", "'Items'", 'item_code', {
            'field': "'LeadTime'", 'found_value': 'lead_time_days',
            'item': 'item_code',
        }) }}
    from {{ ref('stg_sap_b1__item') }}
    where lead_time_days < 0
),

impossible_lots as (
    select
        {{ issue('B17', 'warn', 'materials', "'sap_b1'", "'Items'", 'item_code', {
            'field': "'MinOrderQuantity'", 'found_value': 'minimum_order_qty',
            'item': 'item_code',
        }) }}
    from {{ ref('stg_sap_b1__item') }}
    where minimum_order_qty < 0 or order_multiple_qty < 0
),

no_way_to_get as (
    select
        reason_code as code,
        'warn' as severity,
        'materials' as area,
        'sap_b1' as system,
        'Items' as object,
        item_code as record_key,
        item_name as record_name,
        cast(null as varchar) as field,
        cast(null as varchar) as found_value,
        cast(null as decimal(18, 6)) as amount,
        cast(null as decimal(18, 6)) as quantity,
        cast(null as varchar) as currency,
        item_code as item,
        cast(null as varchar) as other,
        cast(null as varchar) as customer,
        cast(null as date) as issue_date
    from items
    where reason_code in ('NO_BOM', 'NO_LEAD_TIME', 'NOT_MADE_NOT_BOUGHT')
),

final as (
    select * from negative_stock
    union all
    select * from circles
    union all
    select * from no_routing
    union all
    select * from impossible_lead_times
    union all
    select * from impossible_lots
    union all
    select * from no_way_to_get
)

select * from final
