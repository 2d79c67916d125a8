with records as (
    {{ current_raw('sap_b1', 'sap_b1__internal_reconciliations') }}
),

final as (
    select
        {{ whole('ReconNum') }} as reconciliation_number,
        {{ whole('CancelAbs') }} as cancelled_by_number,
        {{ text('CardOrAccount') }} as card_or_account,
        {{ text('ReconType') }} as reconciliation_type,
        {{ amount('Total') }} as total_amount,
        {{ day('ReconDate') }} as reconciliation_date
    from records
)

select * from final
