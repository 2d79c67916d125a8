with final as (
    select
        requirement.scenario,
        requirement.item_code,
        requirement.week_start_date,
        item.bare_item_code,
        item.source,
        item.low_level,
        {{ quantity('requirement.gross_qty') }} as gross_qty,
        {{ quantity('requirement.supply_qty') }} as supply_qty,
        {{ quantity('requirement.more_short_qty') }} as net_qty,
        {{ quantity('requirement.planned_qty') }} as planned_qty,
        {{ quantity('requirement.start_qty') }} as start_qty,
        case
            when requirement.week_no = 0 then {{ quantity('requirement.late_qty') }} else 0
        end as late_qty,
        {{ quantity('requirement.projected_qty') }} as projected_qty
    from {{ ref('int_net_requirement') }} as requirement
    inner join {{ ref('int_requirement_item') }} as item
        on requirement.item_code = item.item_code
)

select * from final
