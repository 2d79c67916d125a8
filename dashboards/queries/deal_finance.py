"""What finance adds to a deal: fit into credit, ways to serve it, rivals, last real margins."""

FIT = """
select
    fit_code, fits_from_date, fits_from_cautious_date, sap_would_say,
    cast(deposit_amount as double) as deposit_amount, deposit_pct,
    cast(part_amount as double) as part_amount, part_pct,
    cast(over_amount as double) as over_amount,
    cast(released_amount as double) as released_amount, released_until_date
from marts.fct_deal_fit
where opportunity_id = ?
"""

OPTIONS = """
select
    option, mode, first_date, first_share_pct, complete_date, days_late, is_price_known,
    cast(extra_cost_amount as double) as extra_cost_amount,
    cast(overtime_hours as double) as overtime_hours, work_centre,
    cast(contribution_amount as double) as contribution_amount, contribution_margin_pct,
    is_cheapest_in_time
from marts.fct_deal_option
where opportunity_id = ?
order by option_place
"""

RIVALS = """
select
    rank.work_centre, rank.week_start_date, rank.rank_place, deal.deal_name,
    rank.opportunity_id = $deal as is_this,
    cast(rank.free_hours as double) as free_hours,
    cast(rank.wanted_hours as double) as wanted_hours,
    cast(rank.value_per_hour_amount as double) as value_per_hour,
    rank.is_served, rank.displaced_deals
from marts.fct_deal_rank as rank
inner join marts.fct_deal as deal using (opportunity_id)
where (rank.work_centre, rank.week_start_date) in (
    select (work_centre, week_start_date) from marts.fct_deal_rank where opportunity_id = $deal
)
    and (rank.is_served or rank.rank_place <= 5 or rank.opportunity_id = $deal)
order by rank.week_start_date, rank.work_centre, rank.rank_place
"""

LAST_MARGINS = """
select
    margin.item_code, margin.invoice_date, margin.document_number,
    cast(margin.net_qty as double) as net_qty, margin.inventory_uom,
    cast(margin.net_amount / nullif(margin.net_qty, 0) as double) as net_price,
    cast(margin.margin_amount as double) as margin_amount,
    cast(margin.margin_amount / nullif(margin.net_amount, 0) * 100 as double) as margin_pct,
    margin.is_provisional
from marts.fct_real_margin as margin
inner join marts.fct_deal as deal on margin.card_code = deal.card_code
where
    deal.opportunity_id = $deal
    and margin.recency_place <= 5
    and margin.item_code in (
        select item_code from marts.fct_pipeline_line where opportunity_id = $deal
    )
order by margin.item_code, margin.recency_place
"""
