"""Campaigns: from leads to units, what runs out first, and whether production confirms them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards.components.charts import funnel, units_by_week
from dashboards.components.faces import nothing_here
from dashboards.components.filters import choice
from dashboards.components.header import page_header
from dashboards.components.plain import plain, readable
from dashboards.components.purchases import purchases_table
from dashboards.components.tables import COUNT, DAY, MONEY, Column, table
from dashboards.locales import language, number, share, short_amount, text
from dashboards.queries import campaigns as sql
from dashboards.warehouse import query

page_header(text("Campaigns"))
campaigns = query(sql.CAMPAIGNS)
if campaigns.empty:
    nothing_here(text("The CRM keeps no campaigns."))
    st.stop()

names = campaigns.set_index("campaign_id")["campaign_name"]
chosen = choice(
    text("Campaign"), list(names.index), lambda key: readable(names[key]), key="campaign"
)
campaign = campaigns[campaigns["campaign_id"] == chosen].iloc[0]
told = plain(campaign[f"reason_{language()}"])
if campaign["is_capacity_confirmed"]:
    st.success(told, icon=":material/check_circle:")
elif campaign["forecast_units_qty"] > 0:
    st.warning(told, icon=":material/warning:")
else:
    st.info(told, icon=":material/info:")
if not pd.isna(campaign[f"shortage_{language()}"]):
    st.info(plain(campaign[f"shortage_{language()}"]), icon=":material/inventory_2:")

with st.grid(columns="auto", min_column_width=150):
    for label, value in (
        (text("Qualified leads"), number(campaign["qualified_lead_count"])),
        (text("Nobody works on"), number(campaign["neglected_lead_count"])),
        (text("Became a deal"), share(campaign["conversion_share"])),
        (text("Units, estimated"), number(campaign["forecast_units_qty"])),
        (text("Units, weighted"), number(campaign["weighted_units_qty"])),
        (text("Units, confirmed"), number(campaign["confirmed_units_qty"])),
        (text("Cost"), short_amount(campaign["cost_amount"])),
        (text("Realised margin"), short_amount(campaign["real_margin_amount"])),
    ):
        with st.container(border=True, height="stretch"):
            st.metric(label, value)
st.caption(
    text("Target: {target} qualified leads. {converted} of {qualified} became a deal.").format(
        target=number(campaign["target_lead_count"]),
        converted=number(campaign["conversion_numerator"]),
        qualified=number(campaign["conversion_denominator"]),
    )
)

st.header(text("From lead to deal"))
funnel(
    {
        text("Leads"): int(campaign["lead_count"]),
        text("Answered"): int(campaign["response_count"]),
        text("Qualified"): int(campaign["qualified_lead_count"]),
        text("Deals"): int(campaign["deal_count"]),
        text("Won"): int(campaign["won_deal_count"]),
    }
)

st.header(text("Units by week"))
weeks = query(sql.WEEKS, {"campaign": chosen})
if weeks.empty:
    nothing_here(text("No open or won deal of this campaign asks for its item."))
else:
    wanted = weeks[(weeks["open_units_qty"] > 0) | (weeks["won_units_qty"] > 0)]
    by_close = text("Units by the week in which their deals may close, weighted")
    st.caption(by_close)
    units_by_week(weeks, by_close)
    table(
        wanted,
        {
            "week_start_date": Column(text("Wanted in the week of"), DAY),
            "won_units_qty": Column(text("Won"), COUNT),
            "open_units_qty": Column(text("Open, unweighted"), COUNT),
            "weighted_units_qty": Column(text("Open, weighted"), COUNT),
            "in_time_units_qty": Column(text("In time"), COUNT),
        },
        alt=text("Units of the campaign by week"),
        key="campaign_weeks",
    )
    score = query(sql.SCORE)
    if not score.empty:
        st.caption(
            text(
                "Odds of winning by stage, family and age, from closed deals. Brier score"
                " {score} against {base} of the base rate, over {count} observations."
            ).format(
                score=number(score.iloc[0]["brier_score"], 3),
                base=number(score.iloc[0]["base_brier_score"], 3),
                count=number(score.iloc[0]["judged_count"]),
            )
        )

st.header(text("Purchases to place"))
purchases = query(sql.PURCHASES, {"campaign": chosen})
if purchases.empty:
    nothing_here(text("Nothing has to be bought for the open deals of this campaign."))
else:
    purchases_table(purchases, key="campaign_purchases")

st.header(text("Leads nobody works on"))
neglected = query(sql.NEGLECTED, {"campaign": chosen})
if neglected.empty:
    nothing_here(text("Everybody who answered has been called, or is closed."))
else:
    table(
        neglected,
        {
            "waiting_days": Column(text("Waiting (days)"), COUNT),
            "person_name": Column(text("Person"), width="medium"),
            "company": Column(text("Company"), width="medium"),
            "owner_name": Column(text("Owner")),
            "lead_status": Column(text("Status")),
            "since_date": Column(text("Since"), DAY),
        },
        alt=text("Leads that answered and nobody works on"),
        key="neglected",
    )

st.header(text("Every campaign"))
table(
    campaigns,
    {
        "campaign_name": Column(text("Campaign"), width="medium"),
        "start_date": Column(text("Start"), DAY),
        "item_code": Column(text("Item")),
        "lead_count": Column(text("Leads"), COUNT),
        "qualified_lead_count": Column(text("Qualified"), COUNT),
        "neglected_lead_count": Column(text("Nobody works on"), COUNT),
        "deal_count": Column(text("Deals"), COUNT),
        "won_deal_count": Column(text("Won"), COUNT),
        "won_net_amount": Column(text("Won (€)"), MONEY),
        "cost_amount": Column(text("Cost (€)"), MONEY),
        "real_margin_amount": Column(text("Realised margin (€)"), MONEY),
    },
    alt=text("Every campaign with its cost and margin"),
    key="campaigns",
)
