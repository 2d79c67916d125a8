with final as (
    select distinct deal.opportunity_id
    from {{ ref('int_document') }} as draft
    inner join {{ ref('int_deal') }} as deal
        on left(draft.deal_id, 15) = left(deal.opportunity_id, 15)
    where
        draft.document_kind = 'draft'
        and draft.is_live
        and draft.object_code in ('oOrders', '17')
        and draft.authorization_status in ('dasPending', 'dasApproved', 'W', 'Y')
)

select * from final
