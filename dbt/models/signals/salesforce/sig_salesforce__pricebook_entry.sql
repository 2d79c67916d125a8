-- The fields keep the capitals of the API.
-- noqa: disable=CP02
with entries as (
    select * from {{ ref('stg_salesforce__pricebook_entry') }}
),

{# The CRM takes a custom price only of a product that has its standard price: the one book that holds
   every priced product is the standard one. Where two do, nothing is written. #}
coverage as (
    select
        pricebook_id,
        count(distinct product_id) as product_count
    from entries
    group by pricebook_id
),

standard_books as (
    select pricebook_id
    from coverage
    where product_count = (select count(distinct product_id) from entries)
    qualify count(*) over () = 1
),

books as (
    select
        pricebook_id,
        {{ policy('standard_price_list') }} as price_list_number,
        true as is_standard
    from standard_books
    union all
    select
        price_book.pricebook_id,
        price_book.price_list_number,
        false as is_standard
    from {{ ref('price_book') }} as price_book
    inner join standard_books
        on price_book.pricebook_id <> standard_books.pricebook_id
),

products as (
    select
        product.product_id,
        product.item_code,
        product.sales_unit as product_unit,
        item.sales_unit as item_unit,
        item.is_active
    from {{ ref('int_product_item') }} as product
    inner join {{ ref('int_sold_item') }} as item
        on product.item_code = item.item_code
    where product.is_matched
),

{# The list's price is by the item's sales unit; the CRM counts the product in a unit of its own. #}
priced as (
    select
        products.product_id,
        books.pricebook_id,
        books.is_standard,
        products.is_active,
        case
            when price.reason_code is not null then null
            when coalesce(products.product_unit, products.item_unit) = products.item_unit
                then price.price
            else
                price.price
                * product_unit.inventory_per_unit_qty
                / nullif(item_unit.inventory_per_unit_qty, 0)
        end as unit_price
    from products
    cross join books
    left join {{ ref('int_item_price') }} as price
        on
            products.item_code = price.item_code
            and books.price_list_number = price.price_list_number
    left join {{ ref('int_item_unit') }} as product_unit
        on
            products.item_code = product_unit.item_code
            and lower(trim(products.product_unit)) = product_unit.unit
    left join {{ ref('int_item_unit') }} as item_unit
        on
            products.item_code = item_unit.item_code
            and lower(trim(products.item_unit)) = item_unit.unit
),

compared as (
    select
        priced.*,
        entries.pricebook_entry_id,
        entries.unit_price as live_price,
        coalesce(entries.is_active, false) as is_live_active,
        coalesce(standard_entry.is_active, false) as has_standard_price
    from priced
    left join entries
        on
            priced.product_id = entries.product_id
            and priced.pricebook_id = entries.pricebook_id
    left join standard_books on true
    left join entries as standard_entry
        on
            priced.product_id = standard_entry.product_id
            and standard_books.pricebook_id = standard_entry.pricebook_id
    -- An org of several currencies has an entry for each: which is ours is not known here.
    qualify count(*) over (partition by priced.product_id, priced.pricebook_id) = 1
),

{# A price that the ERP does not have, or not as the CRM needs it, is left to people. #}
final as (
    select
        pricebook_entry_id as Id,
        pricebook_entry_id is null as is_to_be_made,
        pricebook_id as Pricebook2Id,
        product_id as Product2Id,
        cast(coalesce(unit_price, live_price) as decimal(18, 2)) as UnitPrice,
        is_active and (unit_price is not null or is_live_active) as IsActive
    from compared
    where
        pricebook_entry_id is not null
        or (unit_price > 0 and is_active and (is_standard or has_standard_price))
)

select * from final
