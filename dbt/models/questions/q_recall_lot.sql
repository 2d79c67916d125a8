{# A digest of the day and the lot: another day draws others, the same day the same. #}
with lots as (
    select
        item_code,
        lot_number,
        md5(concat_ws('|', {{ as_of_date() }}, item_code, lot_number)) as drawn_by
    from {{ ref('fct_lot') }}
),

final as (
    select
        cast(row_number() over (order by drawn_by, item_code, lot_number) as integer) as draw_number,
        item_code,
        lot_number
    from lots
    qualify draw_number <= {{ policy('mock_recall_lots') }}
)

select * from final
