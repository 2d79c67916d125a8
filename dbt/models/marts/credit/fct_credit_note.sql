with causes as (
    select
        note_text.document_entry,
        note_text.line_number,
        min(cause.cause) as cause
    from {{ ref('stg_sap_b1__credit_note_line') }} as note_text
    inner join {{ ref('credit_note_cause') }} as cause
        on contains(upper(note_text.free_text), upper(cause.credit_note_text))
    group by note_text.document_entry, note_text.line_number
    having count(distinct cause.cause) = 1
),

{# A credit note on a down payment takes back a request for money and corrects no invoice. #}
note_lines as (
    select *
    from {{ ref('int_document_line') }}
    where document_kind = 'credit_note' and is_live and coalesce(base_type, -1) <> 203
),

invoices as (
    select
        document_entry,
        document_number,
        effective_date as invoice_date
    from {{ ref('int_document') }}
    where document_kind = 'invoice'
),

final as (
    select
        note_lines.document_entry,
        note_lines.line_number,
        note_lines.document_number,
        note_lines.card_code,
        coalesce(customer.is_intercompany, false) as is_intercompany,
        note_lines.item_code,
        note_lines.document_date,
        invoices.document_number as invoice_number,
        cast(note_lines.document_date - invoices.invoice_date as bigint) as days_after_invoice,
        {{ money('note_lines.net_amount') }} as net_amount,
        not note_lines.is_without_inventory_movement as has_goods,
        coalesce(causes.cause, 'unknown') as cause,
        coalesce(causes.cause in ('price', 'quantity'), false) as is_invoicing_error
    from note_lines
    left join causes
        on
            note_lines.document_entry = causes.document_entry
            and note_lines.line_number = causes.line_number
    left join invoices
        on
            note_lines.base_type = 13
            and note_lines.base_entry = invoices.document_entry
    left join {{ ref('int_customer') }} as customer
        on note_lines.card_code = customer.card_code
)

select * from final
