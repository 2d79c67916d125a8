with unknown_units as (
    select
        {{ issue('B19', 'stop', 'promise',
            "'salesforce'", "'OpportunityLineItem'", 'line_item_id', {
            'field': "'Quantity'", 'found_value': 'line_unit', 'other': 'inventory_uom', 'item': 'item_code',
            'quantity': 'line_qty', 'amount': 'net_amount',
        }) }}
    from {{ ref('int_deal_line') }}
    where reason_code in ('UNKNOWN_UNIT', 'NO_UNIT', 'unknown_unit', 'no_unit') and is_open
),

unknown_order_units as (
    select
        {{ issue('B19', 'stop', 'promise',
            "'sap_b1'", "'Orders'", "line.document_entry || '|' || line.line_number", {
            'record_name': 'line.document_number', 'field': "'UoMCode'", 'found_value': 'line.uom_code',
            'other': 'item.inventory_uom', 'item': 'line.item_code',
        }) }}
    from {{ ref('int_sales_order_line') }} as line
    left join {{ ref('stg_sap_b1__item') }} as item
        on line.item_code = item.item_code
    where line.is_unit_unknown
),

impossible_quantities as (
    select
        {{ issue('B17', 'stop', 'promise',
            "'salesforce'", "'OpportunityLineItem'", 'line_item_id', {
            'field': "'Quantity'", 'found_value': 'line_qty', 'quantity': 'line_qty', 'item': 'item_code',
        }) }}
    from {{ ref('int_deal_line') }}
    where is_open and line_qty <= 0
),

negative_prices as (
    select
        {{ issue('B17', 'warn', 'margin', "'salesforce'", "'OpportunityLineItem'", 'line_item_id', {
            'field': "'UnitPrice'", 'found_value': 'unit_price', 'amount': 'unit_price', 'item': 'item_code',
        }) }}
    from {{ ref('int_deal_line') }}
    where is_open and unit_price < 0
),

unmatched_products as (
    select
        {{ issue('PRODUCT_UNMATCHED', 'warn', 'materials',
            "'salesforce'", "'Product2'", "coalesce(product_code, '')", {
            'field': "'ProductCode'", 'found_value': 'product_code', 'quantity': 'count(*)',
            'amount': 'sum(net_amount)',
        }) }}
    from {{ ref('int_deal_line') }}
    where item_code is null
    group by product_code
),

unknown_stages as (
    select
        {{ issue('B20', 'note', 'pipeline', "'salesforce'", "'Opportunity'", 'deal.sales_stage', {
            'field': "'StageName'", 'found_value': 'deal.sales_stage', 'quantity': 'median(deal.probability_pct)',
            'amount': 'sum(deal.net_amount)',
        }) }}
    from {{ ref('int_deal') }} as deal
    left join {{ ref('stage_probability') }} as stage
        on deal.sales_stage = stage.sales_stage
    where not deal.is_closed and deal.sales_stage is not null and stage.sales_stage is null
    group by deal.sales_stage
),

won_without_order as (
    select
        {{ issue('WON_WITHOUT_ORDER', 'warn', 'credit',
            "'salesforce'", "'Opportunity'", 'record_key', {
            'amount': 'amount', 'customer': 'card_code', 'issue_date': 'document_date',
        }) }}
    from {{ ref('int_exposure_line') }}
    where component = 'unlinked_won_deal'
),

orders_without_link as (
    select
        {{ issue('ORDER_UNLINKED', 'warn', 'pipeline',
            "'salesforce'", "'Opportunity'", 'opportunity_id', {
            'other': 'opportunity_id', 'amount': 'sum(net_amount)', 'customer': 'any_value(card_code)',
        }) }}
    from {{ ref('int_deal_line') }}
    where is_won and has_suspected_order and not has_order
    group by opportunity_id
),

odd_names as (
    select
        {{ issue('B12', 'note', 'pipeline', "'salesforce'", "'Opportunity'", 'opportunity_id', {
            'field': "'Name'",
        }) }}
    from {{ ref('int_deal') }}
    where regexp_matches(
        name, '[\x00-\x08\x0B-\x1F\x7F\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}]'
    )
),

final as (
    select * from unknown_units
    union all
    select * from unknown_order_units
    union all
    select * from impossible_quantities
    union all
    select * from negative_prices
    union all
    select * from unmatched_products
    union all
    select * from unknown_stages
    union all
    select * from won_without_order
    union all
    select * from orders_without_link
    union all
    select * from odd_names
)

select * from final
