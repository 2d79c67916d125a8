with knowledge as (
    select * from {{ ref('int_credit_knowledge') }}
),

orders as (
    select
        line.document_entry,
        any_value(line.document_number) as document_number,
        any_value(line.card_code) as card_code,
        any_value(line.opportunity_id) as opportunity_id,
        any_value(line.order_date) as order_date,
        sum(cast(line.net_amount as double) * (1 + coalesce(cast(line.tax_pct as double), 0) / 100))
            as gross_amount
    from {{ ref('int_sales_order_line') }} as line
    where line.order_date is not null
    group by line.document_entry
),

with_payer as (
    select
        orders.*,
        coalesce(customer.payer_card_code, orders.card_code) as payer_card_code,
        customer.card_code is not null as is_customer_known,
        coalesce(customer.is_intercompany, false) as is_intercompany
    from orders
    left join {{ ref('int_customer') }} as customer
        on orders.card_code = customer.card_code
),

{# The limit is tested at confirmation: exposure of that day with the order, without those that were written after it
   on the same day (K21). #}
exposed as (
    select
        with_payer.document_entry,
        sum(events.amount) as exposure_after_amount
    from with_payer
    inner join {{ ref('int_exposure_event') }} as events
        on
            with_payer.payer_card_code = events.payer_card_code
            and with_payer.order_date >= events.event_date
            and not coalesce(
                with_payer.order_date = events.event_date
                and events.order_entry > with_payer.document_entry,
                false
            )
    group by with_payer.document_entry
),

{# A release counts where it was signed by the day of the order and held on it. #}
released as (
    select
        with_payer.document_entry,
        sum(release.released_amount) as released_amount,
        string_agg(release.override_id, ', ' order by release.override_id) as release_id
    from with_payer
    inner join {{ ref('int_credit_release') }} as release
        on
            with_payer.payer_card_code = release.payer_card_code
            and with_payer.order_date >= release.signed_date
            and with_payer.order_date between release.from_date and release.until_date
    group by with_payer.document_entry
),

final as (
    select
        with_payer.document_entry,
        with_payer.document_number,
        with_payer.card_code,
        with_payer.payer_card_code,
        with_payer.opportunity_id,
        with_payer.order_date,
        {{ money('round(with_payer.gross_amount, 2)') }} as gross_amount,
        {{ money('exposed.exposure_after_amount') }} as exposure_after_amount,
        credit.credit_limit_amount,
        credit.limit_treatment in ('number', 'blocked')
        and knowledge.is_ledger_known as is_limit_known,
        case
            when credit.limit_treatment in ('number', 'blocked') and knowledge.is_ledger_known
                then exposed.exposure_after_amount > coalesce(credit.credit_limit_amount, 0)
        end as is_over_limit,
        {{ money('coalesce(released.released_amount, 0)') }} as released_amount,
        released.release_id,
        case
            when is_over_limit
                then
                    exposed.exposure_after_amount
                    <= coalesce(credit.credit_limit_amount, 0) + coalesce(released.released_amount, 0)
        end as is_released,
        with_payer.is_intercompany,
        'at today''s limit' as limit_grade
    from with_payer
    cross join knowledge
    left join exposed
        on with_payer.document_entry = exposed.document_entry
    left join released
        on with_payer.document_entry = released.document_entry
    left join {{ ref('int_payer_credit') }} as credit
        on with_payer.payer_card_code = credit.payer_card_code
)

select * from final
