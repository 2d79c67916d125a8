with document_lines as (
    {% for kind in object_types() %}
        select
            '{{ kind }}' as document_kind,
            line.*
        from {{ ref('stg_sap_b1__' ~ kind ~ '_line') }} as line
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

measured as (
    select
        document_lines.* exclude (inventory_qty, currency, rate, discount_pct),
        cast(coalesce(
            document_lines.inventory_qty,
            case
                when nullif(document_lines.units_of_measurement_qty, 0) is not null
                    then {{ product(
                        'document_lines.line_qty', 'document_lines.units_of_measurement_qty'
                    ) }}
                when document_lines.uom_code is null or lower(document_lines.uom_code) = 'manual'
                    then document_lines.line_qty
                else {{ product('document_lines.line_qty', 'units.inventory_per_unit_qty') }}
            end
        ) as decimal(18, 6)) as inventory_qty,
        document_lines.inventory_qty as stated_inventory_qty
    from document_lines
    left join {{ ref('int_item_unit') }} as units
        on
            document_lines.item_code = units.item_code
            and lower(trim(document_lines.uom_code)) = units.unit
),

final as (
    select
        measured.document_kind,
        document.object_type,
        measured.document_entry,
        document.document_number,
        measured.line_number,
        document.card_code,
        document.deal_id,
        document.effective_date as document_date,
        document.due_date as document_due_date,
        document.is_reserve_invoice,
        document.authorization_status,
        document.object_code,
        document.is_live,
        document.is_after_as_of,
        document.is_cancellation,
        document.is_closed_by_as_of,
        document.closing_date,
        measured.item_code,
        measured.warehouse_code,
        measured.base_type,
        measured.base_entry,
        measured.base_line,
        measured.tree_type,
        measured.line_status,
        measured.line_type,
        document.document_type,
        measured.uom_code,
        coalesce(measured.is_drop_ship, false) as is_drop_ship,
        coalesce(measured.is_without_inventory_movement, false) as is_without_inventory_movement,
        measured.line_qty,
        measured.inventory_qty,
        measured.open_qty,
        cast(coalesce(
            measured.open_inventory_qty,
            case
                when measured.line_qty <> 0
                    then
                        measured.open_qty
                        * (
                            cast(measured.inventory_qty as double)
                            / cast(measured.line_qty as double)
                        )
            end
        ) as decimal(18, 6)) as open_inventory_qty,
        measured.inventory_qty is null and measured.line_qty is not null as is_unit_unknown,
        document.currency,
        document.document_rate,
        measured.unit_price,
        {{ money('measured.line_amount * (1 - coalesce(document.discount_pct, 0) / 100)') }}
            as net_amount,
        measured.tax_pct,
        measured.gross_buy_price,
        measured.stock_cost,
        measured.ship_date,
        measured.required_date,
        measured.actual_delivery_date
    from measured
    inner join {{ ref('int_document') }} as document
        on
            measured.document_kind = document.document_kind
            and measured.document_entry = document.document_entry
)

select * from final
