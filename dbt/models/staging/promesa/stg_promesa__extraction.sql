with extractions as (
    select
        extraction_id,
        system,
        object,
        source,
        mode,
        state,
        seen_at,
        received,
        landed,
        folded,
        quarantined,
        deleted,
        note
    from {{ source('promesa', 'extraction') }}
),

first_sightings as (
    select
        system,
        object,
        min(seen_at) as first_seen_at
    from extractions
    where state = 'closed'
    group by system, object
),

final as (
    select
        extractions.*,
        extractions.state = 'closed'
        and extractions.seen_at <= greatest({{ as_of_at() }}, first_sightings.first_seen_at) as is_visible,
        first_sightings.first_seen_at,
        case
            when {{ as_of_at() }} >= first_sightings.first_seen_at then 'exact'
            else 'rebuilt'
        end as grade
    from extractions
    left join first_sightings
        on
            extractions.system = first_sightings.system
            and extractions.object = first_sightings.object
)

select * from final
