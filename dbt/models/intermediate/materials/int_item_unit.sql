with items as (
    select
        item_code,
        uom_group_entry,
        lower(trim(inventory_uom)) as inventory_unit,
        lower(trim(sales_unit)) as sales_unit,
        items_per_sales_unit_qty
    from {{ ref('stg_sap_b1__item') }}
),

group_units as (
    select
        conversion.uom_group_entry,
        lower(trim(unit.uom_code)) as unit_code,
        lower(trim(unit.uom_name)) as unit_name,
        cast(conversion.base_qty as double)
        / nullif(cast(conversion.alternate_qty as double), 0) as base_per_unit
    from {{ ref('stg_sap_b1__uom_group_conversion') }} as conversion
    inner join {{ ref('stg_sap_b1__unit_of_measure') }} as unit
        on conversion.uom_entry = unit.uom_entry
    where coalesce(conversion.is_active, true)
),

named_group_units as (
    select
        uom_group_entry,
        unit_code as unit,
        base_per_unit
    from group_units
    union
    select
        uom_group_entry,
        unit_name as unit,
        base_per_unit
    from group_units
),

inventory_units_of_groups as (
    select
        items.item_code,
        max(named_group_units.base_per_unit) as base_per_inventory_unit
    from items
    inner join named_group_units
        on
            items.uom_group_entry = named_group_units.uom_group_entry
            and items.inventory_unit = named_group_units.unit
    group by items.item_code
),

candidates as (
    select
        item_code,
        inventory_unit as unit,
        1.0 as factor,
        1 as preference
    from items
    union all
    select
        items.item_code,
        named_group_units.unit,
        named_group_units.base_per_unit
        / coalesce(inventory_units_of_groups.base_per_inventory_unit, 1.0) as factor,
        2 as preference
    from items
    inner join named_group_units on items.uom_group_entry = named_group_units.uom_group_entry
    left join inventory_units_of_groups on items.item_code = inventory_units_of_groups.item_code
    union all
    select
        item_code,
        sales_unit as unit,
        cast(items_per_sales_unit_qty as double) as factor,
        3 as preference
    from items
    where items_per_sales_unit_qty > 0
),

final as (
    select
        item_code,
        unit,
        cast(factor as decimal(18, 6)) as inventory_per_unit_qty
    from candidates
    where unit is not null and factor > 0
    qualify row_number() over (partition by item_code, unit order by preference, factor) = 1
)

select * from final
