with promised as (
    select
        key as payer_card_code,
        value as promised_amount,
        from_date as promised_date,
        override_id,
        sum(value) over (partition by key order by from_date, override_id) as promised_so_far
    from {{ ref('int_override') }}
    where kind = 'payment' and status = 'in_force'
),

{# A payer settles the oldest item first; open credits are not waited for. #}
owed as (
    select
        receivable_id,
        payer_card_code,
        posting_date,
        due_date,
        sum(ledger_open_amount)
            over (partition by payer_card_code order by due_date, receivable_id)
            as owed_so_far
    from {{ ref('int_receivable_item') }}
    where ledger_open_amount > 0
),

covered as (
    select
        owed.receivable_id,
        min(promised.promised_date) as promised_date,
        arg_min(promised.override_id, promised.promised_so_far) as override_id
    from owed
    inner join promised
        on
            owed.payer_card_code = promised.payer_card_code
            and promised.promised_so_far >= owed.owed_so_far
    group by owed.receivable_id
),

final as (
    select
        owed.receivable_id,
        greatest(
            coalesce(
                covered.promised_date,
                owed.posting_date + cast(ceil(habit.payment_days) as integer),
                owed.due_date
            ),
            {{ as_of_date() }}
        ) as expected_date,
        case
            when covered.override_id is not null then 'promised'
            when habit.payment_days is not null then 'habit'
            else 'due'
        end as expected_origin,
        covered.override_id
    from owed
    left join covered on owed.receivable_id = covered.receivable_id
    left join {{ ref('int_payment_days') }} as habit
        on owed.payer_card_code = habit.payer_card_code
)

select * from final
