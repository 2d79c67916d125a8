with final as (
    select
        override_id,
        key as payer_card_code,
        value as released_amount,
        from_date,
        until_date,
        signed_date,
        author,
        status
    from {{ ref('int_override') }}
    where kind = 'release' and status <> 'unknown_key'
)

select * from final
