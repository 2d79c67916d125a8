with final as (
    select
        payer_card_code,
        from_amount,
        to_amount,
        credit_reason_code,
        credit_level
    from {{ ref('int_credit_band') }}
)

select * from final
