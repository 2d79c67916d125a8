with lots as (
    select
        'LOT-' || lot.item_code || '-' || lot.lot_number || '-' || lot.system_number || '-'
        || lot.warehouse_code as supply_id,
        {{ stock_point('lot.item_code', 'lot.warehouse_set', 'item.home_set') }} as at_home_or_set,
        item.home_set,
        lot.item_code as bare_item_code,
        {{ as_of_date() }} as available_day,
        lot.expiry_date as expires_day,
        lot.lot_qty as qty,
        'lot' as kind
    from {{ ref('int_lot_stock') }} as lot
    inner join {{ ref('int_item') }} as item on lot.item_code = item.item_code
    where lot.unusable_reason is null and lot.lot_qty > 0
),

stock_without_lots as (
    select
        'STOCK-' || stock.item_code || '@' || stock.warehouse_set as supply_id,
        {{ stock_point('stock.item_code', 'stock.warehouse_set', 'item.home_set') }} as item_code,
        {{ as_of_date() }} as available_day,
        cast(null as date) as expires_day,
        sum(stock.unlotted_qty) as qty,
        'stock' as kind
    from {{ ref('int_stock') }} as stock
    inner join {{ ref('int_item') }} as item on stock.item_code = item.item_code
    where stock.unusable_reason is null and stock.is_inventory_item
    group by stock.item_code, stock.warehouse_set, item.home_set
    having sum(stock.unlotted_qty) > 0
),

purchases as (
    select
        receipt.receipt_id as supply_id,
        {{ stock_point('receipt.item_code', 'receipt.warehouse_set', 'item.home_set') }}
            as item_code,
        receipt.available_date as available_day,
        cast(null as date) as expires_day,
        receipt.open_qty as qty,
        'purchase_order' as kind
    from {{ ref('int_expected_receipt') }} as receipt
    inner join {{ ref('int_item') }} as item on receipt.item_code = item.item_code
    where receipt.standing in ('counted', 'moved')
),

recovered as (
    select
        line.work_order_id || '-' || line.line_number as supply_id,
        {{ stock_point('line.item_code', 'warehouse.warehouse_set', 'item.home_set') }}
            as item_code,
        greatest(
            coalesce(work_order.due_date, {{ as_of_date() }}), {{ as_of_date() }} + 1
        ) as available_day,
        cast(null as date) as expires_day,
        case
            when work_order.is_disassembly then line.unissued_qty
            else -line.planned_qty + least(line.issued_qty, 0)
        end as qty,
        case when work_order.is_disassembly then 'disassembly' else 'by_product' end as kind
    from {{ ref('int_work_order_line') }} as line
    inner join
        {{ ref('int_work_order') }} as work_order
        on line.work_order_id = work_order.work_order_id
    inner join {{ ref('int_item') }} as item on line.item_code = item.item_code
    left join {{ ref('int_warehouse') }} as warehouse
        on
            line.warehouse_code = warehouse.warehouse_code
            and warehouse.is_usable
            and item.home_set <> '*'
    where
        work_order.status = 'released'
        and not line.is_work_centre
        and item.is_inventory_item
        and (work_order.is_disassembly and line.planned_qty > 0 or line.is_by_product)
        and not work_order.is_stale
),

signed as (
    select
        'OVERRIDE-' || override_id as supply_id,
        key as item_code,
        greatest(from_date, {{ as_of_date() }}) as available_day,
        cast(null as date) as expires_day,
        value as qty,
        'override' as kind
    from {{ ref('int_override') }}
    where kind = 'supply' and status = 'in_force' and value > 0
),

found as (
    select
        supply_id,
        case when home_set = '*' then bare_item_code else at_home_or_set end as item_code,
        available_day,
        expires_day,
        {{ quantity('qty') }} as qty,
        kind
    from lots
    union all
    select
        supply_id,
        item_code,
        available_day,
        expires_day,
        {{ quantity('qty') }} as qty,
        kind
    from stock_without_lots
    union all
    select
        supply_id,
        item_code,
        available_day,
        expires_day,
        {{ quantity('qty') }} as qty,
        kind
    from purchases
    union all
    select
        supply_id,
        item_code,
        available_day,
        expires_day,
        {{ quantity('qty') }} as qty,
        kind
    from recovered
    where qty > 0
    union all
    select
        supply_id,
        item_code,
        available_day,
        expires_day,
        {{ quantity('qty') }} as qty,
        kind
    from signed
),

withheld as (
    select
        key as item_code,
        -sum(value) as withheld_qty
    from {{ ref('int_override') }}
    where kind = 'supply' and status = 'in_force' and value < 0
    group by key
),

{# What is withheld is taken from the earliest supply on: errs late. #}
lessened as (
    select
        found.*,
        coalesce(withheld.withheld_qty, 0) - coalesce(sum(found.qty) over (
            partition by found.item_code
            order by found.available_day, found.expires_day, found.supply_id
            rows between unbounded preceding and 1 preceding
        ), 0) as still_withheld_qty
    from found
    left join withheld on found.item_code = withheld.item_code
),

final as (
    select
        supply_id,
        item_code,
        available_day,
        expires_day,
        {{ quantity('qty - greatest(still_withheld_qty, 0)') }} as qty,
        kind
    from lessened
    where qty > greatest(still_withheld_qty, 0)
)

select * from final
