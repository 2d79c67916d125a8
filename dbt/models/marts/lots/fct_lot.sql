{%- set kinds_in = ['purchased', 'produced', 'customer_return', 'component_return', 'adjusted'] -%}
{%- set kinds_out = ['consumed', 'shipped', 'supplier_return', 'scrapped'] -%}

with grades as (
    select coalesce(bool_or(grade = 'rebuilt'), false) as is_rebuilt
    from {{ ref('stg_promesa__extraction') }}
    where system = 'sap_b1' and lower(object) = 'lotquantities'
),

dated as (
    select
        *,
        case when is_after_as_of then 0 else moved_qty end as past_qty,
        case when is_after_as_of then moved_qty else 0 end as later_qty,
        case when event_kind = 'produced' and not is_after_as_of then event_date end as produced_date,
        case when event_kind = 'purchased' and not is_after_as_of then event_date end as purchased_date,
        case when event_kind = 'shipped' and not is_after_as_of then event_date end as shipped_date
    from {{ ref('int_lot_event') }}
),

moved as (
    select
        item_code,
        lot_number,
        {% for kind in kinds_in -%}
            coalesce(sum(case when event_kind = '{{ kind }}' then past_qty end), 0) as {{ kind }}_qty,
        {% endfor %}
        {%- for kind in kinds_out -%}
            -coalesce(sum(case when event_kind = '{{ kind }}' then past_qty end), 0)
                as {{ kind }}_qty,
        {% endfor %}
        sum(later_qty) as later_qty,
        min(produced_date) as produced_date,
        min(purchased_date) as purchased_date,
        arg_min(work_order_entry, produced_date) as work_order_entry,
        arg_min(card_code, purchased_date) as supplier_card_code,
        arg_min(document_number, purchased_date) as receipt_number,
        min(shipped_date) as first_shipped_date
    from dated
    group by item_code, lot_number
),

stocked as (
    select
        item_code,
        lot_number,
        sum(lot_qty) as lot_qty,
        coalesce(sum(lot_qty) filter (where unusable_reason is null), 0) as usable_qty,
        coalesce(sum(lot_qty) filter (where is_held), 0) as held_qty
    from {{ ref('int_lot_stock') }}
    where lot_number is not null
    group by item_code, lot_number
),

master as (
    select
        item_code,
        lot_number,
        any_value(supplier_lot_number) as supplier_lot_number,
        any_value(lot_status) as lot_status,
        min(admission_date) as admission_date,
        min(manufacturing_date) as manufacturing_date,
        max(expiry_date) as expiry_date
    from {{ ref('stg_sap_b1__lot') }}
    where item_code is not null and lot_number is not null
    group by item_code, lot_number
),

{# A lot of the master that never moved and is nowhere says nothing. #}
keys as (
    select
        item_code,
        lot_number
    from moved
    union
    select
        item_code,
        lot_number
    from stocked
),

weighed as (
    select
        keys.item_code,
        keys.lot_number,
        moved.* exclude (item_code, lot_number),
        master.* exclude (item_code, lot_number),
        moved.item_code is null or moved.purchased_qty + moved.produced_qty = 0 as is_opening,
        coalesce(stocked.lot_qty, 0)
        - case when grades.is_rebuilt then coalesce(moved.later_qty, 0) else 0 end as stock_qty,
        coalesce(stocked.usable_qty, 0) as usable_qty,
        coalesce(stocked.held_qty, 0) as held_qty
    from keys
    cross join grades
    left join moved
        on
            keys.item_code = moved.item_code
            and keys.lot_number = moved.lot_number
    left join stocked
        on
            keys.item_code = stocked.item_code
            and keys.lot_number = stocked.lot_number
    left join master
        on
            keys.item_code = master.item_code
            and keys.lot_number = master.lot_number
),

balanced as (
    select
        *,
        coalesce(purchased_qty, 0) + coalesce(produced_qty, 0) as received_qty,
        coalesce(customer_return_qty, 0) + coalesce(component_return_qty, 0) as returned_qty,
        stock_qty + coalesce(consumed_qty, 0) + coalesce(shipped_qty, 0)
        + coalesce(supplier_return_qty, 0) + coalesce(scrapped_qty, 0) as accounted_qty,
        -- Without a receipt on paper the lot was there before the papers begin.
        case
            when is_opening
                then greatest(
                    accounted_qty - coalesce(customer_return_qty, 0)
                    - coalesce(component_return_qty, 0) - coalesce(adjusted_qty, 0),
                    0
                )
            else 0
        end as opening_qty,
        opening_qty + received_qty + returned_qty + coalesce(adjusted_qty, 0) as given_qty
    from weighed
),

final as (
    select
        balanced.item_code,
        item.item_name,
        item.inventory_uom,
        balanced.lot_number,
        case
            when balanced.produced_qty > 0 then 'produced'
            when balanced.purchased_qty > 0 then 'purchased'
            else 'opening'
        end as origin,
        balanced.produced_date as production_date,
        balanced.purchased_date as receipt_date,
        coalesce(
            balanced.produced_date,
            balanced.purchased_date,
            balanced.admission_date,
            balanced.manufacturing_date
        ) as lot_date,
        balanced.work_order_entry,
        work_order.work_order_number,
        balanced.receipt_number,
        balanced.supplier_card_code,
        supplier.card_name as supplier_name,
        balanced.supplier_lot_number,
        balanced.lot_status,
        balanced.expiry_date,
        balanced.first_shipped_date,
        {{ quantity('balanced.opening_qty') }} as opening_qty,
        {{ quantity('balanced.received_qty') }} as received_qty,
        {{ quantity('balanced.returned_qty') }} as returned_qty,
        {{ quantity('coalesce(balanced.adjusted_qty, 0)') }} as adjusted_qty,
        {{ quantity('balanced.stock_qty') }} as stock_qty,
        {{ quantity('balanced.usable_qty') }} as usable_qty,
        {{ quantity('balanced.held_qty') }} as held_qty,
        {{ quantity('coalesce(balanced.consumed_qty, 0)') }} as consumed_qty,
        {{ quantity('coalesce(balanced.shipped_qty, 0)') }} as shipped_qty,
        {{ quantity('coalesce(balanced.supplier_return_qty, 0)') }} as supplier_return_qty,
        {{ quantity('coalesce(balanced.scrapped_qty, 0)') }} as scrapped_qty,
        {{ quantity('balanced.accounted_qty') }} as accounted_qty,
        {{ quantity('balanced.given_qty') }} as given_qty,
        {{ quantity('balanced.accounted_qty - balanced.given_qty') }} as difference_qty,
        case
            when balanced.accounted_qty > balanced.given_qty then 'more_than_received'
            when balanced.accounted_qty < balanced.given_qty then 'less_than_received'
            when balanced.opening_qty > 0 then 'opening_inferred'
            else 'tied'
        end as balance,
        {{ product('balanced.stock_qty', 'item.unit_cost') }} as stock_amount
    from balanced
    left join {{ ref('int_item') }} as item on balanced.item_code = item.item_code
    left join {{ ref('int_work_order') }} as work_order
        on balanced.work_order_entry = work_order.work_order_entry
    left join {{ ref('stg_sap_b1__business_partner') }} as supplier
        on balanced.supplier_card_code = supplier.card_code
)

select * from final
