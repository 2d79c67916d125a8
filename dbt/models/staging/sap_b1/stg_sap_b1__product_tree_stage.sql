with records as (
    {{ current_raw('sap_b1', 'sap_b1__product_trees') }}
),

elements as (
    {{ unnested('records', 'ProductTreeStages', 'element') }}
),

final as (
    select
        {{ text('TreeCode') }} as item_code,
        {{ whole('StageID', 'element') }} as stage_id,
        {{ whole('SequenceNumber', 'element') }} as sequence_number,
        {{ text('Name', 'element') }} as stage_name,
        {{ amount('WaitingDays', 'element') }} as waiting_days
    from elements
)

select * from final
