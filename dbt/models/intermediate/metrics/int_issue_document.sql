with objects as (
    select
        objects.document_kind,
        objects.object
    from (
        values
        ('quotation', 'Quotations'),
        ('sales_order', 'Orders'),
        ('delivery_note', 'DeliveryNotes'),
        ('return', 'Returns'),
        ('invoice', 'Invoices'),
        ('credit_note', 'CreditNotes'),
        ('down_payment', 'DownPayments'),
        ('purchase_order', 'PurchaseOrders'),
        ('purchase_delivery_note', 'PurchaseDeliveryNotes')
    ) as objects (document_kind, object)
),

dates as (
    select
        objects.object,
        document.document_entry,
        document.document_number,
        document.due_date,
        document.document_date
    from {{ ref('int_document') }} as document
    inner join objects
        on document.document_kind = objects.document_kind
    where document.is_live
),

impossible_due_dates as (
    select
        {{ issue('B10', 'warn', 'promise', "'sap_b1'", 'object', 'document_entry', {
            'record_name': 'document_number', 'field': "'DocDueDate'", 'found_value': 'due_date',
            'issue_date': 'due_date',
        }) }}
    from dates
    where
        due_date < date '1990-01-01'
        or due_date > {{ as_of_date() }} + 365 * {{ policy('date_far_years') }}
),

impossible_ship_dates as (
    select
        {{ issue('B10', 'warn', 'promise',
            "'sap_b1'", "'Orders'", "document_entry || '|' || line_number", {
            'record_name': 'document_number', 'field': "'ShipDate'", 'found_value': 'ship_date',
            'issue_date': 'ship_date', 'item': 'item_code',
        }) }}
    from {{ ref('int_document_line') }}
    where
        document_kind = 'sales_order'
        and is_live
        and (
            ship_date < date '1990-01-01'
            or ship_date > {{ as_of_date() }} + 365 * {{ policy('date_far_years') }}
        )
),

stale_receipts as (
    select
        {{ issue('STALE_DOCUMENT', 'warn', 'materials',
            "'sap_b1'", "'PurchaseOrders'", 'receipt_id', {
            'record_name': 'document_number', 'quantity': 'overdue_days', 'amount': 'open_amount',
            'item': 'item_code', 'issue_date': 'due_date',
        }) }}
    from {{ ref('fct_expected_receipt') }}
    where standing = 'stale'
),

stale_orders as (
    select
        {{ issue('STALE_ORDER', 'warn', 'promise', "'sap_b1'", "'Orders'", 'sales_order_line_id', {
            'record_name': 'document_number', 'quantity': 'current_day - due_date', 'amount': 'open_net_amount',
            'item': 'item_code', 'customer': 'card_code', 'issue_date': 'due_date',
        }) }}
    from (
        select
            *,
            {{ as_of_date() }} as current_day
        from {{ ref('int_sales_order_line') }}
    )
    where
        is_open
        and due_date < current_day - {{ policy('receipt_stale_days') }}
        and due_date >= date '1990-01-01'
),

missing_rates as (
    select
        {{ issue('B6', 'stop', 'credit', "'sap_b1'", 'object', 'record_key', {
            'record_name': 'any_value(document_number)', 'currency': 'currency', 'amount': 'sum(amount_fc)',
            'customer': 'any_value(payer_card_code)', 'issue_date': as_of_date(),
        }) }}
    from {{ ref('int_exposure_line') }}
    where not is_rate_known
    group by object, record_key, currency
),

tie_out as (
    select
        {{ issue('TIE_OUT', 'warn', 'credit', 'system', 'object', 'record_key', {
            'record_name': 'record_name', 'field': 'field', 'found_value': 'source_value', 'amount': 'difference',
            'other': 'check_name',
        }) }}
    from {{ ref('fct_tie_out') }}
    where status = 'unexplained'
),

final as (
    select * from impossible_due_dates
    union all
    select * from impossible_ship_dates
    union all
    select * from stale_receipts
    union all
    select * from stale_orders
    union all
    select * from missing_rates
    union all
    select * from tie_out
)

select * from final
