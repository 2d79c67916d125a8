with final as (
    select
        record.case_id,
        record.case_number,
        record.account_id,
        account.card_code,
        coalesce(partner.card_name, crm_account.name) as customer_name,
        record.owner_user_id,
        record.subject,
        record.case_type,
        record.case_status,
        coalesce(record.is_closed, false)
        and coalesce(record.closed_at <= {{ as_of_at() }}, true) as is_closed,
        record.created_at,
        record.closed_at,
        record.lot_text,
        match.item_code,
        lot.item_name,
        match.lot_number,
        match.lot_count,
        match.reason_code as lot_reason_code,
        lot.origin,
        lot.production_date,
        lot.receipt_date,
        lot.work_order_number,
        coalesce(match.reason_code = 'LOT_NOT_NAMED', false)
        and coalesce(
            list_contains(
                string_split({{ policy('sales_question_types', 'varchar') }}, '|'), record.case_type
            ),
            false
        ) as is_sales_question,
        response.answered_at,
        response.response_hours,
        response.open_hours,
        cast(case
            when match.lot_number is not null
                then
                    row_number() over (
                        partition by match.item_code, match.lot_number
                        order by record.created_at, record.case_id
                    )
        end as integer) as case_of_lot_number,
        coalesce(case_of_lot_number > 1, false) as is_repeat
    from {{ ref('stg_salesforce__case') }} as record
    inner join {{ ref('int_case_lot_match') }} as match on record.case_id = match.case_id
    inner join {{ ref('int_case_response') }} as response on record.case_id = response.case_id
    left join {{ ref('int_customer_account') }} as account
        on record.account_id = account.account_id and account.is_matched
    left join {{ ref('stg_sap_b1__business_partner') }} as partner
        on account.card_code = partner.card_code
    left join {{ ref('stg_salesforce__account') }} as crm_account
        on record.account_id = crm_account.account_id
    left join {{ ref('fct_lot') }} as lot
        on
            match.item_code = lot.item_code
            and match.lot_number = lot.lot_number
)

select * from final
