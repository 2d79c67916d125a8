with final as (
    select *
    from {{ source('promesa', 'schema_drift') }}
)

select * from final
