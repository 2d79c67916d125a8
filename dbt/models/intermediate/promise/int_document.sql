with headers as (
    {% for kind, object_type in object_types().items() %}
        select
            '{{ kind }}' as document_kind,
            {{ object_type }} as object_type,
            header.*
        from {{ ref('stg_sap_b1__' ~ kind) }} as header
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

cancelling_lines as (
    {% for kind, object_type in object_types().items() %}
        select
            '{{ kind }}' as document_kind,
            line.document_entry as cancelling_entry,
            line.base_entry as document_entry
        from {{ ref('stg_sap_b1__' ~ kind ~ '_line') }} as line
        where line.base_type = {{ object_type }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

second_documents as (
    select
        cancelling_lines.document_kind,
        cancelling_lines.document_entry,
        min(headers.document_date) as cancelled_date
    from cancelling_lines
    inner join headers
        on
            cancelling_lines.document_kind = headers.document_kind
            and cancelling_lines.cancelling_entry = headers.document_entry
    where headers.cancel_status = 'csCancellation'
    group by cancelling_lines.document_kind, cancelling_lines.document_entry
),

dated as (
    select
        headers.*,
        coalesce(headers.cancel_status = 'csCancellation', false) as is_cancellation,
        coalesce(headers.document_date, headers.created_date) as effective_date,
        case
            when headers.is_cancelled or headers.cancel_status = 'csYes'
                then coalesce(
                    second_documents.cancelled_date,
                    headers.closing_date,
                    headers.cancel_date,
                    headers.document_date
                )
        end as cancelled_date
    from headers
    left join second_documents
        on
            headers.document_kind = second_documents.document_kind
            and headers.document_entry = second_documents.document_entry
),

final as (
    select
        document_kind,
        object_type,
        document_entry,
        document_number,
        card_code,
        sales_person_code,
        deal_id,
        card_name,
        customer_reference,
        second_reference,
        document_type,
        object_code,
        currency,
        document_status,
        cancel_status,
        authorization_status,
        down_payment_type,
        comments,
        is_cancelled,
        is_confirmed,
        is_reserve_invoice,
        document_rate,
        total_amount,
        total_fc_amount,
        vat_amount,
        vat_fc_amount,
        discount_pct,
        discount_amount,
        paid_amount,
        paid_fc_amount,
        down_payment_amount,
        down_payment_pct,
        document_date,
        due_date,
        tax_date,
        required_date,
        cancel_date,
        closing_date,
        created_date,
        updated_date,
        updated_time,
        is_cancellation,
        effective_date,
        cancelled_date,
        coalesce(effective_date > {{ as_of_date() }}, false) as is_after_as_of,
        not is_cancellation
        and coalesce(effective_date <= {{ as_of_date() }}, true)
        and coalesce(cancelled_date > {{ as_of_date() }}, not (
            coalesce(is_cancelled, false) or coalesce(cancel_status, 'csNo') = 'csYes'
        )) as is_live,
        coalesce(document_status, 'bost_Open') <> 'bost_Open'
        and coalesce(closing_date, {{ as_of_date() }}) <= {{ as_of_date() }} as is_closed_by_as_of
    from dated
)

select * from final
