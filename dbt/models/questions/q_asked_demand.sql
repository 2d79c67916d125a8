{{ config(
    materialized='table_macro', parameters=['question_item', 'question_qty', 'question_customer']
) }}

with transit as (
    select coalesce(customer.transit_days, as_of.default_transit_days) as transit_days
    from {{ ref('q_as_of') }} as as_of
    left join {{ ref('q_customer') }} as customer on customer.card_code = question_customer
),

item as (
    select *
    from {{ ref('q_item') }}
    where item_code = question_item and stock_point = item_code
),

parts as (
    select
        item.item_code,
        item.stock_point,
        1 as per_line_unit_qty
    from item
    where not item.is_kit
    union all
    select
        kit.component_code as item_code,
        kit.component_code as stock_point,
        kit.per_unit_qty as per_line_unit_qty
    from item
    inner join {{ ref('q_kit_component') }} as kit on item.item_code = kit.kit_code
    where item.is_kit
),

final as (
    select
        'question/' || parts.item_code as demand_id,
        cast(row_number() over (order by parts.item_code) as integer) as demand_rank,
        parts.item_code,
        parts.stock_point,
        {{ product('question_qty', 'parts.per_line_unit_qty') }} as demand_qty,
        {{ quantity('parts.per_line_unit_qty') }} as per_line_unit_qty,
        (select as_of_date from {{ ref('q_as_of') }}) as release_date,
        transit.transit_days
    from parts
    cross join transit
)

select * from final
