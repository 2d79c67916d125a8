with items as (
    select
        item_code,
        family
    from {{ ref('fct_promise_error') }}
),

lines as (
    select
        replay.item_code,
        items.family,
        replay.is_hit
    from {{ ref('fct_promise_replay') }} as replay
    left join items on replay.item_code = items.item_code
    where replay.is_hit is not null
),

plant as (
    select
        cast(count(*) as bigint) as line_count,
        cast(coalesce(sum(is_hit), 0) as bigint) as hit_count
    from lines
),

families as (
    select
        family,
        cast(count(*) as bigint) as line_count,
        cast(sum(is_hit) as bigint) as hit_count
    from lines
    where family is not null
    group by family
),

own as (
    select
        item_code,
        cast(count(*) as bigint) as line_count,
        cast(sum(is_hit) as bigint) as hit_count
    from lines
    group by item_code
),

counted as (
    select
        items.item_code,
        items.family,
        coalesce(own.hit_count, 0) as item_hit_count,
        coalesce(own.line_count, 0) as item_line_count,
        coalesce(families.hit_count, 0) as family_hit_count,
        coalesce(families.line_count, 0) as family_line_count,
        plant.hit_count as plant_hit_count,
        plant.line_count as plant_line_count,
        case
            when coalesce(own.line_count, 0) >= {{ policy('record_min_lines') }} then 'item'
            when coalesce(families.line_count, 0) >= {{ policy('record_min_lines') }} then 'family'
            when plant.line_count > 0 then 'plant'
        end as record_level
    from items
    cross join plant
    left join families on items.family = families.family
    left join own on items.item_code = own.item_code
),

final as (
    select
        *,
        case record_level
            when 'item' then item_hit_count
            when 'family' then family_hit_count
            when 'plant' then plant_hit_count
        end as hit_count,
        case record_level
            when 'item' then item_line_count
            when 'family' then family_line_count
            when 'plant' then plant_line_count
        end as line_count
    from counted
)

select * from final
