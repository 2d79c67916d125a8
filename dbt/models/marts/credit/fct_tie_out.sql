with knowledge as (
    select * from {{ ref('int_credit_knowledge') }}
),

partners as (
    select partner.*
    from {{ ref('stg_sap_b1__business_partner') }} as partner
    inner join {{ ref('int_customer') }} as customer
        on partner.card_code = customer.card_code
),

control_totals as (
    select
        card_code,
        card_name,
        'receivables' as check_name,
        'CurrentAccountBalance' as field,
        account_balance_amount as source_value
    from partners

    union all

    select
        card_code,
        card_name,
        'open_deliveries' as check_name,
        'OpenDeliveryNotesBalance' as field,
        open_delivery_notes_amount as source_value
    from partners

    union all

    select
        card_code,
        card_name,
        'open_orders' as check_name,
        'OpenOrdersBalance' as field,
        open_orders_amount as source_value
    from partners

    union all

    select
        card_code,
        card_name,
        'cheques' as check_name,
        'OpenChecksBalance' as field,
        open_checks_amount as source_value
    from partners
),

our_totals as (
    select
        ledger_card_code as card_code,
        'receivables' as check_name,
        sum(ledger_open_amount) as our_value
    from {{ ref('int_receivable_item') }}
    group by ledger_card_code

    union all

    select
        card_code,
        case component
            when 'delivered_not_invoiced' then 'open_deliveries'
            when 'open_order' then 'open_orders'
            else 'cheques'
        end as check_name,
        sum(document_rate_amount) as our_value
    from {{ ref('int_exposure_line') }}
    where component in ('delivered_not_invoiced', 'open_order', 'cheque')
    group by card_code, component
),

later_documents as (
    select
        line.short_name as card_code,
        'receivables' as check_name,
        coalesce(line.debit_amount, 0) - coalesce(line.credit_amount, 0) as amount,
        'JournalEntries ' || line.journal_number as record
    from {{ ref('stg_sap_b1__journal_entry_line') }} as line
    inner join {{ ref('stg_sap_b1__journal_entry') }} as entry
        on line.journal_number = entry.journal_number
    where entry.posting_date > {{ as_of_date() }}

    union all

    select
        card_code,
        case document_kind when 'sales_order' then 'open_orders' else 'open_deliveries' end
            as check_name,
        cast(net_amount as double)
        * cast(open_inventory_qty as double) / nullif(cast(inventory_qty as double), 0)
        * (1 + coalesce(cast(tax_pct as double), 0) / 100) as amount,
        case document_kind when 'sales_order' then 'Orders ' else 'DeliveryNotes ' end
        || document_number as record
    from {{ ref('int_document_line') }}
    where
        document_kind in ('sales_order', 'delivery_note')
        and is_after_as_of
        and line_status = 'bost_Open'
),

explanations as (
    select
        card_code,
        check_name,
        round(sum(amount), 2) as explained_value,
        min(record) as explaining_record
    from later_documents
    group by card_code, check_name
),

partner_checks as (
    select
        control.check_name,
        'BusinessPartners' as object,
        control.card_code as record_key,
        control.card_name as record_name,
        control.field,
        'company currency' as unit,
        round(coalesce(ours.our_value, 0), 2) as our_value,
        round(control.source_value, 2) as source_value,
        -coalesce(explanations.explained_value, 0) as explained_value,
        explanations.explaining_record,
        knowledge.erp_grade as grade,
        case control.check_name
            when 'receivables' then knowledge.is_ledger_known
            when 'open_deliveries' then knowledge.are_invoices_known
            when 'cheques' then knowledge.are_payments_known
            else true
        end as is_known
    from control_totals as control
    cross join knowledge
    left join our_totals as ours
        on
            control.card_code = ours.card_code
            and control.check_name = ours.check_name
    left join explanations
        on
            control.card_code = explanations.card_code
            and control.check_name = explanations.check_name
    where control.source_value is not null
),

stock_checks as (
    select
        check_name,
        'Items' as object,
        record_key,
        record_name,
        field,
        'inventory unit' as unit,
        our_value,
        source_value,
        0 as explained_value,
        cast(null as varchar) as explaining_record,
        grade,
        true as is_known
    from {{ ref('int_tie_out_item') }}
),

