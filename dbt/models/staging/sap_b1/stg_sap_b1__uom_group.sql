with records as (
    {{ current_raw('sap_b1', 'sap_b1__unit_of_measurement_groups') }}
),

final as (
    select
        {{ whole('AbsEntry') }} as uom_group_entry,
        {{ text('Code') }} as uom_group_code,
        {{ whole('BaseUoM') }} as base_uom_entry
    from records
)

select * from final
