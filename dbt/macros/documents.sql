{# The columns of a marketing document's header and line: one shape for all of them in the Service Layer. #}

{% macro document_header() %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('DocNum') }} as document_number,
    {{ text('CardCode') }} as card_code,
    {{ whole('SalesPersonCode') }} as sales_person_code,
    {{ text('U_PRM_Deal') }} as deal_id,
    {{ text('CardName') }} as card_name,
    {{ text('NumAtCard') }} as customer_reference,
    {{ text('Reference2') }} as second_reference,
    {{ text('DocType') }} as document_type,
    {{ text('DocObjectCode') }} as object_code,
    {{ text('DocCurrency') }} as currency,
    {{ text('DocumentStatus') }} as document_status,
    {{ text('CancelStatus') }} as cancel_status,
    {{ text('AuthorizationStatus') }} as authorization_status,
    {{ text('DownPaymentType') }} as down_payment_type,
    {{ text('Comments') }} as comments,
    {{ flag('Cancelled') }} as is_cancelled,
    {{ flag('Confirmed') }} as is_confirmed,
    {{ flag('ReserveInvoice') }} as is_reserve_invoice,
    {{ amount('DocRate') }} as document_rate,
    {{ amount('DocTotal') }} as total_amount,
    {{ amount('DocTotalFc') }} as total_fc_amount,
    {{ amount('VatSum') }} as vat_amount,
    {{ amount('VatSumFc') }} as vat_fc_amount,
    {{ amount('DiscountPercent') }} as discount_pct,
    {{ amount('TotalDiscount') }} as discount_amount,
    {{ amount('PaidToDate') }} as paid_amount,
    {{ amount('PaidToDateFC') }} as paid_fc_amount,
    {{ amount('DownPaymentAmount') }} as down_payment_amount,
    {{ amount('DownPaymentPercentage') }} as down_payment_pct,
    {{ day('DocDate') }} as document_date,
    {{ day('DocDueDate') }} as due_date,
    {{ day('TaxDate') }} as tax_date,
    {{ day('RequriedDate') }} as required_date,
    {{ day('CancelDate') }} as cancel_date,
    {{ day('ClosingDate') }} as closing_date,
    {{ day('CreationDate') }} as created_date,
    {{ day('UpdateDate') }} as updated_date,
    {{ text('UpdateTime') }} as updated_time
{% endmacro %}

{% macro document_line() %}
    {{ whole('DocEntry') }} as document_entry,
    {{ whole('LineNum', 'element') }} as line_number,
    {{ whole('VisualOrder', 'element') }} as visual_order,
    {{ text('ItemCode', 'element') }} as item_code,
    {{ text('WarehouseCode', 'element') }} as warehouse_code,
    {{ whole('BaseType', 'element') }} as base_type,
    {{ whole('BaseEntry', 'element') }} as base_entry,
    {{ whole('BaseLine', 'element') }} as base_line,
    {{ text('ItemDescription', 'element') }} as item_description,
    {{ text('TreeType', 'element') }} as tree_type,
    {{ text('LineStatus', 'element') }} as line_status,
    {{ text('LineType', 'element') }} as line_type,
    {{ text('Currency', 'element') }} as currency,
    {{ text('UoMCode', 'element') }} as uom_code,
    {{ whole('UoMEntry', 'element') }} as uom_entry,
    {{ text('VatGroup', 'element') }} as vat_group,
    {{ text('TransactionType', 'element') }} as transaction_type,
    {{ text('FreeText', 'element') }} as free_text,
    {{ flag('DropShip', 'element') }} as is_drop_ship,
    {{ flag('WithoutInventoryMovement', 'element') }} as is_without_inventory_movement,
    {{ amount('Quantity', 'element') }} as line_qty,
    {{ amount('UnitsOfMeasurment', 'element') }} as units_of_measurement_qty,
    {{ amount('InventoryQuantity', 'element') }} as inventory_qty,
    {{ amount('RemainingOpenQuantity', 'element') }} as open_qty,
    {{ amount('RemainingOpenInventoryQuantity', 'element') }} as open_inventory_qty,
    {{ amount('UnitPrice', 'element') }} as unit_price,
    {{ amount('Price', 'element') }} as price,
    {{ amount('DiscountPercent', 'element') }} as discount_pct,
    {{ amount('Rate', 'element') }} as rate,
    {{ amount('LineTotal', 'element') }} as line_amount,
    {{ amount('RowTotalFC', 'element') }} as line_fc_amount,
    {{ amount('TaxPercentagePerRow', 'element') }} as tax_pct,
    {{ amount('TaxTotal', 'element') }} as tax_amount,
    {{ amount('OpenAmount', 'element') }} as open_amount,
    {{ amount('GrossBuyPrice', 'element') }} as gross_buy_price,
    {{ amount('StockInmPrice', 'element') }} as stock_cost,
    {{ day('ShipDate', 'element') }} as ship_date,
    {{ day('RequiredDate', 'element') }} as required_date,
    {{ day('ActualDeliveryDate', 'element') }} as actual_delivery_date
{% endmacro %}

{# The lots of a document's lines; the Service Layer's two versions name the lot number differently. #}
{% macro parsed_lots(records, lines='DocumentLines') -%}
    select
        line_field,
        unnest(line_field."BatchNumbers") as lot,
        document_entry
    from (
        select
            field."DocEntry" as document_entry,
            unnest(field."{{ lines }}") as line_field
        from (
            select
                from_json(
                    record,
                    '{"DocEntry": "VARCHAR", "{{ lines }}": [{"LineNum": "VARCHAR", "ItemCode": "VARCHAR", "BatchNumbers": [{"BatchNumberProperty": "VARCHAR", "BatchNumber": "VARCHAR", "ManufacturerSerialNumber": "VARCHAR", "Quantity": "VARCHAR", "ExpiryDate": "VARCHAR", "ManufacturingDate": "VARCHAR"}]}]}'
                ) as field
            from {{ records }}
        )
    )
{%- endmacro %}

{% macro document_line_lot() %}
    cast(document_entry as bigint) as document_entry,
    {{ whole('LineNum', 'line_field') }} as line_number,
    {{ text('ItemCode', 'line_field') }} as item_code,
    coalesce({{ text('BatchNumberProperty', 'lot') }}, {{ text('BatchNumber', 'lot') }}) as lot_number,
    {{ text('ManufacturerSerialNumber', 'lot') }} as supplier_lot_number,
    {{ amount('Quantity', 'lot') }} as lot_qty,
    {{ day('ExpiryDate', 'lot') }} as expiry_date,
    {{ day('ManufacturingDate', 'lot') }} as manufacturing_date
{% endmacro %}
