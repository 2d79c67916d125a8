with priced_deals as (
    select
        deal.opportunity_id,
        deal.is_closed,
        deal.is_won,
        account.card_code,
        account.reason_code as account_reason_code,
        customer.payer_card_code,
        customer.tax_pct,
        deal.net_amount,
        {{ money('round(' ~ product('deal.net_amount', '1 + customer.tax_pct / 100') ~ ', 2)') }}
            as gross_amount,
        coalesce(stage.win_probability_pct, deal.probability_pct, 0) as probability_pct,
        case when stage.sales_stage is not null then 'stage_table' else 'org' end
            as probability_source
    from {{ ref('int_deal') }} as deal
    left join {{ ref('int_customer_account') }} as account
        on deal.account_id = account.account_id
    left join {{ ref('int_customer') }} as customer
        on account.card_code = customer.card_code
    left join {{ ref('stage_probability') }} as stage
        on deal.sales_stage = stage.sales_stage
),

open_weights as (
    select
        payer_card_code,
        sum({{ product('gross_amount', 'probability_pct / 100') }}) as weighted_amount
    from priced_deals
    where not is_closed and payer_card_code is not null
    group by payer_card_code
),

counted_already as (
    select distinct opportunity_id
    from {{ ref('int_sales_order_line') }}
    where opportunity_id is not null

    union

    select record_key as opportunity_id
    from {{ ref('int_exposure_line') }}
    where component = 'unlinked_won_deal'

    union

    select opportunity_id
    from {{ ref('int_deal_draft') }}
),

{# A deal whose order is found, or that counts as won without one, is in exposure already (K24). #}
joined as (
    select
        priced_deals.*,
        credit.exposure_amount,
        credit.credit_limit_amount,
        credit.limit_treatment,
        credit.available_amount,
        credit.released_amount,
        credit.released_until_date,
        credit.oldest_overdue_days,
        credit.missing_rate_currency as payer_missing_rate_currency,
        credit.missing_rate_document,
        case
            when counted_already.opportunity_id is not null or priced_deals.is_closed then 0
            else coalesce(priced_deals.gross_amount, 0)
        end as added_amount,
        open_weights.weighted_amount
        - case
            when priced_deals.is_closed then 0
            else {{ product('priced_deals.gross_amount', 'priced_deals.probability_pct / 100') }}
        end as other_deals_weighted_amount
    from priced_deals
    left join {{ ref('int_payer_credit') }} as credit
        on priced_deals.payer_card_code = credit.payer_card_code
    left join open_weights
        on priced_deals.payer_card_code = open_weights.payer_card_code
    left join counted_already
        on priced_deals.opportunity_id = counted_already.opportunity_id
),

judged as (
    select
        joined.*,
        case
            when joined.card_code is null
                then coalesce(joined.account_reason_code, 'DEAL_WITHOUT_ACCOUNT')
            when joined.net_amount is null then 'DEAL_WITHOUT_AMOUNT'
            else band.credit_reason_code
        end as credit_reason_code,
        case when joined.net_amount is null then 'Unknown' else coalesce(band.credit_level, 'Unknown') end
            as credit_level
    from joined
    left join {{ ref('int_credit_band') }} as band
        on
            joined.payer_card_code = band.payer_card_code
            and coalesce(band.from_amount <= joined.added_amount, true)
            and coalesce(band.to_amount > joined.added_amount, true)
),

final as (
    select
        opportunity_id,
        card_code,
        payer_card_code,
        tax_pct,
        net_amount,
        gross_amount,
        cast(probability_pct as decimal(18, 6)) as probability_pct,
        probability_source,
        exposure_amount,
        credit_limit_amount,
        available_amount,
        released_amount,
        released_until_date,
        {{ money('added_amount') }} as added_amount,
        oldest_overdue_days,
        payer_missing_rate_currency,
        missing_rate_document,
        {{ money('other_deals_weighted_amount') }} as other_deals_weighted_amount,
        case
            when limit_treatment in ('number', 'blocked') and exposure_amount is not null
                then
                    {{ money('''
                        greatest(
                            exposure_amount + added_amount - coalesce(credit_limit_amount, 0), 0
                        )
                    ''') }}
        end as short_amount,
        credit_reason_code,
        credit_level
    from judged
)

select * from final
