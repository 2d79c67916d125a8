"""One deal: its verdict, the three locks, ways to serve it, why this date, and its lines."""

from __future__ import annotations

import streamlit as st

from dashboards.components import deal_finance
from dashboards.components.faces import nothing_here
from dashboards.components.header import page_header
from dashboards.components.plain import plain
from dashboards.components.tables import DAY, QUANTITY, Column, table
from dashboards.components.verdict import locks, reason_of_date, split_by_date, told_verdict
from dashboards.locales import language, text, word
from dashboards.queries import deal_finance as finance_sql
from dashboards.queries import deals as sql
from dashboards.queries import question as question_sql
from dashboards.warehouse import query

found = query(sql.DEAL, [st.query_params.get("id", "")])
st.page_link("app_pages/deals.py", label=text("All deals"), icon=":material/arrow_back:")
if found.empty:
    page_header(text("Deal"))
    nothing_here(text("This deal is not in the published figures: open it from the list."))
    st.stop()

deal = found.iloc[0]
as_of = query(question_sql.AS_OF).iloc[0]["as_of_date"]
page_header(plain(deal["deal_name"]) or text("Deal without a name"))
st.markdown(
    text("Customer {name} · stage {stage}").format(
        name=plain(deal["customer_name"]) or "–", stage=plain(deal["sales_stage"])
    )
)
told_verdict(deal["verdict"], deal[f"reason_{language()}"])
if not deal["is_open"]:
    nothing_here(text("This deal is closed: its dates are kept in the order."))
    st.stop()
locks(deal, as_of)

fit = query(finance_sql.FIT, [deal["opportunity_id"]])
if not fit.empty:
    st.header(text("When it fits into credit"))
    deal_finance.when_it_fits(fit.iloc[0])
options = query(finance_sql.OPTIONS, [deal["opportunity_id"]])
if not options.empty:
    st.header(text("Ways to serve it"))
    deal_finance.ways_to_serve(options)
rivals = query(finance_sql.RIVALS, {"deal": deal["opportunity_id"]})
if not rivals.empty:
    st.header(text("Who wants the same hours"))
    deal_finance.rivals(rivals)

st.header(text("Why this date"))
terms = query(sql.TERMS, {"deal": deal["opportunity_id"]})
if terms.empty:
    nothing_here(text("There is no date to explain."))
else:
    modes = [mode for mode in ("alone", "queue") if mode in set(terms["mode"])]
    reason_of_date(terms, modes, deal["requested_date"], as_of)

st.header(text("Lines"))
lines = query(sql.LINES, [deal["opportunity_id"]])
if lines.empty:
    nothing_here(text("The deal has no line that asks for goods."))
else:
    table(
        lines.assign(mode=lines["mode"].map(lambda mode: word(mode, "mode"))),
        {
            "item_code": Column(text("Item")),
            "item_name": Column(text("Name"), width="medium"),
            "mode": Column(text("Answer")),
            "asked_qty": Column(text("Quantity"), QUANTITY),
            "inventory_uom": Column(text("Unit")),
            "from_stock_qty": Column(text("From stock"), QUANTITY),
            "to_make_qty": Column(text("To make"), QUANTITY),
            "to_buy_qty": Column(text("To buy"), QUANTITY),
            "make_ready_date": Column(text("Made part ready"), DAY),
            "delivered_date": Column(text("With the customer"), DAY),
        },
        alt=text("Lines of the deal with the split of each quantity"),
        key="lines",
    )
margins = query(finance_sql.LAST_MARGINS, {"deal": deal["opportunity_id"]})
if not margins.empty:
    st.header(text("What these items left with this customer"))
    deal_finance.last_margins(margins)
split = query(sql.SPLIT, [deal["opportunity_id"]])
if not split.empty:
    st.header(text("If parts were shipped as they come"))
    split_by_date(split)
if deal["customer_text"]:
    st.header(text("For the customer"))
    st.markdown(f"> {plain(deal['customer_text'])}")
