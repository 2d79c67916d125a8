with lines as (
    select *
    from {{ ref('int_document_line') }}
),

invoices as (
    select
        lines.*,
        customer.card_code is not null and customer.is_intercompany as is_intercompany
    from lines
    left join {{ ref('int_customer') }} as customer on lines.card_code = customer.card_code
    where lines.document_kind = 'invoice' and lines.is_live
),

deliveries as (
    select *
    from lines
    where document_kind = 'delivery_note' and is_live
),

orders as (
    select *
    from lines
    where document_kind = 'sales_order' and is_live
),

quotations as (
    select *
    from lines
    where document_kind = 'quotation' and is_live
),

based as (
    select
        invoices.*,
        deliveries.document_entry as delivery_entry,
        deliveries.line_number as delivery_line_number,
        case
            when invoices.base_type = 17 then invoices.base_entry
            when deliveries.base_type = 17 then deliveries.base_entry
        end as order_entry,
        case
            when invoices.base_type = 17 then invoices.base_line
            when deliveries.base_type = 17 then deliveries.base_line
        end as order_line_number
    from invoices
    left join deliveries
        on
            invoices.base_type = 15
            and invoices.base_entry = deliveries.document_entry
            and invoices.base_line = deliveries.line_number
),

quotation_shares as (
    select
        document_entry,
        line_number,
        cast(inventory_qty as double)
        / nullif(sum(cast(inventory_qty as double)) over (partition by base_entry, base_line), 0)
            as share
    from orders
    where base_type = 23
),

chained as (
    select
        based.document_entry,
        based.document_number,
        based.line_number,
        based.document_date as invoice_date,
        based.card_code,
        based.is_intercompany,
        based.item_code,
        based.tree_type,
        based.inventory_qty as invoiced_qty,
        based.net_amount as invoiced_amount,
        based.delivery_entry,
        based.delivery_line_number,
        orders.document_entry as order_entry,
        orders.line_number as order_line_number,
        case
            when quotations.document_entry is not null and quotations.inventory_qty > 0
                then 'quotation'
            when orders.document_entry is not null and orders.inventory_qty > 0 then 'sales_order'
            else 'invoice'
        end as quoted_source,
        quotations.document_date as quotation_date,
        cast(quotations.inventory_qty as double) * coalesce(quotation_shares.share, 1)
            as quotation_qty,
        cast(quotations.net_amount as double)
        / nullif(cast(quotations.inventory_qty as double), 0) as quotation_price,
        quotations.stock_cost as quotation_cost,
        orders.document_date as order_date,
        cast(orders.inventory_qty as double) as order_qty,
        cast(orders.net_amount as double)
        / nullif(cast(orders.inventory_qty as double), 0) as order_price,
        orders.stock_cost as order_cost,
        based.stock_cost as invoice_cost
    from based
    left join orders
        on
            based.order_entry = orders.document_entry
            and based.order_line_number = orders.line_number
    left join quotations
        on
            orders.base_type = 23
            and orders.base_entry = quotations.document_entry
            and orders.base_line = quotations.line_number
    left join quotation_shares
        on
            orders.document_entry = quotation_shares.document_entry
            and orders.line_number = quotation_shares.line_number
),

quoted as (
    select
        * exclude (
            quotation_date, quotation_qty, quotation_price, quotation_cost,
            order_date, order_qty, order_price, order_cost, invoice_cost
        ),
        case quoted_source
            when 'quotation' then quotation_date
            when 'sales_order' then order_date
            else invoice_date
        end as quoted_date,
        case quoted_source
            when 'quotation' then quotation_qty
            when 'sales_order' then order_qty
            else cast(invoiced_qty as double)
        end as quoted_qty,
        case quoted_source
            when 'quotation' then quotation_price
            when 'sales_order' then order_price
            else cast(invoiced_amount as double) / nullif(cast(invoiced_qty as double), 0)
        end as quoted_price,
        nullif(greatest(cast(case quoted_source
            when 'quotation' then quotation_cost
            when 'sales_order' then order_cost
            else invoice_cost
        end as double), 0), 0) as quoted_document_cost
    from chained
),

final as (
    select
        'IN-' || quoted.document_entry || '-' || quoted.line_number as invoice_line_id,
        case
            when quoted.order_entry is not null
                then 'SO-' || quoted.order_entry || '-' || quoted.order_line_number
        end as sales_order_line_id,
        quoted.*,
        case
            when period.unit_cost is not null then 'snapshot'
            when quoted.quoted_document_cost is not null then 'document'
            when cost.unit_cost is not null then 'current'
            else 'none'
        end as standard_source,
        coalesce(
            cast(period.unit_cost as double),
            quoted.quoted_document_cost,
            cast(cost.unit_cost as double)
        ) as quoted_unit_cost
    from quoted
    left join {{ ref('int_item_cost_period') }} as period
        on
            quoted.item_code = period.item_code
            and quoted.quoted_date >= period.from_date
            and quoted.quoted_date < period.until_date
    left join {{ ref('int_item_cost') }} as cost
        on quoted.item_code = cost.item_code
)

select * from final
