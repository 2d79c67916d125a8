with final as (
    select distinct item_code
    from {{ ref('int_tie_out_item') }}
    where is_untied
)

select * from final
