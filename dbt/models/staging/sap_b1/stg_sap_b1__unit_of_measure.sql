with records as (
    {{ current_raw('sap_b1', 'sap_b1__unit_of_measurements') }}
),

final as (
    select
        {{ whole('AbsEntry') }} as uom_entry,
        {{ text('Code') }} as uom_code,
        {{ text('Name') }} as uom_name
    from records
)

select * from final
