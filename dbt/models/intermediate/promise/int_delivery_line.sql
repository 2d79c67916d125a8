with order_lines as (
    select
        line.*,
        'SO-' || line.document_entry || '-' || line.line_number as sales_order_line_id,
        coalesce(customer.is_intercompany, false) as is_intercompany,
        coalesce(item.is_inventory_item, line.item_code is not null) as is_stock_item
    from {{ ref('int_document_line') }} as line
    left join {{ ref('int_customer') }} as customer on line.card_code = customer.card_code
    left join {{ ref('int_item') }} as item on line.item_code = item.item_code
    where
        line.document_kind = 'sales_order'
        and not line.is_after_as_of
        and not line.is_cancellation
),

first_sightings as (
    select
        document_entry,
        line_number,
        inventory_qty
    from {{ ref('stg_sap_b1__sales_order_line_sighting') }}
    qualify row_number() over (
        partition by document_entry, line_number
        order by seen_at asc, extraction_id asc, page_no desc, row_no desc
    ) = 1
),

promises as (
    select
        sales_order_line_id,
        max(promised_date) filter (where promise_no = 1) as first_promise_date,
        max(source) filter (where promise_no = 1) as first_promise_source,
        max(known_since_at) filter (where promise_no = 1) as first_promise_known_since_at,
        max(promised_date) filter (where is_last) as last_promise_date,
        count(*) - 1 as promise_change_count
    from {{ ref('int_delivery_promise') }}
    group by sales_order_line_id
),

events as (
    select
        sales_order_line_id,
        sum(inventory_qty) as departed_qty,
        sum(case when delivered_date <= {{ as_of_date() }} then inventory_qty else 0 end)
            as arrived_qty,
        max(departed_date) as departed_date,
        max(delivered_date) as delivered_date,
        bool_and(is_actual) as is_all_actual,
        bool_or(is_actual) as is_any_actual
    from {{ ref('int_delivery_event') }}
    group by sales_order_line_id
),

customers_with_arrival as (
    select distinct card_code
    from {{ ref('int_delivery_event') }}
    where is_actual
),

closing_texts as (
    select
        order_text.document_entry,
        order_text.line_number,
        bool_or(reason.closed_by = 'customer') as is_for_customer
    from {{ ref('stg_sap_b1__sales_order_line') }} as order_text
    inner join {{ ref('closing_reason') }} as reason
        on contains(upper(order_text.free_text), upper(reason.closing_text))
    group by order_text.document_entry, order_text.line_number
),

came_back as (
    select
        event.sales_order_line_id,
        bool_or(not later.is_without_inventory_movement) as has_return,
        bool_or(later.is_without_inventory_movement) as has_price_credit
    from {{ ref('int_delivery_event') }} as event
    inner join (
        select
            returned.document_date,
            returned.is_without_inventory_movement,
            'delivery_note' as base_kind,
            returned.base_entry,
            returned.base_line
        from {{ ref('int_document_line') }} as returned
        where returned.document_kind = 'return' and returned.base_type = 15 and returned.is_live

        union all

        select
            credit.document_date,
            credit.is_without_inventory_movement,
            'delivery_note' as base_kind,
            invoice.base_entry,
            invoice.base_line
        from {{ ref('int_document_line') }} as credit
        inner join {{ ref('int_document_line') }} as invoice
            on
                invoice.document_kind = 'invoice'
                and credit.base_entry = invoice.document_entry
                and credit.base_line = invoice.line_number
        where
            credit.document_kind = 'credit_note'
            and credit.base_type = 13
            and credit.is_live
            and invoice.base_type = 15
    ) as later
        on
            event.document_kind = later.base_kind
            and event.document_entry = later.base_entry
            and event.line_number = later.base_line
    where later.document_date <= event.departed_date + {{ policy('perfect_order_days') }}
    group by event.sales_order_line_id
),

