with first_promises as (
    select
        sales_order_line_id,
        promised_date
    from {{ ref('int_delivery_promise') }}
    where promise_no = 1
),

sales_persons as (
    select
        document_kind,
        document_number,
        any_value(sales_person_code) as sales_person_code
    from {{ ref('int_document') }}
    where document_kind in ('quotation', 'sales_order')
    group by document_kind, document_number
),

final as (
    select
        promise.sales_order_line_id,
        promise.promise_no,
        promise.promised_date,
        promise.source,
        promise.known_since_at,
        promise.document_number,
        promise.document_date,
        case promise.source when 'quotation' then 'quotation' else 'order desk' end as promised_by,
        sales_persons.sales_person_code,
        promise.promise_no = 1 as is_first,
        promise.is_last,
        cast(promise.promised_date - first_promises.promised_date as integer) as slip_days
    from {{ ref('int_delivery_promise') }} as promise
    inner join first_promises
        on promise.sales_order_line_id = first_promises.sales_order_line_id
    left join sales_persons
        on
            sales_persons.document_kind
            = case promise.source when 'quotation' then 'quotation' else 'sales_order' end
            and promise.document_number = sales_persons.document_number
)

select * from final
