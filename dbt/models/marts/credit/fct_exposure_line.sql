with final as (
    select
        exposure_line_id,
        component,
        card_code,
        payer_card_code,
        system,
        object,
        record_key,
        document_number,
        line_number,
        item_code,
        document_date,
        currency,
        open_line_qty,
        amount_fc,
        document_rate_amount,
        amount,
        is_rate_known
    from {{ ref('int_exposure_line') }}
)

select * from final
