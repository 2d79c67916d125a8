with shipped as (
    select
        lot.case_id,
        lot.item_code,
        lot.lot_number,
        lot.is_minimum,
        event.card_code,
        event.partner_name,
        -sum(event.moved_qty) as shipped_qty,
        max(event.event_date) filter (where event.event_kind = 'shipped') as last_shipped_date,
        string_agg(
            distinct case
                when event.event_kind = 'shipped' then cast(event.document_number as varchar)
            end,
            ', '
        ) as delivery_numbers
    from {{ ref('fct_case_lot') }} as lot
    inner join {{ ref('fct_lot_event') }} as event
        on
            lot.item_code = event.item_code
            and lot.lot_number = event.lot_number
    where event.event_kind in ('shipped', 'customer_return') and event.card_code is not null
    group by all
    having sum(event.moved_qty) < 0
),

{# Whom to call: the first contact of the customer's account. #}
contacts as (
    select
        account.card_code,
        arg_min(concat_ws(' ', contact.first_name, contact.last_name), contact.contact_id)
            as contact_name,
        arg_min(coalesce(contact.phone, contact.email), contact.contact_id) as contact_address
    from {{ ref('int_customer_account') }} as account
    inner join {{ ref('stg_salesforce__contact') }} as contact
        on account.account_id = contact.account_id
    where account.is_matched
    group by account.card_code
),

final as (
    select
        shipped.case_id,
        shipped.item_code,
        shipped.lot_number,
        shipped.card_code,
        shipped.partner_name as customer_name,
        contacts.contact_name,
        contacts.contact_address,
        {{ quantity('shipped.shipped_qty') }} as shipped_qty,
        shipped.last_shipped_date,
        shipped.delivery_numbers,
        shipped.is_minimum
    from shipped
    left join contacts on shipped.card_code = contacts.card_code
)

select * from final
