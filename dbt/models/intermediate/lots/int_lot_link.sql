with events as (
    select *
    from {{ ref('int_lot_event') }}
    where work_order_entry is not null and not is_after_as_of
),

{# What was issued and came back unused is in nothing that was made. #}
used as (
    select
        work_order_entry,
        item_code,
        lot_number,
        -sum(moved_qty) as used_qty
    from events
    where event_kind in ('consumed', 'component_return')
    group by work_order_entry, item_code, lot_number
    having sum(moved_qty) < 0
),

made as (
    select
        work_order_entry,
        item_code,
        lot_number,
        sum(moved_qty) as made_qty
    from events
    where event_kind = 'produced'
    group by work_order_entry, item_code, lot_number
    having sum(moved_qty) > 0
),

{# The ERP keeps no tie between the issue and the receipt of one posting: a day on which the work order
   received one lot alone stands for it. #}
made_alone as (
    select
        work_order_entry,
        event_date,
        any_value(item_code) as item_code,
        any_value(lot_number) as lot_number
    from events
    where event_kind = 'produced'
    group by work_order_entry, event_date
    having min((item_code, lot_number)) = max((item_code, lot_number))
),

direct as (
    select distinct
        made_alone.work_order_entry,
        events.item_code as used_item_code,
        events.lot_number as used_lot_number,
        made_alone.item_code as made_item_code,
        made_alone.lot_number as made_lot_number
    from made_alone
    inner join events
        on
            made_alone.work_order_entry = events.work_order_entry
            and made_alone.event_date = events.event_date
    where events.event_kind = 'consumed'
),

final as (
    select
        used.work_order_entry,
        used.item_code as used_item_code,
        used.lot_number as used_lot_number,
        made.item_code as made_item_code,
        made.lot_number as made_lot_number,
        {{ quantity('used.used_qty') }} as used_qty,
        {{ quantity('made.made_qty') }} as made_qty,
        case when direct.work_order_entry is null then 'indirect' else 'direct' end as link_kind,
        {{ ratio(
            'used.used_qty',
            'sum(used.used_qty) over (partition by used.work_order_entry, used.item_code,'
            ~ ' made.item_code, made.lot_number)'
        ) }} as used_share
    from used
    inner join made
        on
            used.work_order_entry = made.work_order_entry
            and (used.item_code, used.lot_number) <> (made.item_code, made.lot_number)
    left join direct
        on
            used.work_order_entry = direct.work_order_entry
            and used.item_code = direct.used_item_code
            and used.lot_number = direct.used_lot_number
            and made.item_code = direct.made_item_code
            and made.lot_number = direct.made_lot_number
)

select * from final
