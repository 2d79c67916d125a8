{{ config(
    materialized='table_macro',
    parameters=[
        'question_item', 'question_qty', 'question_date', 'question_customer', 'question_price',
        'given_demand', 'given_answer', 'given_chain', 'given_lift',
    ]
) }}

{%- set values = reason_values('worded') %}
{%- set history = safe_date_values('worded') %}

with {{ answered_question() }},

item as (
    select *
    from {{ ref('q_item') }}
    where item_code = question_item and stock_point = item_code
),

{# A kit is as late as its latest component. #}
modes as (
    select
        mode,
        bool_and(status = 'placed') as is_placed,
        arg_min(reason_code, demand_id) filter (where status <> 'placed') as reason_code,
        arg_min(reason_key, demand_id) filter (where status <> 'placed') as reason_key,
        max(delivered_day) as delivered_date,
        floor(min(from_stock_qty / per_line_unit_qty)) as kit_stock_qty,
        any_value(from_stock_qty) as from_stock_qty,
        any_value(to_make_qty) as to_make_qty,
        any_value(to_buy_qty) as to_buy_qty,
        any_value(lot_qty) as lot_qty,
        bool_or(to_make_qty > 0) as is_made,
        arg_max(binding_kind, (delivered_day, demand_id)) as binding_kind,
        arg_max(binding_key, (delivered_day, demand_id)) as binding_key,
        arg_max(binding_days, (delivered_day, demand_id)) as binding_days,
        arg_max(runner_up_kind, (delivered_day, demand_id)) as runner_up_kind,
        arg_max(runner_up_key, (delivered_day, demand_id)) as runner_up_key,
        arg_max(runner_up_days, (delivered_day, demand_id)) as runner_up_days,
        arg_max(opened_by_day, (delivered_day, demand_id)) as opened_by_date
    from answered
    group by mode
),

dated as (
    select
        modes.* exclude (from_stock_qty, to_make_qty, to_buy_qty, kit_stock_qty, is_made),
        cast(greatest(modes.delivered_date - cast(question_date as date), 0) as integer) as days_late,
        case when item.is_kit then {{ quantity('modes.kit_stock_qty') }} else modes.from_stock_qty end
            as from_stock_qty,
        case
            when not item.is_kit then modes.to_make_qty
            when modes.is_made then {{ quantity('question_qty - modes.kit_stock_qty') }}
            else 0
        end as to_make_qty,
        case
            when not item.is_kit then modes.to_buy_qty
            when modes.is_made then 0
            else {{ quantity('question_qty - modes.kit_stock_qty') }}
        end as to_buy_qty
    from modes
    cross join item
),

{# Without a price the question is asked at the one last invoiced. #}
unit_priced as (
    select
        {{ money('coalesce(question_price, price.last_unit_price)') }} as unit_price,
        case when question_price is null then price.last_price_date end as last_price_date,
        price.variable_unit_cost
    from (select 1 as one) as single
    left join {{ ref('q_item_price') }} as price on price.item_code = question_item
),

money as (
    select
        unit_price,
        last_price_date,
        {{ product('question_qty', 'unit_price') }} as net_amount,
        {{ product('question_qty', 'variable_unit_cost') }} as cost_amount
    from unit_priced
),

priced as (
    select
        money.unit_price,
        money.last_price_date,
        money.net_amount,
        money.cost_amount,
        {{ money('money.net_amount - money.cost_amount') }} as contribution_amount,
        round({{ ratio('money.net_amount - money.cost_amount', 'money.net_amount') }} * 100, 4)
            as expected_margin_pct,
        money.unit_price is not null as is_margin_asked,
        question_customer is not null and money.unit_price is not null as is_credit_asked,
        {{ money('round(' ~ product('money.net_amount', '1 + customer.tax_pct / 100') ~ ', 2)') }} as gross_amount,
        customer.* exclude (card_code, card_name, transit_days)
    from money
    left join {{ ref('q_customer') }} as customer on customer.card_code = question_customer
),

credit_judged as (
    select
        priced.*,
        case
            when not priced.is_credit_asked then 'CREDIT_NOT_ASKED'
            else coalesce(band.credit_reason_code, 'CREDIT_NO_PARTNER')
        end as credit_reason_code,
        case
            when not priced.is_credit_asked then 'None'
            else coalesce(band.credit_level, 'Unknown')
        end as credit_level,
        case
            when limit_treatment in ('number', 'blocked') and exposure_amount is not null
                then {{ money('greatest(exposure_amount + gross_amount - coalesce(credit_limit_amount, 0), 0)') }}
        end as short_amount
    from priced
    left join {{ ref('q_credit_band') }} as band
        on
            priced.payer_card_code = band.payer_card_code
            and coalesce(band.from_amount <= coalesce(priced.gross_amount, 0), true)
            and coalesce(band.to_amount > coalesce(priced.gross_amount, 0), true)
),

joined as (
    select
        true as is_open,
        false as is_won,
        cast(question_date as date) as requested_date,
        case when alone.is_placed then 'placed' else 'unplaced' end as status,
        case
            when item.item_code is null then 'UNKNOWN_ITEM'
            when alone.mode is null then 'NO_COMPONENTS'
            else alone.reason_code
        end as promise_reason_code,
        coalesce(alone.reason_key, question_item) as promise_reason_key,
        alone.delivered_date as earliest_date,
        alone.days_late,
        alone.from_stock_qty,
        alone.to_make_qty,
        alone.to_buy_qty,
        alone.lot_qty,
        alone.binding_kind,
        alone.binding_key,
        alone.binding_days,
        alone.runner_up_kind,
        alone.runner_up_key,
        alone.runner_up_days,
        alone.opened_by_date,
        queue.delivered_date as queue_date,
        queue.days_late as queue_days_late,
        queue.from_stock_qty as queue_from_stock_qty,
        queue.to_make_qty as queue_to_make_qty,
        queue.to_buy_qty as queue_to_buy_qty,
        queue.binding_kind as queue_binding_kind,
        queue.binding_key as queue_binding_key,
        queue.opened_by_date as queue_opened_by_date,
        coalesce(item.is_capacity_checked, true) as is_capacity_checked,
        alone.is_placed and alone.to_make_qty > 0 and item.estimated_lead_days is not null
            as is_estimated,
        case
            when is_estimated
                then
                    greatest(
                        alone.delivered_date - (item.estimated_lead_days - item.shortest_lead_days),
                        (select as_of_date from {{ ref('q_as_of') }})
                    )
        end as estimate_low_date,
        case
            when is_estimated
                then alone.delivered_date + (item.longest_lead_days - item.estimated_lead_days)
        end as estimate_high_date,
        item.item_name,
        item.inventory_uom,
        cast(alone.delivered_date + error.safe_days as date) as safe_date,
        case
            when alone.delivered_date is not null and error.safe_days is null then 'SAFE_DATE_HISTORY'
        end as safe_date_reason_code,
        error.plant_line_count,
        error.min_line_count,
        record.record_level,
        record.hit_count as record_hit_count,
        record.line_count as record_line_count,
        credit_judged.*
    from credit_judged
    left join item on true
    left join {{ ref('fct_promise_error') }} as error on error.item_code = question_item
    left join {{ ref('fct_promise_record') }} as record on record.item_code = question_item
    left join dated as alone on alone.mode = 'alone'
    left join dated as queue on queue.mode = 'queue'
),

{{ three_locks('joined') }},

coded as (
    select
        * exclude (reason_code),
        case
            when reason_code = 'GO' and not (is_margin_asked and is_credit_asked) then 'GO_DATE_ALONE'
            else {{ spoken_reason('reason_code') }}
        end as reason_code
    from locks
),

worded as (
    select
        coded.*,
        coded.promise_reason_key as named_code,
        cast(null as date) as expected_date,
        cast(null as varchar) as order_number,
        safe_reason.en as safe_reason_en_template,
        safe_reason.es as safe_reason_es_template,
        coalesce(reason.en, 'No answer: {code}') as reason_en_template,
        coalesce(reason.es, 'Sin respuesta: {code}') as reason_es_template,
        {{ policy('margin_floor_pct', 'double') }} as margin_floor_pct,
        {{ policy('margin_stop_pct', 'double') }} as margin_stop_pct
    from coded
    left join {{ ref('reason_text') }} as reason on coded.reason_code = reason.code
    left join {{ ref('reason_text') }} as safe_reason on coded.safe_date_reason_code = safe_reason.code
),

final as (
    select
        * exclude (
            reason_en_template, reason_es_template, named_code, expected_date, order_number, is_open,
            is_won, safe_reason_en_template, safe_reason_es_template, plant_line_count, min_line_count,
            exposure_amount, available_amount, short_amount
        ),
        exposure_amount as credit_exposure_amount,
        available_amount as credit_available_amount,
        short_amount as credit_short_amount,
        {{ sentence('worded.safe_reason_en_template', history, 'en') }} as safe_date_reason_en,
        {{ sentence('worded.safe_reason_es_template', history, 'es') }} as safe_date_reason_es,
        {{ sentence('worded.reason_en_template', values, 'en') }} as reason_en,
        {{ sentence('worded.reason_es_template', values, 'es') }} as reason_es
    from worded
)

select * from final
