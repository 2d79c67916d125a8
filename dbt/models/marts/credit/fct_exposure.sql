with knowledge as (
    select * from {{ ref('int_credit_knowledge') }}
),

joined as (
    select
        own.*,
        customer.card_name,
        credit.exposure_amount,
        credit.credit_limit_amount,
        credit.limit_policy,
        credit.limit_treatment,
        credit.is_tied,
        credit.available_amount,
        credit.released_amount,
        credit.released_until_date,
        credit.is_frozen,
        credit.is_long_overdue,
        credit.sap_exposure_amount,
        credit.sap_would_say,
        credit.missing_rate_currency as payer_missing_rate_currency,
        band.credit_reason_code,
        band.credit_level,
        payment.payment_days,
        payment.p90_payment_days,
        coalesce(payment.settled_item_count, 0) as settled_item_count,
        knowledge.erp_grade,
        knowledge.partner_grade
    from {{ ref('int_customer_exposure') }} as own
    left join {{ ref('int_customer') }} as customer
        on own.card_code = customer.card_code
    inner join {{ ref('int_payer_credit') }} as credit
        on own.payer_card_code = credit.payer_card_code
    inner join {{ ref('int_credit_band') }} as band
        on
            own.payer_card_code = band.payer_card_code
            and coalesce(band.from_amount <= 0, true)
            and coalesce(band.to_amount > 0, true)
    left join {{ ref('int_payment_days') }} as payment
        on own.payer_card_code = payment.payer_card_code
    cross join knowledge
),

final as (
    select
        card_code,
        coalesce(card_name, card_code) as customer_name,
        is_partner_known,
        payer_card_code,
        card_code = payer_card_code as is_payer,
        receivables_amount,
        overdue_amount,
        unapplied_amount,
        oldest_overdue_days,
        cheques_and_bills_amount,
        delivered_not_invoiced_amount,
        open_orders_amount,
        down_payment_offset_amount,
        drafts_amount,
        unlinked_deals_amount,
        own_exposure_amount,
        exposure_amount,
        credit_limit_amount,
        limit_policy,
        limit_treatment,
        is_tied,
        available_amount,
        released_amount,
        released_until_date,
        case
            when available_amount is not null then {{ money('greatest(-available_amount, 0)') }}
        end as over_amount,
        round({{ ratio('exposure_amount', 'credit_limit_amount') }} * 100, 4) as used_pct,
        credit_level,
        credit_reason_code,
        sap_exposure_amount,
        sap_would_say,
        rate_difference_amount,
        payer_missing_rate_currency as missing_rate_currency,
        missing_rate_fc_amount,
        missing_rate_document,
        payment_days,
        p90_payment_days,
        settled_item_count,
        case
            when partner_grade = 'exact' then 'exact'
            else 'at today''s limit'
        end as limit_grade,
        erp_grade as grade
    from joined
)

select * from final
