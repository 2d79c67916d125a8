{# A lot reworked into itself would go round for ever: a lot that stands in its own past ends the walk. #}
with recursive walked as (
    select
        used_item_code as source_item_code,
        used_lot_number as source_lot_number,
        made_item_code as item_code,
        made_lot_number as lot_number,
        link_kind = 'direct' as is_direct,
        used_share = 1 as is_whole,
        1 as level
    from {{ ref('int_lot_link') }}

    union

    select
        walked.source_item_code,
        walked.source_lot_number,
        link.made_item_code as item_code,
        link.made_lot_number as lot_number,
        walked.is_direct and link.link_kind = 'direct' as is_direct,
        walked.is_whole and link.used_share = 1 as is_whole,
        walked.level + 1 as level
    from walked
    inner join {{ ref('int_lot_link') }} as link
        on
            walked.item_code = link.used_item_code
            and walked.lot_number = link.used_lot_number
    where
        walked.level < 25
        and (walked.item_code, walked.lot_number)
        <> (walked.source_item_code, walked.source_lot_number)
),

final as (
    select
        source_item_code,
        source_lot_number,
        item_code,
        lot_number,
        bool_or(is_direct) as is_direct,
        bool_or(is_whole) as is_whole,
        cast(min(level) as integer) as level
    from walked
    where (item_code, lot_number) <> (source_item_code, source_lot_number)
    group by source_item_code, source_lot_number, item_code, lot_number
)

select * from final