windows as (
    select
        order_lines.sales_order_line_id,
        own_window.card_code is not null as has_own,
        case
            when own_window.card_code is not null then own_window.early_days else
                any_window.early_days
        end
            as early_days,
        coalesce(
            case
                when own_window.card_code is not null then own_window.late_days else
                    any_window.late_days
            end,
            100000
        ) as late_days,
        coalesce(own_window.quantity_tolerance_pct, any_window.quantity_tolerance_pct, 0)
            as quantity_tolerance_pct
    from order_lines
    left join {{ ref('delivery_window') }} as own_window
        on order_lines.card_code = own_window.card_code
    left join {{ ref('delivery_window') }} as any_window
        on any_window.card_code = '*'
),

joined as (
    select
        order_lines.sales_order_line_id,
        order_lines.document_entry,
        order_lines.document_number,
        order_lines.line_number,
        order_lines.card_code,
        position.opportunity_id,
        order_lines.item_code,
        order_lines.document_date as order_date,
        coalesce(first_sightings.inventory_qty, order_lines.inventory_qty) as ordered_qty,
        coalesce(events.departed_qty, 0) as delivered_qty,
        coalesce(events.arrived_qty, 0) as arrived_qty,
        coalesce(position.open_qty, 0) as open_qty,
        position.open_net_amount as open_amount,
        case
            when
                coalesce(order_lines.required_date, header.required_date)
                between date '1990-01-01'
                and cast({{ as_of_date() }} + to_years({{ policy('date_far_years') }}) as date)
                then coalesce(order_lines.required_date, header.required_date)
        end as requested_date,
        promises.first_promise_date,
        promises.first_promise_source,
        promises.first_promise_known_since_at,
        promises.last_promise_date,
        coalesce(promises.promise_change_count, 0) as promise_change_count,
        events.departed_date,
        events.delivered_date as last_arrival_date,
        events.is_all_actual,
        events.is_any_actual,
        customers_with_arrival.card_code is not null as is_arrival_kept,
        coalesce(closing_texts.is_for_customer, false) as is_marked_for_customer,
        coalesce(came_back.has_return, false) as has_return,
        coalesce(came_back.has_price_credit, false) as has_price_credit,
        windows.early_days,
        windows.late_days,
        windows.quantity_tolerance_pct,
        not order_lines.is_live as is_cancelled,
        order_lines.is_intercompany,
        (
            (not order_lines.is_stock_item or order_lines.is_without_inventory_movement)
            {# An assembled kit leaves as its parent line alone (K7). #}
            and coalesce(order_lines.tree_type, '') <> 'iAssemblyTree'
        )
        or coalesce(order_lines.document_type, 'dDocument_Items') = 'dDocument_Service'
            as is_without_goods
    from order_lines
    left join {{ ref('int_document') }} as header
        on
            header.document_kind = 'sales_order'
            and order_lines.document_entry = header.document_entry
    left join {{ ref('int_sales_order_line') }} as position
        on order_lines.sales_order_line_id = position.sales_order_line_id
    left join first_sightings
        on
            order_lines.document_entry = first_sightings.document_entry
            and order_lines.line_number = first_sightings.line_number
    left join promises on order_lines.sales_order_line_id = promises.sales_order_line_id
    left join events on order_lines.sales_order_line_id = events.sales_order_line_id
    left join customers_with_arrival
        on order_lines.card_code = customers_with_arrival.card_code
    left join closing_texts
        on
            order_lines.document_entry = closing_texts.document_entry
            and order_lines.line_number = closing_texts.line_number
    left join came_back on order_lines.sales_order_line_id = came_back.sales_order_line_id
    left join windows on order_lines.sales_order_line_id = windows.sales_order_line_id
),

closed as (
    select
        *,
        not is_cancelled and open_qty = 0 and coalesce(delivered_qty < ordered_qty, false)
            as is_closed_short
    from joined
),

final as (
    select
        *,
        is_closed_short and is_marked_for_customer as is_closed_for_customer,
        case
            when is_closed_short and is_marked_for_customer then delivered_qty
            else ordered_qty
        end as due_qty,
        case
            when is_cancelled then 'cancelled'
            when is_intercompany then 'intercompany'
            when is_without_goods then 'no_goods'
            when coalesce(ordered_qty, 0) <= 0 then 'no_quantity'
            when is_closed_short and is_marked_for_customer and delivered_qty = 0
                then 'customer_cancelled'
            when first_promise_date is null then 'impossible_date'
        end as exclusion_reason
    from closed
)

select * from final
