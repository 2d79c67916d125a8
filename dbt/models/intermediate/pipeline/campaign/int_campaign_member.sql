with touched as (
    select
        who_id as lead_id,
        completed_at as touched_at
    from {{ ref('stg_salesforce__task') }}
    where is_closed and who_id is not null

    union all

    select
        who_id as lead_id,
        starts_at as touched_at
    from {{ ref('stg_salesforce__event') }}
    where who_id is not null
),

worked as (
    select
        lead_id,
        max(touched_at) as last_touched_at
    from touched
    where touched_at <= {{ as_of_at() }}
    group by lead_id
),

members as (
    select
        member.campaign_member_id,
        member.campaign_id,
        member.lead_id,
        member.contact_id,
        coalesce(lead.name, member.name) as person_name,
        coalesce(lead.company, member.company) as company,
        coalesce(lead.owner_user_id, member.owner_user_id) as owner_user_id,
        lead.lead_status,
        member.has_responded and coalesce(
            member.first_responded_date <= {{ as_of_date() }}, true
        ) as has_responded,
        coalesce(member.first_responded_date, cast(member.created_at as date)) as since_date,
        case
            when lead.converted_date <= {{ as_of_date() }} then lead.converted_opportunity_id
        end as opportunity_id,
        coalesce(lead.is_converted and lead.converted_date <= {{ as_of_date() }}, false)
            as is_converted,
        worked.last_touched_at
    from {{ ref('stg_salesforce__campaign_member') }} as member
    left join {{ ref('stg_salesforce__lead') }} as lead
        on member.lead_id = lead.lead_id
    left join worked
        on coalesce(member.lead_id, member.contact_id) = worked.lead_id
    where member.created_at <= {{ as_of_at() }}
),

{# A status that the mapping does not name qualifies nobody, and is told as it stands. #}
final as (
    select
        members.*,
        status.lead_status is not null as is_status_known,
        members.is_converted or coalesce(status.is_qualified, false) as is_qualified,
        members.is_converted or coalesce(status.is_closed, false) as is_closed,
        members.last_touched_at is not null or coalesce(status.is_worked, false)
        or members.is_converted as is_worked
    from members
    left join {{ ref('lead_status') }} as status
        on members.lead_status = status.lead_status
)

select * from final
