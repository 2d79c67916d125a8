with final as (
    select
        member.campaign_member_id,
        member.campaign_id,
        member.lead_id,
        member.contact_id,
        member.person_name,
        member.company,
        person.name as owner_name,
        member.lead_status,
        member.is_status_known,
        coalesce(member.has_responded, false) as has_responded,
        member.is_qualified,
        member.is_worked,
        member.is_converted,
        member.opportunity_id,
        coalesce(member.has_responded, false) and not member.is_worked and not member.is_closed
            as is_neglected,
        member.since_date,
        case
            when is_neglected then cast({{ as_of_date() }} - member.since_date as integer)
        end as waiting_days
    from {{ ref('int_campaign_member') }} as member
    left join {{ ref('stg_salesforce__user') }} as person
        on member.owner_user_id = person.user_id
)

select * from final
