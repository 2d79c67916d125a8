with recursive edges as (
    select distinct
        item_code as parent_code,
        component_code
    from {{ ref('int_bom_line') }}
    where not is_work_centre and not is_by_product
),

reachable as (
    select
        parent_code,
        component_code
    from edges
    union
    select
        reachable.parent_code,
        edges.component_code
    from reachable
    inner join edges on reachable.component_code = edges.parent_code
),

members as (
    select parent_code as item_code
    from reachable
    where parent_code = component_code
),

shortest_ways as (
    select
        members.item_code,
        edges.component_code,
        [members.item_code, edges.component_code] as way
    from members
    inner join edges on members.item_code = edges.parent_code
    inner join members as next_members on edges.component_code = next_members.item_code
    union all
    select
        shortest_ways.item_code,
        edges.component_code,
        list_append(shortest_ways.way, edges.component_code) as way
    from shortest_ways
    inner join edges on shortest_ways.component_code = edges.parent_code
    inner join members as next_members on edges.component_code = next_members.item_code
    where
        shortest_ways.component_code <> shortest_ways.item_code
        and (
            edges.component_code = shortest_ways.item_code
            or not list_contains(shortest_ways.way, edges.component_code)
        )
        and len(shortest_ways.way) < 12
),

final as (
    select
        item_code,
        array_to_string(arg_min(way, (len(way), way)), ' → ') as circle
    from shortest_ways
    where component_code = item_code
    group by item_code
    union all
    select
        item_code,
        item_code || ' → … → ' || item_code as circle
    from members
    where item_code not in (
        select item_code
        from shortest_ways
        where component_code = item_code
    )
)

select * from final
