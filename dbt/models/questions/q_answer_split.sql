{{ config(
    materialized='table_macro', parameters=['question_item', 'given_demand', 'given_answer', 'given_split']
) }}

with demand as (
    {{ given_demand() }}
),

answer as (
    {{ given_answer() }}
),

given as (
    {{ given_split() }}
),

placed as (
    select
        case when asked.item_code = question_item then asked.demand_id else 'question' end as demand_line_id,
        asked.demand_id,
        answer.mode,
        asked.item_code,
        asked.per_line_unit_qty
    from answer
    inner join demand as asked on answer.demand_id = asked.demand_id
    where answer.status = 'placed'
    {# A kit without a date for one component is never complete. #}
    qualify count(*) over (partition by answer.mode) = (select count(*) from demand)
),

parts as (
    select
        placed.*,
        given.split_date,
        given.qty
    from given
    inner join placed
        on
            given.demand_id = placed.demand_id
            and given.mode = placed.mode
),

{{ split_by_date() }},

{# Of a kit the components too, each at its own day. #}
by_item as (
    select
        mode,
        question_item as item_code,
        false as is_component,
        split_date,
        split_qty
    from split
    union all
    select
        mode,
        item_code,
        true as is_component,
        split_date,
        {{ quantity('sum(qty)') }} as split_qty
    from parts
    where item_code <> question_item
    group by mode, item_code, split_date
),

final as (
    select
        by_item.mode,
        by_item.item_code,
        item.item_name,
        item.inventory_uom,
        by_item.is_component,
        by_item.split_date,
        by_item.split_qty
    from by_item
    left join {{ ref('q_item') }} as item
        on
            by_item.item_code = item.item_code
            and item.stock_point = item.item_code
)

select * from final
