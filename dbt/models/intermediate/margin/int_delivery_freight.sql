with freight_receipts as (
    select
        line.document_entry,
        line.document_date,
        header.second_reference,
        cast(line.net_amount as double) as amount
    from {{ ref('int_document_line') }} as line
    inner join {{ ref('freight_item') }} as freight_item
        on line.item_code = freight_item.item_code
    inner join {{ ref('int_document') }} as header
        on
            line.document_kind = header.document_kind
            and line.document_entry = header.document_entry
    where line.document_kind = 'purchase_delivery_note' and line.is_live
),

delivery_lines as (
    select
        document_entry,
        document_number,
        line_number,
        cast(date_trunc('month', document_date) as date) as month_start_date,
        cast(net_amount as double) as net_amount,
        cast(inventory_qty as double) as delivered_qty
    from {{ ref('int_document_line') }}
    where document_kind = 'delivery_note' and is_live
),

named as (
    select
        freight_receipts.amount,
        delivery.document_entry
    from freight_receipts
    inner join (
        select
            document_entry,
            cast(any_value(document_number) as varchar) as document_number
        from delivery_lines
        group by document_entry
    ) as delivery on trim(freight_receipts.second_reference) = delivery.document_number
),

by_delivery as (
    select
        document_entry,
        sum(amount) as amount
    from named
    group by document_entry
),

by_month as (
    select
        cast(date_trunc('month', freight_receipts.document_date) as date) as month_start_date,
        sum(freight_receipts.amount) as amount
    from freight_receipts
    left join (
        select distinct cast(document_number as varchar) as document_number
        from delivery_lines
    ) as delivery on trim(freight_receipts.second_reference) = delivery.document_number
    where delivery.document_number is null
    group by date_trunc('month', freight_receipts.document_date)
),

weighted as (
    select
        *,
        sum(net_amount) over (partition by document_entry) as delivery_amount,
        count(*) over (partition by document_entry) as delivery_line_count,
        sum(net_amount) over (partition by month_start_date) as month_amount
    from delivery_lines
),

final as (
    select
        weighted.document_entry,
        weighted.line_number,
        weighted.delivered_qty,
        case
            when by_delivery.amount is not null then 'delivery'
            when by_month.amount is not null then 'month'
            else 'none'
        end as freight_source,
        coalesce(
            by_delivery.amount * coalesce(
                weighted.net_amount / nullif(weighted.delivery_amount, 0),
                1.0 / weighted.delivery_line_count
            ),
            0
        )
        + coalesce(by_month.amount * weighted.net_amount / nullif(weighted.month_amount, 0), 0)
            as freight_amount
    from weighted
    left join by_delivery on weighted.document_entry = by_delivery.document_entry
    left join by_month on weighted.month_start_date = by_month.month_start_date
)

select * from final
