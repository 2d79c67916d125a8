{# What left stock within the window, returns taken off, and the stock of a mean day, unwound from today. #}
with moves as (
    select
        *,
        {{ as_of_date() }} - document_date as days_ago
    from {{ ref('int_stock_movement') }}
    where
        not is_after_as_of
        and document_date between {{ as_of_date() }} - {{ policy('usage_window_days') }} + 1
        and {{ as_of_date() }}
),

final as (
    select
        item_code,
        -sum(moved_qty) filter (where is_use) as used_qty,
        sum(
            cast(moved_qty as double)
            * ({{ policy('usage_window_days') }} - days_ago) / {{ policy('usage_window_days') }}
        ) as later_qty
    from moves
    group by item_code
)

select * from final