{# What the ERP has committed and on order, against what we reckon with; what we leave out of it is named (K6). #}
commitments as (
    select
        item_code,
        warehouse_code,
        direction,
        sum(our_qty) as our_qty,
        sum(our_qty - erp_qty) as explained_qty,
        min(record) filter (where our_qty <> erp_qty) as explaining_record
    from {{ ref('int_item_commitment') }}
    group by item_code, warehouse_code, direction
),

commitment_totals as (
    select
        item_code,
        warehouse_code,
        'committed' as direction,
        'Committed' as field,
        committed_qty as source_qty
    from {{ ref('stg_sap_b1__item_warehouse') }}

    union all

    select
        item_code,
        warehouse_code,
        'ordered' as direction,
        'Ordered' as field,
        ordered_qty as source_qty
    from {{ ref('stg_sap_b1__item_warehouse') }}
),

read_objects as (
    select list(distinct lower(object)) as names
    from {{ ref('stg_promesa__extraction') }}
    where system = 'sap_b1' and state = 'closed'
),

commitment_checks as (
    select
        control.direction as check_name,
        'Items' as object,
        control.item_code || '|' || control.warehouse_code as record_key,
        control.item_code || ' / ' || control.warehouse_code as record_name,
        control.field,
        'inventory unit' as unit,
        coalesce(ours.our_qty, 0) as our_value,
        control.source_qty as source_value,
        coalesce(ours.explained_qty, 0) as explained_value,
        ours.explaining_record,
        knowledge.stock_grade as grade,
        list_has_all(
            read_objects.names,
            case control.direction
                when 'committed' then ['orders', 'invoices', 'productionorders', 'inventorytransferrequests']
                else ['purchaseorders', 'productionorders', 'inventorytransferrequests']
            end
        ) as is_known
    from commitment_totals as control
    cross join knowledge
    cross join read_objects
    left join commitments as ours
        on
            control.item_code = ours.item_code
            and control.warehouse_code = ours.warehouse_code
            and control.direction = ours.direction
    where control.source_qty is not null
),

{# Tie-out is at document rates; what the as_of rate makes of it is a line of its own (K22). #}
rate_checks as (
    select
        'rate_revaluation' as check_name,
        'BusinessPartners' as object,
        ledger_card_code as record_key,
        ledger_card_code as record_name,
        'CurrentAccountBalance' as field,
        'company currency' as unit,
        round(sum(open_amount), 2) as our_value,
        round(sum(ledger_open_amount), 2) as source_value,
        round(sum(open_amount - ledger_open_amount), 2) as explained_value,
        min('JournalEntries ' || journal_number) as explaining_record,
        'exact' as grade,
        true as is_known
    from {{ ref('int_receivable_item') }}
    where is_rate_known and open_amount <> ledger_open_amount
    group by ledger_card_code
),

checks as (
    select * from partner_checks
    union all
    select * from rate_checks
    union all
    select * from stock_checks
    union all
    select * from commitment_checks
),

compared as (
    select
        *,
        our_value - source_value as difference,
        abs(our_value - source_value - explained_value) as unexplained_value
    from checks
),

final as (
    select
        check_name,
        'sap_b1' as system,
        object,
        record_key,
        record_name,
        field,
        unit,
        cast(our_value as decimal(18, 6)) as our_value,
        cast(source_value as decimal(18, 6)) as source_value,
        {{ money('difference') }} as difference,
        cast(explained_value as decimal(18, 6)) as explained_value,
        case
            when difference = 0 then null
            when check_name = 'rate_revaluation' then 'AS_OF_RATE'
            when check_name in ('committed', 'ordered') and explained_value <> 0 then 'LEFT_OUT'
            when explained_value <> 0 then 'AFTER_AS_OF'
            when
                unit = 'company currency'
                and unexplained_value
                <= {{ policy('sap_order_amount_tolerance', 'decimal(18, 6)') }}
                then 'ROUNDING'
        end as explanation_code,
        explaining_record,
        case
            when difference = 0 then 'tied'
            when grade <> 'exact' or not is_known then 'not_comparable'
            when
                unit = 'company currency'
                and unexplained_value
                <= {{ policy('sap_order_amount_tolerance', 'decimal(18, 6)') }}
                then 'explained'
            when unexplained_value = 0 then 'explained'
            else 'unexplained'
        end as status,
        grade
    from compared
)

select * from final
