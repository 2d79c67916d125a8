with final as (
    select *
    from {{ source('promesa', 'quarantine') }}
)

select * from final
