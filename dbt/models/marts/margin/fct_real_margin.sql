with margins as (
    select *
    from {{ ref('int_invoice_line_margin') }}
),

deals as (
    select
        sales_order_line_id,
        opportunity_id
    from {{ ref('int_sales_order_line') }}
),

grades as (
    select coalesce(max(grade), 'rebuilt') as grade
    from {{ ref('stg_promesa__extraction') }}
    where system = 'sap_b1' and state = 'closed'
),

final as (
    select
        margins.invoice_line_id,
        margins.document_entry,
        margins.document_number,
        margins.line_number,
        margins.invoice_date,
        cast(date_trunc('month', margins.invoice_date) as date) as month_start_date,
        margins.card_code,
        deals.opportunity_id,
        margins.sales_order_line_id,
        margins.sold_line_id,
        margins.item_code,
        item.inventory_uom,
        {{ quantity('margins.invoiced_qty') }} as invoiced_qty,
        {{ quantity('margins.returned_qty') }} as returned_qty,
        {{ quantity('margins.invoiced_qty - margins.returned_qty') }} as net_qty,
        {{ money('margins.invoiced_amount') }} as invoiced_amount,
        {{ money('margins.credited_amount') }} as credited_amount,
        margins.rebate_amount,
        case when margins.rebate_pct is null then 'unknown' else 'file' end as rebate_source,
        margins.net_amount,
        margins.material_amount,
        margins.work_centre_amount,
        margins.subcontract_amount,
        margins.product_cost_amount,
        margins.fixed_cost_amount,
        case when margins.product_cost_amount is not null then margins.scrap_amount end
            as scrap_amount,
        margins.freight_amount,
        coalesce(margins.freight_source, 'none') as freight_source,
        margins.credit_days,
        margins.credit_cost_amount,
        margins.real_cost_amount,
        {{ money('margins.net_amount - margins.real_cost_amount + margins.fixed_cost_amount') }}
            as contribution_amount,
        {{ money('margins.net_amount - margins.real_cost_amount') }} as margin_amount,
        margins.standard_cost_amount,
        {{ money('margins.quoted_net_amount - margins.standard_cost_amount') }}
            as quoted_margin_amount,
        margins.quoted_source,
        margins.standard_source,
        margins.cost_link,
        {{ quantity('margins.linked_qty') }} as linked_qty,
        cast(margins.work_order_count as bigint) as work_order_count,
        {{ quantity('coalesce(margins.net_qty * margins.unit_measured_hours, 0)') }}
            as measured_hours,
        {{ quantity('coalesce(margins.net_qty * margins.unit_actual_hours, 0)') }} as total_hours,
        margins.real_cost_amount is not null as is_cost_known,
        margins.is_provisional,
        row_number() over (
            partition by margins.card_code, margins.item_code
            order by margins.invoice_date desc, margins.document_entry desc, margins.line_number desc
        ) as recency_place,
        grades.grade
    from margins
    cross join grades
    left join deals on margins.sales_order_line_id = deals.sales_order_line_id
    left join {{ ref('int_item') }} as item on margins.item_code = item.item_code
)

select * from final
