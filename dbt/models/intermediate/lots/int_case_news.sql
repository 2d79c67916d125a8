{# A first round tells of the cases that somebody still works on, not of every old one. #}
with final as (
    select
        fct_case.case_id || '|' || fct_case.item_code || '|' || fct_case.lot_number as news_key,
        fct_case.case_id,
        fct_case.owner_user_id,
        fct_case.item_code,
        fct_case.lot_number,
        impact.suspect_item_code,
        impact.suspect_lot_number,
        impact.suspect_complaint_count,
        impact.complaint_count,
        impact.lot_count,
        impact.stock_qty,
        impact.customer_count,
        impact.hold_proposed_count,
        case when impact.suspect_count > 0 then 'NEWS_CASE_SUSPECT' else 'NEWS_CASE' end
            as sentence_code
    from {{ ref('fct_case') }} as fct_case
    inner join {{ ref('fct_case_impact') }} as impact on fct_case.case_id = impact.case_id
    where
        not fct_case.is_closed
        and (
            impact.suspect_count > 0
            or fct_case.created_at > {{ as_of_at() }} - to_days({{ policy('quality_news_days') }})
        )
)

select * from final
