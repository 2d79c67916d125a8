{# A name without accents, marks and legal form, so that two spellings of one company are alike. #}
{%- set legal_forms = "S L U|S L L|S L|SLU|SL|S A U|S A S|S A|SAU|SAS|SA|S COOP|S R L|SRL|SARL|SPA"
    ~ "|GMBH|AG|KG|LTD|LIMITED|LLC|INC|BV|LDA" %}

with deal_amounts as (
    select
        account_id,
        sum(net_amount) as net_amount
    from {{ ref('int_deal') }}
    where not is_closed
    group by account_id
),

product_amounts as (
    select
        line.product_id,
        sum(deal_line.net_amount) as net_amount
    from {{ ref('int_deal_line') }} as deal_line
    inner join {{ ref('stg_salesforce__opportunity_line_item') }} as line
        on deal_line.line_item_id = line.line_item_id
    where deal_line.is_open
    group by line.product_id
),

orders as (
    select
        document_entry,
        any_value(document_number) as document_number,
        any_value(card_code) as card_code,
        any_value(order_date) as order_date,
        any_value(opportunity_id) as opportunity_id,
        any_value(link_rule) as link_rule,
        bool_or(is_open) as is_open,
        sum(net_amount) as net_amount
    from {{ ref('int_sales_order_line') }}
    group by document_entry
),

window_lines as (
    select
        card_code,
        item_code,
        net_amount
    from {{ ref('int_sales_order_line') }}
    where order_date > {{ as_of_date() }} - {{ policy('mapping_value_window_days') }}
),

partner_amounts as (
    select
        card_code,
        sum(net_amount) as net_amount
    from window_lines
    group by card_code
),

item_amounts as (
    select
        item_code,
        sum(net_amount) as net_amount
    from window_lines
    group by item_code
),

matched_partners as (
    select distinct card_code
    from {{ ref('int_customer_account') }}
    where is_matched
),

products as (
    select
        product.product_id,
        product.name,
        product.is_active,
        nullif(upper(trim(product.product_code)), '') as code_key,
        item.item_code,
        case
            when item.item_code is null then 'none'
            when by_hand.item_code is not null then 'mapping_file'
            else 'product_code'
        end as match_rule
    from {{ ref('stg_salesforce__product') }} as product
    left join {{ ref('product_item') }} as by_hand
        on product.product_id = by_hand.product_id
    left join {{ ref('stg_sap_b1__item') }} as item
        on coalesce(by_hand.item_code, trim(product.product_code)) = item.item_code
),

matched_items as (
    select distinct item_code
    from products
    where item_code is not null
),

records as (
    select
        'customer' as kind,
        'crm' as side,
        'Account' as object,
        account.account_id as record_key,
        account.name as record_name,
        coalesce(
            nullif(upper(trim(account.promesa_partner_code)), ''),
            nullif(upper(trim(account.account_number)), '')
        ) as code_key,
        nullif(regexp_replace(upper(account.account_number), '[^A-Z0-9]', '', 'g'), '') as tax_key,
        match.is_matched,
        match.match_rule,
        match.card_code,
        true as is_due,
        deal_amounts.net_amount
    from {{ ref('stg_salesforce__account') }} as account
    inner join {{ ref('int_customer_account') }} as match
        on account.account_id = match.account_id
    left join deal_amounts
        on account.account_id = deal_amounts.account_id

    union all

    select
        'customer' as kind,
        'erp' as side,
        'BusinessPartners' as object,
        customer.card_code as record_key,
        customer.card_name as record_name,
        upper(trim(customer.card_code)) as code_key,
        nullif(regexp_replace(upper(partner.tax_number), '[^A-Z0-9]', '', 'g'), '') as tax_key,
        matched_partners.card_code is not null as is_matched,
        case when matched_partners.card_code is null then 'none' else 'account' end as match_rule,
        customer.card_code,
        not customer.is_intercompany as is_due,
        partner_amounts.net_amount
    from {{ ref('int_customer') }} as customer
    inner join {{ ref('stg_sap_b1__business_partner') }} as partner
        on customer.card_code = partner.card_code
    left join matched_partners
        on customer.card_code = matched_partners.card_code
    left join partner_amounts
        on customer.card_code = partner_amounts.card_code

    union all

    select
        'product' as kind,
        'crm' as side,
        'Product2' as object,
        products.product_id as record_key,
        products.name as record_name,
        products.code_key,
        null as tax_key,
        products.item_code is not null as is_matched,
        products.match_rule,
        null as card_code,
        coalesce(products.is_active, true) as is_due,
        product_amounts.net_amount
    from products
    left join product_amounts
        on products.product_id = product_amounts.product_id

    union all

    select
        'product' as kind,
        'erp' as side,
        'Items' as object,
        item.item_code as record_key,
        item.item_name as record_name,
        upper(trim(item.item_code)) as code_key,
        null as tax_key,
        matched_items.item_code is not null as is_matched,
        case when matched_items.item_code is null then 'none' else 'product' end as match_rule,
        null as card_code,
        item_amounts.net_amount is not null as is_due,
        item_amounts.net_amount
    from {{ ref('stg_sap_b1__item') }} as item
    left join matched_items
        on item.item_code = matched_items.item_code
    left join item_amounts
        on item.item_code = item_amounts.item_code
    where coalesce(item.is_sales_item, true)

    union all

    select
        'deal' as kind,
        'crm' as side,
        'Opportunity' as object,
        deal.opportunity_id as record_key,
        deal.name as record_name,
        left(deal.opportunity_id, 15) as code_key,
        null as tax_key,
        orders.document_entry is not null as is_matched,
        coalesce(orders.link_rule, 'none') as match_rule,
        match.card_code,
        true as is_due,
        deal.net_amount
    from {{ ref('int_deal') }} as deal
    left join orders
        on deal.opportunity_id = orders.opportunity_id
    left join {{ ref('int_customer_account') }} as match
        on deal.account_id = match.account_id
    where deal.is_won
    qualify
        row_number() over (
            partition by deal.opportunity_id
            order by orders.document_entry
        ) = 1

    union all

    select
        'deal' as kind,
        'erp' as side,
        'Orders' as object,
        cast(orders.document_number as varchar) as record_key,
        coalesce(customer.card_name, orders.card_code) as record_name,
        null as code_key,
        null as tax_key,
        orders.opportunity_id is not null as is_matched,
        coalesce(orders.link_rule, 'none') as match_rule,
        orders.card_code,
        orders.is_open as is_due,
        orders.net_amount
    from orders
    left join {{ ref('int_customer') }} as customer
        on orders.card_code = customer.card_code
    qualify row_number() over (
        partition by orders.document_number
        order by orders.document_entry desc
    ) = 1
),

final as (
    select
        kind,
        side,
        object,
        record_key,
        record_name,
        code_key,
        tax_key,
        nullif(trim(regexp_replace(
            ' '
            || regexp_replace(strip_accents(upper(record_name)), '[^A-Z0-9]+', ' ', 'g')
            || ' ',
            ' ({{ legal_forms }}) ',
            ' ',
            'g'
        )), '') as name_key,
        is_matched,
        match_rule,
        card_code,
        is_due,
        {{ money('coalesce(net_amount, 0)') }} as net_amount
    from records
)

select * from final
