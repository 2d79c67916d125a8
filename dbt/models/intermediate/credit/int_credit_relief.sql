with risks as (
    select
        line.payer_card_code,
        line.exposure_line_id,
        line.component,
        line.amount,
        line.due_date,
        case
            when line.component = 'delivered_not_invoiced' then {{ as_of_date() }}
            when line.component = 'open_order' then greatest(status.expected_date, {{ as_of_date() }})
        end as invoice_date,
        case when expected.expected_origin = 'promised' then expected.expected_date end as promised_date,
        item.posting_date,
        cast(ceil(habit.payment_days) as integer) as payment_days,
        cast(ceil(habit.p90_payment_days) as integer) as p90_payment_days
    from {{ ref('int_exposure_line') }} as line
    left join {{ ref('int_order_line_status') }} as status
        on
            line.component = 'open_order'
            and line.record_key = cast(status.document_entry as varchar)
            and line.line_number = status.line_number
    left join {{ ref('int_receivable_item') }} as item
        on line.exposure_line_id = 'receivable:' || item.receivable_id
    left join {{ ref('int_expected_payment') }} as expected
        on item.receivable_id = expected.receivable_id
    left join {{ ref('int_payment_days') }} as habit
        on line.payer_card_code = habit.payer_card_code
    where line.amount > 0
),

{# A payer already later than usual is not expected today: first its slow habit is tried, then no date is given. #}
dated as (
    select
        *,
        case
            when promised_date is not null then promised_date
            when component in ('cheque', 'bill')
                then due_date + {{ policy('credit_bill_risk_days') }} + 1
            when component in ('delivered_not_invoiced', 'open_order') then invoice_date + payment_days
            when component <> 'receivable' then null
            when payment_days is null and due_date >= {{ as_of_date() }} then due_date
            when posting_date + payment_days >= {{ as_of_date() }} then posting_date + payment_days
            when posting_date + p90_payment_days >= {{ as_of_date() }} then posting_date + p90_payment_days
        end as habit_date,
        case
            when promised_date is not null then promised_date
            when component in ('cheque', 'bill')
                then due_date + {{ policy('credit_bill_risk_days') }} + 1
            when component in ('delivered_not_invoiced', 'open_order') then invoice_date + p90_payment_days
            when
                component = 'receivable' and posting_date + p90_payment_days >= {{ as_of_date() }}
                then posting_date + p90_payment_days
        end as cautious_date
    from risks
),

by_basis as (
    select
        dated.* exclude (habit_date, cautious_date),
        basis.basis,
        case basis.basis when 'habit' then dated.habit_date else dated.cautious_date end as relief_date
    from dated
    cross join (values ('habit'), ('cautious')) as basis (basis)
),

{# Money received and not applied, credit notes and down payments count already: they take the place of the money that
   would come first. #}
counted_already as (
    select
        payer_card_code,
        -sum(amount) as credit_amount
    from {{ ref('int_exposure_line') }}
    where amount < 0
    group by payer_card_code
),

queued as (
    select
        by_basis.*,
        sum(by_basis.amount) over (
            partition by by_basis.payer_card_code, by_basis.basis
            order by by_basis.relief_date nulls last, by_basis.exposure_line_id
        ) - coalesce(counted_already.credit_amount, 0) as uncovered_so_far
    from by_basis
    left join counted_already
        on by_basis.payer_card_code = counted_already.payer_card_code
),

final as (
    select
        payer_card_code,
        basis,
        exposure_line_id,
        component,
        invoice_date,
        relief_date,
        {{ money('amount') }} as gross_amount,
        {{ money('greatest(least(amount, uncovered_so_far), 0)') }} as relief_amount
    from queued
)

select * from final
