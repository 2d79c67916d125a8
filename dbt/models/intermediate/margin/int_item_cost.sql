with grades as (
    select coalesce(max(grade), 'rebuilt') as grade
    from {{ ref('stg_promesa__extraction') }}
    where state = 'closed' and system = 'sap_b1' and lower(object) = 'items'
),

kept as (
    select
        item_code,
        cost_accounting_method as cost_method,
        nullif(greatest(standard_cost, 0), 0) as standard_cost,
        nullif(greatest(average_standard_price, 0), 0) as average_standard_price,
        nullif(greatest(moving_average_price, 0), 0) as moving_average_price
    from {{ ref('stg_sap_b1__item') }}
),

standards as (
    select
        *,
        case
            when cost_method = 'bis_Standard' then coalesce(standard_cost, average_standard_price)
            when cost_method is null then standard_cost
        end as standard_unit_cost,
        coalesce(moving_average_price, average_standard_price) as moving_unit_cost
    from kept
),

booked as (
    select
        item_code,
        cost_method,
        coalesce(standard_unit_cost, moving_unit_cost) as booked_unit_cost,
        case
            when standard_unit_cost is not null then 'standard'
            when moving_unit_cost is not null then 'moving_average'
        end as booked_source
    from standards
),

costed as (
    select
        booked.item_code,
        booked.cost_method,
        case
            when booked.booked_unit_cost is not null then booked.booked_source
            when rollup.unpriced_count = 0 and rollup.rollup_unit_cost > 0 then 'rollup'
            when purchase.average_price > 0 then 'purchase_average'
        end as cost_source,
        coalesce(
            booked.booked_unit_cost,
            case
                when rollup.unpriced_count = 0 and rollup.rollup_unit_cost > 0
                    then rollup.rollup_unit_cost
            end,
            purchase.average_price
        ) as unit_cost,
        rollup.rollup_unit_cost,
        rollup.unpriced_count,
        case
            when rollup.item_code is null then 1.0
            when rollup.unpriced_count = 0 and rollup.rollup_unit_cost > 0
                then
                    cast(rollup.rollup_variable_unit_cost as double)
                    / cast(rollup.rollup_unit_cost as double)
        end as variable_share
    from booked
    left join {{ ref('int_item_rollup') }} as rollup on booked.item_code = rollup.item_code
    left join {{ ref('int_purchase_price') }} as purchase on booked.item_code = purchase.item_code
),

kits as (
    select
        component.kit_code as item_code,
        case
            when count(*) filter (where costed.unit_cost is null) = 0
                then sum({{ product('component.per_unit_qty', 'costed.unit_cost') }})
        end as unit_cost,
        sum(
            cast(component.per_unit_qty as double) * cast(costed.unit_cost as double)
            * coalesce(costed.variable_share, 1)
        ) as variable_unit_cost
    from {{ ref('int_kit_component') }} as component
    left join costed on component.component_code = costed.item_code
    group by component.kit_code
),

joined as (
    select
        costed.item_code,
        costed.cost_method,
        case when kits.unit_cost is not null then 'kit' else costed.cost_source end as cost_source,
        coalesce(kits.unit_cost, costed.unit_cost) as unit_cost,
        coalesce(
            case when kits.unit_cost is not null then kits.variable_unit_cost end,
            cast(costed.unit_cost as double) * coalesce(costed.variable_share, 1)
        ) as variable_unit_cost,
        costed.variable_share is not null as is_split_known,
        costed.rollup_unit_cost
    from costed
    left join kits on costed.item_code = kits.item_code
),

final as (
    select
        joined.item_code,
        joined.cost_method,
        coalesce(joined.cost_source, 'none') as cost_source,
        {{ money('joined.unit_cost') }} as unit_cost,
        {{ money('joined.variable_unit_cost') }} as variable_unit_cost,
        {{ money('joined.unit_cost - cast(joined.variable_unit_cost as decimal(18, 6))') }}
            as fixed_unit_cost,
        joined.rollup_unit_cost,
        joined.unit_cost is not null as is_cost_known,
        joined.is_split_known,
        grades.grade
    from joined
    cross join grades
)

select * from final
