with order_lines as (
    select
        'SO-' || document_entry || '-' || line_number as sales_order_line_id,
        document_entry,
        document_number,
        line_number,
        document_date,
        base_type,
        base_entry,
        base_line
    from {{ ref('int_document_line') }}
    where document_kind = 'sales_order' and not is_after_as_of and not is_cancellation
),

quoted as (
    select
        order_lines.sales_order_line_id,
        quotation.ship_date as promised_date,
        'quotation' as source,
        cast(quotation.document_date as timestamp) as known_since_at,
        quotation.document_number,
        quotation.document_date,
        0 as sighting_no
    from order_lines
    inner join {{ ref('int_document_line') }} as quotation
        on
            quotation.document_kind = 'quotation'
            and order_lines.base_type = 23
            and order_lines.base_entry = quotation.document_entry
            and order_lines.base_line = quotation.line_number
    where not quotation.is_after_as_of
),

{# A record that stands twice in one extraction counts as its last row there (B13). #}
sightings as (
    select *
    from {{ ref('stg_sap_b1__sales_order_line_sighting') }}
    qualify row_number() over (
        partition by document_entry, line_number, extraction_id
        order by page_no desc, row_no desc
    ) = 1
),

seen as (
    select
        order_lines.sales_order_line_id,
        coalesce(sighting.ship_date, sighting.document_due_date) as promised_date,
        sighting.seen_at as known_since_at,
        order_lines.document_number,
        order_lines.document_date,
        row_number() over (
            partition by order_lines.sales_order_line_id
            order by sighting.seen_at, sighting.extraction_id
        ) as sighting_no
    from order_lines
    inner join sightings as sighting
        on
            order_lines.document_entry = sighting.document_entry
            and order_lines.line_number = sighting.line_number
),

promises as (
    select * from quoted
    union all
    select
        sales_order_line_id,
        promised_date,
        case when sighting_no = 1 then 'first_extraction' else 'extraction' end as source,
        known_since_at,
        document_number,
        document_date,
        sighting_no
    from seen
),

{# A date no plant can keep is no promise; it is counted on the order line (B10). #}
possible as (
    select *
    from promises
    where
        promised_date between date '1990-01-01'
        and cast({{ as_of_date() }} + to_years({{ policy('date_far_years') }}) as date)
),

changed as (
    select *
    from possible
    qualify promised_date <> coalesce(
        lag(promised_date) over (partition by sales_order_line_id order by sighting_no),
        date '1900-01-01'
    )
),

final as (
    select
        sales_order_line_id,
        cast(row_number() over (partition by sales_order_line_id order by sighting_no) as integer)
            as promise_no,
        promised_date,
        source,
        known_since_at,
        document_number,
        document_date,
        row_number() over (partition by sales_order_line_id order by sighting_no desc)
        = 1 as is_last
    from changed
)

select * from final
