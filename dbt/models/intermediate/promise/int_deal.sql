with opportunities as (
    select *
    from {{ ref('stg_salesforce__opportunity') }}
    where coalesce(created_at <= {{ as_of_at() }}, true)
),

sales_stages as (
    select
        sales_stage,
        bool_or(is_closed) as is_closed,
        bool_or(is_won) as is_won,
        any_value(forecast_category) as forecast_category
    from {{ ref('stg_salesforce__opportunity') }}
    where sales_stage is not null
    group by sales_stage
),

history as (
    select
        opportunity_id,
        bool_or(created_at > {{ as_of_at() }}) as is_changed_since,
        arg_max(sales_stage, created_at) filter (where created_at <= {{ as_of_at() }})
            as sales_stage,
        arg_max(probability_pct, created_at) filter (where created_at <= {{ as_of_at() }})
            as probability_pct,
        arg_max(close_date, created_at) filter (where created_at <= {{ as_of_at() }}) as close_date
    from {{ ref('stg_salesforce__opportunity_history') }}
    group by opportunity_id
),

at_as_of as (
    select
        opportunities.* exclude (sales_stage, probability_pct, close_date),
        coalesce(history.is_changed_since and history.sales_stage is not null, false) as is_rebuilt,
        case when is_rebuilt then history.sales_stage else opportunities.sales_stage end
            as sales_stage,
        case
            when is_rebuilt then coalesce(history.probability_pct, opportunities.probability_pct)
            else opportunities.probability_pct
        end as probability_pct,
        case
            when is_rebuilt then coalesce(history.close_date, opportunities.close_date)
            else opportunities.close_date
        end as close_date
    from opportunities
    left join history on opportunities.opportunity_id = history.opportunity_id
),

final as (
    select
        at_as_of.opportunity_id,
        at_as_of.account_id,
        at_as_of.owner_user_id,
        at_as_of.campaign_id,
        at_as_of.name,
        at_as_of.sales_stage,
        case
            when at_as_of.is_rebuilt then sales_stages.forecast_category
            else at_as_of.forecast_category
        end as forecast_category,
        at_as_of.promesa_order_number,
        coalesce(
            case when at_as_of.is_rebuilt then sales_stages.is_closed else at_as_of.is_closed end,
            false
        ) as is_closed,
        coalesce(
            case when at_as_of.is_rebuilt then sales_stages.is_won else at_as_of.is_won end, false
        ) as is_won,
        at_as_of.net_amount,
        at_as_of.probability_pct,
        at_as_of.close_date,
        at_as_of.requested_date,
        at_as_of.promised_date,
        at_as_of.created_at,
        at_as_of.modified_at,
        at_as_of.is_rebuilt
    from at_as_of
    left join sales_stages on at_as_of.sales_stage = sales_stages.sales_stage
)

select * from final
