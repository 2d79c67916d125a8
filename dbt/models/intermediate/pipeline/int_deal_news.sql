{# What the CRM says now is what its owner was told last. #}
with told as (
    select
        opportunity_id,
        promesa_as_of_at as told_at,
        promesa_order_status as told_order_status,
        promesa_expected_date as told_expected_date
    from {{ ref('stg_salesforce__opportunity') }}
    where promesa_as_of_at is not null
),

compared as (
    select
        told.*,
        way.order_number,
        way.order_status,
        way.expected_date,
        delay.due_date,
        delay.late_days,
        delay.late_kind,
        delay.late_key,
        delay.late_binding_days
    from told
    inner join {{ ref('int_deal_order') }} as way
        on told.opportunity_id = way.opportunity_id
    left join {{ ref('int_deal_delay') }} as delay
        on told.opportunity_id = delay.opportunity_id
    where way.order_number is not null
),

news as (
    select
        *,
        'state' as kind,
        case when order_status = 'Ordered' then 'NEWS_ORDERED' else 'NEWS_STATE' end
            as sentence_code
    from compared
    where order_status is distinct from told_order_status

    union all

    select
        *,
        'slip' as kind,
        case
            when late_kind = 'capacity' then 'NEWS_SLIP_CAPACITY'
            when late_kind in ('material', 'lead_time') then 'NEWS_SLIP_MATERIAL'
            when expected_date <= due_date then 'NEWS_SLIP_IN_TIME'
            else 'NEWS_SLIP'
        end as sentence_code
    from compared
    where
        expected_date > told_expected_date
        and order_status not in ('Shipped', 'Invoiced')
),

final as (
    select
        opportunity_id || '|' || strftime(told_at, '%Y%m%dT%H%M%S') || '|' || kind as news_key,
        *
    from news
)

select * from final
