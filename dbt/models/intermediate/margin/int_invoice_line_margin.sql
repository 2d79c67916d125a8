with credits as (
    select
        base_entry as document_entry,
        base_line as line_number,
        sum(net_amount) as credited_amount,
        sum(case when is_without_inventory_movement then 0 else inventory_qty end) as returned_qty
    from {{ ref('int_document_line') }}
    where document_kind = 'credit_note' and is_live and base_type = 13
    group by base_entry, base_line
),

rebates as (
    select
        chain.invoice_line_id,
        rebate.rebate_pct
    from {{ ref('int_invoice_line_chain') }} as chain
    inner join {{ ref('rebate') }} as rebate
        on
            chain.card_code = rebate.card_code
            and (rebate.item_code is null or chain.item_code = rebate.item_code)
            and chain.invoice_date
            between coalesce(rebate.from_date, date '1900-01-01')
            and coalesce(rebate.until_date, date '2300-01-01')
    qualify row_number() over (
        partition by chain.invoice_line_id
        order by rebate.item_code is null, rebate.from_date desc
    ) = 1
),

measured as (
    select
        chain.*,
        cost.* exclude (invoice_line_id),
        coalesce(chain.sales_order_line_id, chain.invoice_line_id) as sold_line_id,
        coalesce(credits.credited_amount, 0) as credited_amount,
        coalesce(credits.returned_qty, 0) as returned_qty,
        cast(chain.invoiced_qty - coalesce(credits.returned_qty, 0) as double) as net_qty,
        rebates.rebate_pct,
        freight.freight_source,
        case
            when freight.freight_source <> 'none'
                then
                    freight.freight_amount * coalesce(
                        cast(chain.invoiced_qty as double) / nullif(freight.delivered_qty, 0), 0
                    )
        end as freight,
        credit.credit_days
    from {{ ref('int_invoice_line_chain') }} as chain
    inner join {{ ref('int_invoice_line_cost') }} as cost
        on chain.invoice_line_id = cost.invoice_line_id
    left join credits
        on
            chain.document_entry = credits.document_entry
            and chain.line_number = credits.line_number
    left join rebates on chain.invoice_line_id = rebates.invoice_line_id
    left join {{ ref('int_delivery_freight') }} as freight
        on
            chain.delivery_entry = freight.document_entry
            and chain.delivery_line_number = freight.line_number
    left join {{ ref('int_invoice_credit_days') }} as credit
        on chain.document_entry = credit.document_entry
    where not coalesce(chain.is_intercompany, false)
),

amounts as (
    select
        *,
        {{ money('(invoiced_amount - credited_amount) * rebate_pct / 100') }} as rebate_amount,
        {{ money('net_qty * unit_material_amount') }} as material_amount,
        {{ money('net_qty * unit_work_centre_amount') }} as work_centre_amount,
        {{ money('net_qty * unit_subcontract_amount') }} as subcontract_amount,
        {{ money('net_qty * unit_fixed_amount') }} as fixed_cost_amount,
        {{ money('net_qty * unit_scrap_amount') }} as scrap_amount,
        {{ money('freight') }} as freight_amount,
        {{ money('net_qty * quoted_unit_cost') }} as standard_cost_amount,
        {{ money('net_qty * quoted_price') }} as quoted_net_amount
    from measured
),

netted as (
    select
        *,
        {{ money('invoiced_amount - credited_amount - coalesce(rebate_amount, 0)') }} as net_amount,
        {{ money('material_amount + work_centre_amount + subcontract_amount') }}
            as product_cost_amount
    from amounts
),

financed as (
    select
        *,
        {{ money("""
            cast(net_amount as double) * credit_days / 365 * """ ~ policy('credit_cost_pct', 'double') ~ """ / 100
        """) }} as credit_cost_amount
    from netted
),

final as (
    select
        *,
        {{ money("""
            product_cost_amount + coalesce(freight_amount, 0) + coalesce(credit_cost_amount, 0)
        """) }} as real_cost_amount,
        is_work_open
        or invoice_date + {{ policy('margin_credit_note_days') }}
        > {{ as_of_date() }} as is_provisional
    from financed
)

select * from final
