with records as (
    {{ current_raw('sap_b1', 'sap_b1__unit_of_measurement_groups') }}
),

elements as (
    {{ unnested('records', 'UoMGroupDefinitionCollection', 'element') }}
),

final as (
    select
        {{ whole('AbsEntry') }} as uom_group_entry,
        {{ whole('AlternateUoM', 'element') }} as uom_entry,
        {{ amount('AlternateQuantity', 'element') }} as alternate_qty,
        {{ amount('BaseQuantity', 'element') }} as base_qty,
        {{ flag('Active', 'element') }} as is_active
    from elements
)

select * from final
