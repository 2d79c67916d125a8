with lines as (
    select
        line.*,
        coalesce(header.document_number, line.document_number) as header_number,
        header.object_code,
        header.down_payment_type,
        header.discount_pct as document_discount_pct,
        header.total_amount as document_total_amount
    from {{ ref('int_document_line') }} as line
    inner join {{ ref('int_document') }} as header
        on
            line.document_kind = header.document_kind
            and line.document_entry = header.document_entry
    where
        line.document_kind in ('sales_order', 'delivery_note', 'draft', 'down_payment')
        and line.is_live
),

prices as (
    {% for kind in ['sales_order', 'delivery_note', 'draft', 'down_payment'] %}
        select
            '{{ kind }}' as document_kind,
            document_entry,
            line_number,
            price
        from {{ ref('stg_sap_b1__' ~ kind ~ '_line') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

priced as (
    select
        lines.*,
        prices.price,
        coalesce(lines.tax_pct, customer.tax_pct, 0) as line_tax_pct,
        coalesce(
            nullif(lines.currency, '##'), {{ policy('company_currency', 'varchar') }}
        ) as document_currency,
        rates.as_of_rate,
        case
            when
                coalesce(lines.currency, '##') in (
                    {{ policy('company_currency', 'varchar') }}, '##'
                )
                then 1
            else nullif(lines.document_rate, 0)
        end as rate_of_document
    from lines
    left join prices
        on
            lines.document_kind = prices.document_kind
            and lines.document_entry = prices.document_entry
            and lines.line_number = prices.line_number
    left join {{ ref('int_customer') }} as customer
        on lines.card_code = customer.card_code
    left join {{ ref('int_currency_rate') }} as rates
        on
            coalesce(nullif(lines.currency, '##'), {{ policy('company_currency', 'varchar') }})
            = rates.currency
),

final as (
    select
        document_kind,
        document_entry,
        header_number as document_number,
        line_number,
        card_code,
        item_code,
        document_date,
        base_type,
        base_entry,
        base_line,
        line_status,
        is_closed_by_as_of,
        closing_date,
        authorization_status,
        object_code,
        down_payment_type,
        document_total_amount,
        line_qty,
        inventory_qty,
        open_inventory_qty,
        document_currency as currency,
        as_of_rate,
        rate_of_document,
        case when rate_of_document = 1 then true else as_of_rate is not null end as is_rate_known,
        cast(coalesce(
            cast(price as double) * (1 - coalesce(cast(document_discount_pct as double), 0) / 100),
            cast(net_amount as double)
            / nullif(cast(coalesce(rate_of_document, 1) as double) * cast(line_qty as double), 0)
        ) as decimal(18, 6)) as net_price_fc,
        line_tax_pct as tax_pct
    from priced
)

select * from final
