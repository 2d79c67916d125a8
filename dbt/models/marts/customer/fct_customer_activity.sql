with about_deals as (
    select
        opportunity_id,
        name,
        account_id
    from {{ ref('int_deal') }}
),

activities as (
    select
        'task' as kind,
        task_id as activity_id,
        account_id,
        what_id,
        owner_user_id,
        subject,
        case when is_closed then 'done' else 'open' end as state,
        coalesce(activity_date, cast(created_at as date)) as activity_date,
        created_at
    from {{ ref('stg_salesforce__task') }}

    union all

    select
        'event' as kind,
        event_id as activity_id,
        account_id,
        what_id,
        owner_user_id,
        subject,
        case
            when coalesce(activity_date, cast(starts_at as date)) < {{ as_of_date() }} then 'done'
            else 'open'
        end as state,
        coalesce(activity_date, cast(starts_at as date)) as activity_date,
        created_at
    from {{ ref('stg_salesforce__event') }}

    union all

    select
        'case' as kind,
        case_id as activity_id,
        account_id,
        null as what_id,
        owner_user_id,
        concat_ws(' ', case_number, subject) as subject,
        case when is_closed then 'done' else 'open' end as state,
        cast(created_at as date) as activity_date,
        created_at
    from {{ ref('stg_salesforce__case') }}
),

seen as (
    select *
    from activities
    where coalesce(created_at <= {{ as_of_at() }}, true)
),

final as (
    select
        seen.activity_id,
        seen.kind,
        account.card_code,
        account.account_id,
        about_deals.opportunity_id,
        about_deals.name as deal_name,
        seen.activity_date,
        left(seen.subject, 255) as subject,
        seen.state,
        owner.name as owner_name
    from seen
    left join about_deals
        on left(seen.what_id, 15) = left(about_deals.opportunity_id, 15)
    inner join {{ ref('int_customer_account') }} as account
        on coalesce(about_deals.account_id, seen.account_id, seen.what_id) = account.account_id
    left join {{ ref('stg_salesforce__user') }} as owner
        on seen.owner_user_id = owner.user_id
)

select * from final
