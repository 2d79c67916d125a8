with open_orders as (
    select
        'open_order' as component,
        line.document_kind,
        'Orders' as object,
        line.document_entry,
        line.line_number,
        coalesce(
            cast(position.open_qty as double) / nullif(cast(position.ordered_qty as double), 0),
            case
                when line.line_status = 'bost_Open' and not line.is_closed_by_as_of then 1 else 0
            end
        ) as open_share
    from {{ ref('int_billing_line') }} as line
    inner join {{ ref('int_sales_order_line') }} as position
        on
            line.document_kind = 'sales_order'
            and line.document_entry = position.document_entry
            and line.line_number = position.line_number
),

drafts as (
    select
        'draft_order' as component,
        document_kind,
        'Drafts' as object,
        document_entry,
        line_number,
        case when coalesce(line_status, 'bost_Open') = 'bost_Open' then 1 else 0 end as open_share
    from {{ ref('int_billing_line') }}
    where
        document_kind = 'draft'
        and object_code in ('oOrders', '17')
        and authorization_status in ('dasPending', 'dasApproved', 'W', 'Y')
        and {{ policy('credit_drafts_count', 'varchar') }} = 'yes'
),

billed as (
    select
        base_entry,
        base_line,
        sum(inventory_qty) filter (where is_live) as by_as_of_qty,
        sum(inventory_qty) filter (where is_after_as_of and not is_cancellation) as after_as_of_qty
    from {{ ref('int_document_line') }}
    where document_kind in ('invoice', 'return') and base_type = 15
    group by base_entry, base_line
),

delivered as (
    select
        'delivered_not_invoiced' as component,
        line.document_kind,
        'DeliveryNotes' as object,
        line.document_entry,
        line.line_number,
        case
            when
                coalesce(line.line_status, 'bost_Open') <> 'bost_Open'
                and coalesce(billed.after_as_of_qty, 0) = 0
                then 0
            else
                coalesce(
                    greatest(
                        1 - cast(coalesce(billed.by_as_of_qty, 0) as double)
                        / nullif(cast(line.inventory_qty as double), 0),
                        0
                    ),
                    case when line.line_status = 'bost_Open' then 1 else 0 end
                )
        end as open_share
    from {{ ref('int_billing_line') }} as line
    left join billed
        on
            line.document_entry = billed.base_entry
            and line.line_number = billed.base_line
    where
        line.document_kind = 'delivery_note'
        and coalesce(line.base_type, -1) <> 13
),

open_documents as (
    select * from open_orders
    union all
    select * from drafts
    union all
    select * from delivered
),

{# Open part = remaining quantity x price x (1 + tax), line by line (K18). #}
valued as (
    select
        open_documents.component,
        open_documents.object,
        line.document_entry,
        line.document_number,
        line.line_number,
        line.card_code,
        line.item_code,
        line.document_date,
        line.currency,
        line.is_rate_known,
        line.as_of_rate,
        line.rate_of_document,
        {{ quantity('coalesce(line.line_qty, 1) * open_documents.open_share') }} as open_line_qty,
        line.net_price_fc,
        line.tax_pct
    from open_documents
    inner join {{ ref('int_billing_line') }} as line
        on
            open_documents.document_kind = line.document_kind
            and open_documents.document_entry = line.document_entry
            and open_documents.line_number = line.line_number
    where open_documents.open_share > 0
),

with_tax as (
    select
        *,
        {{ product(product('open_line_qty', 'net_price_fc'), '1 + tax_pct / 100') }} as gross_fc
    from valued
),

final as (
    select
        component,
        'sap_b1' as system,
        object,
        cast(document_entry as varchar) as record_key,
        document_entry,
        cast(document_number as varchar) as document_number,
        line_number,
        card_code,
        item_code,
        document_date,
        currency,
        open_line_qty,
        {{ money('round(gross_fc, 2)') }} as amount_fc,
        {{ money(
            'round(' ~ product('gross_fc', 'coalesce(rate_of_document, as_of_rate, 0)') ~ ', 2)'
        ) }}
            as document_rate_amount,
        case
            when rate_of_document = 1 then {{ money('round(gross_fc, 2)') }}
            else {{ money('round(' ~ product('gross_fc', 'as_of_rate') ~ ', 2)') }}
        end as amount,
        is_rate_known
    from with_tax
)

select * from final
