with sightings as (
    select
        item_code,
        cast(timezone('{{ var("time_zone") }}', timezone('UTC', seen_at)) as date) as from_date,
        extraction_id,
        page_no,
        row_no,
        case
            when cost_accounting_method = 'bis_MovingAverage'
                then coalesce(
                    nullif(greatest(moving_average_price, 0), 0),
                    nullif(greatest(average_standard_price, 0), 0)
                )
            else coalesce(
                nullif(greatest(standard_cost, 0), 0),
                nullif(greatest(average_standard_price, 0), 0)
            )
        end as unit_cost
    from {{ ref('stg_sap_b1__item_sighting') }}
),

daily as (
    select
        item_code,
        from_date,
        unit_cost
    from sightings
    qualify row_number() over (
        partition by item_code, from_date
        order by extraction_id desc, page_no desc, row_no desc
    ) = 1
),

final as (
    select
        item_code,
        from_date,
        coalesce(
            lead(from_date) over (partition by item_code order by from_date),
            date '2300-01-01'
        ) as until_date,
        {{ money('unit_cost') }} as unit_cost
    from daily
)

select * from final
