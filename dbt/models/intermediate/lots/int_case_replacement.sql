{# What the customer got of the complained lot and has not sent back is what is to be replaced. #}
with asked as (
    select
        fct_case.case_id,
        fct_case.card_code,
        fct_case.item_code,
        shipment.shipped_qty as for_qty
    from {{ ref('fct_case') }} as fct_case
    left join {{ ref('fct_case_shipment') }} as shipment
        on
            fct_case.case_id = shipment.case_id
            and fct_case.item_code = shipment.item_code
            and fct_case.lot_number = shipment.lot_number
            and fct_case.card_code = shipment.card_code
    where fct_case.lot_number is not null
),

lot_supplies as (
    select
        item_code,
        lot_number,
        'LOT-' || item_code || '-' || lot_number || '-' || system_number || '-' || warehouse_code
            as supply_id
    from {{ ref('int_lot_stock') }}
),

{# What is left of each supply after all firm demand, as the placement says it. #}
free as (
    select
        point.item_code,
        lot_supplies.lot_number,
        residual.supply_id,
        residual.available_day,
        residual.qty
    from {{ ref('q_residual_supply') }} as residual
    inner join {{ ref('int_stock_point') }} as point on residual.stock_point = point.stock_point
    left join lot_supplies
        on
            residual.supply_id = lot_supplies.supply_id
            and point.item_code = lot_supplies.item_code
    where
        residual.mode = 'firm'
        and residual.qty > 0
        and coalesce(residual.expires_day > residual.available_day, true)
),

clean as (
    select
        asked.case_id,
        asked.for_qty,
        asked.card_code,
        free.available_day,
        free.supply_id,
        free.qty,
        sum(free.qty) over (
            partition by asked.case_id
            order by free.available_day, free.supply_id
        ) as reached_qty
    from asked
    inner join free on asked.item_code = free.item_code
    left join {{ ref('fct_case_lot') }} as affected
        on
            asked.case_id = affected.case_id
            and free.item_code = affected.item_code
            and free.lot_number = affected.lot_number
    where affected.case_id is null
),

enough as (
    select
        case_id,
        min(available_day) filter (where reached_qty >= for_qty) as available_day,
        sum(qty) filter (where available_day <= {{ as_of_date() }}) as clean_stock_qty
    from clean
    group by case_id
),

final as (
    select
        asked.case_id,
        {{ quantity('asked.for_qty') }} as for_qty,
        {{ quantity('coalesce(enough.clean_stock_qty, 0)') }} as clean_stock_qty,
        case
            when enough.available_day is not null
                then cast(
                    greatest(enough.available_day, {{ as_of_date() }})
                    + coalesce(customer.transit_days, {{ policy('transit_days') }}) as date
                )
        end as replacement_date,
        case
            when asked.for_qty is null then 'REPLACEMENT_NOT_SHIPPED'
            when enough.available_day is null then 'REPLACEMENT_NOT_IN_SUPPLY'
        end as reason_code
    from asked
    left join enough on asked.case_id = enough.case_id
    left join {{ ref('q_customer') }} as customer on asked.card_code = customer.card_code
)

select * from final
