with placeable_lines as (
    select *
    from {{ ref('int_demand_line') }}
    where reason_code is null and left_out is null
),

plain as (
    select
        demand_line_id as demand_id,
        demand_line_id,
        demand_class,
        item_code,
        warehouse_set,
        asked_qty as demand_qty,
        cast(1 as decimal(18, 6)) as per_line_unit_qty,
        requested_date,
        transit_days,
        priority
    from placeable_lines
    where not is_kit
),

kit_components as (
    select
        line.demand_line_id || '/' || kit.component_code as demand_id,
        line.demand_line_id,
        line.demand_class,
        kit.component_code as item_code,
        case when component.home_set = '*' then '*' else line.warehouse_set end as warehouse_set,
        {{ product('line.asked_qty', 'kit.per_unit_qty') }} as demand_qty,
        kit.per_unit_qty as per_line_unit_qty,
        line.requested_date,
        line.transit_days,
        line.priority
    from placeable_lines as line
    inner join {{ ref('int_kit_component') }} as kit on line.item_code = kit.kit_code
    inner join {{ ref('int_item') }} as component on kit.component_code = component.item_code
    where line.is_kit
),

stock_below_zero as (
    select
        'NEG-' || stock.item_code || '@' || stock.warehouse_set as demand_id,
        'NEG-' || stock.item_code || '@' || stock.warehouse_set as demand_line_id,
        'shortage' as demand_class,
        stock.item_code,
        stock.warehouse_set,
        {{ quantity('-sum(stock.unlotted_qty)') }} as demand_qty,
        cast(1 as decimal(18, 6)) as per_line_unit_qty,
        {{ as_of_date() }} as requested_date,
        0 as transit_days,
        0 as priority
    from {{ ref('int_stock') }} as stock
    where stock.unusable_reason is null and stock.is_inventory_item
    group by stock.item_code, stock.warehouse_set
    having sum(stock.unlotted_qty) < 0
),

disassembled as (
    select
        work_order.work_order_id as demand_id,
        work_order.work_order_id as demand_line_id,
        'firm' as demand_class,
        work_order.item_code,
        case
            when item.home_set = '*' then '*' else coalesce(warehouse.warehouse_set, item.home_set)
        end as warehouse_set,
        work_order.remaining_qty as demand_qty,
        cast(1 as decimal(18, 6)) as per_line_unit_qty,
        coalesce(work_order.start_date, work_order.due_date) as requested_date,
        0 as transit_days,
        work_order.priority
    from {{ ref('int_work_order') }} as work_order
    inner join {{ ref('int_item') }} as item on work_order.item_code = item.item_code
    left join {{ ref('int_warehouse') }} as warehouse
        on
            work_order.warehouse_code = warehouse.warehouse_code
            and warehouse.is_usable
    where work_order.is_disassembly and work_order.is_open and work_order.remaining_qty > 0
),

transfers as (
    select
        line.transfer_request_line_id as demand_id,
        line.transfer_request_line_id as demand_line_id,
        'firm' as demand_class,
        line.item_code,
        case
            when item.home_set = '*' then '*' else source_warehouse.warehouse_set
        end as warehouse_set,
        line.open_qty as demand_qty,
        cast(1 as decimal(18, 6)) as per_line_unit_qty,
        line.due_date as requested_date,
        0 as transit_days,
        100 as priority
    from {{ ref('int_transfer_request_line') }} as line
    inner join {{ ref('int_item') }} as item on line.item_code = item.item_code
    inner join {{ ref('int_warehouse') }} as source_warehouse
        on
            line.from_warehouse_code = source_warehouse.warehouse_code
            and source_warehouse.is_usable
    left join {{ ref('int_warehouse') }} as target_warehouse
        on line.to_warehouse_code = target_warehouse.warehouse_code
    where
        line.open_qty > 0
        and (
            not coalesce(target_warehouse.is_usable, false)
            or (
                item.home_set <> '*'
                and target_warehouse.warehouse_set <> source_warehouse.warehouse_set
            )
        )
),

all_demand as (
    select * from plain
    union all
    select * from kit_components
    union all
    select * from stock_below_zero
    union all
    select * from disassembled
    union all
    select * from transfers
),

classes (demand_class, class_rank, demand_kind) as (
    values
    ('shortage', 0, 'firm'),
    ('firm', 1, 'firm'),
    ('draft', 2, 'firm'),
    ('won', 3, 'firm'),
    ('quotation', 4, 'question'),
    ('commit', 5, 'question'),
    ('pipeline', 6, 'question')
),

final as (
    select
        all_demand.demand_id,
        all_demand.demand_line_id,
        all_demand.demand_class,
        classes.demand_kind,
        cast(row_number() over (
            order by
                classes.class_rank asc,
                all_demand.requested_date asc nulls last,
                all_demand.priority asc,
                all_demand.demand_line_id asc,
                all_demand.demand_id asc
        ) as integer) as demand_rank,
        all_demand.item_code,
        all_demand.warehouse_set,
        {{ stock_point('all_demand.item_code', 'all_demand.warehouse_set', 'item.home_set') }}
            as stock_point,
        all_demand.demand_qty,
        all_demand.per_line_unit_qty,
        all_demand.requested_date,
        all_demand.transit_days
    from all_demand
    inner join classes on all_demand.demand_class = classes.demand_class
    inner join {{ ref('int_item') }} as item on all_demand.item_code = item.item_code
    where all_demand.demand_qty > 0
)

select * from final
