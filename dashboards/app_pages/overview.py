"""Overview: the figures of the company, then what needs a person, then the pipeline by verdict."""

from __future__ import annotations

import streamlit as st

from dashboards.components.charts import verdict_bars
from dashboards.components.faces import exception, nothing_here
from dashboards.components.header import page_header
from dashboards.components.metrics import shown, tiles
from dashboards.components.tables import COUNT, MONEY, QUANTITY, Column, table
from dashboards.locales import day, language, text, word
from dashboards.queries import deals as deals_sql
from dashboards.queries import overview as sql
from dashboards.warehouse import query

page_header(text("Overview"))
tiles(["otif_first", "contribution_share", "overdue_share", "open_deals_amount", "utilisation"])

st.header(text("Open deals: which can be promised"))
verdicts = query(deals_sql.VERDICTS)
if verdicts.empty:
    nothing_here(text("No open deal."))
else:
    verdict_bars(verdicts)
    locks = query(deals_sql.LOCKS)
    table(
        locks.assign(
            verdict=locks["verdict"].map(word), binding_lock=locks["binding_lock"].map(word)
        ),
        {
            "verdict": Column(text("Verdict")),
            "binding_lock": Column(text("What binds")),
            "deals": Column(text("Deals"), COUNT),
            "net_amount": Column(text("Net amount (€)"), MONEY),
        },
        alt=text("Open deals that cannot be promised as they stand, by verdict and binding lock"),
        key="locks",
    )
    st.page_link(
        "app_pages/deals.py", label=text("See every deal"), icon=":material/arrow_forward:"
    )

st.header(text("What Promesa brings, measured"))
results = query(sql.RESULTS)
told = results.assign(
    result=results["result"].map(lambda code: word(code, "result")),
    missing=results["missing"].map(lambda code: word(code, "missing")),
    **{
        column: [
            shown(value, unit) for value, unit in zip(results[column], results["unit"], strict=True)
        ]
        for column in ("baseline_value", "current_value", "change_value")
    },
)
table(
    told,
    {
        "result": Column(text("Result"), width="medium"),
        "baseline_value": Column(text("Before")),
        "current_value": Column(text("Since")),
        "change_value": Column(text("Change")),
        "missing": Column(text("Why no change is told"), width="medium"),
        "baseline_numerator": Column(text("Before: part"), QUANTITY),
        "baseline_denominator": Column(text("Before: of"), QUANTITY),
        "current_numerator": Column(text("Since: part"), QUANTITY),
        "current_denominator": Column(text("Since: of"), QUANTITY),
    },
    alt=text("The five results before and since Promesa reads the ERP"),
    key="results",
)
window = results.iloc[0]
st.caption(
    text("Before: {first} to {last}. Since: from {start} on.").format(
        first=day(window["baseline_start_date"]),
        last=day(window["baseline_end_date"]),
        start=day(window["current_start_date"]),
    )
)

st.header(text("What needs a person"))
issues = query(sql.ISSUES)
if issues.empty:
    nothing_here(text("Nothing stands out: no record is set aside and no total differs."))
else:
    for issue in issues.to_dict("records"):
        exception(
            issue["severity"], issue["area"], issue["records"], issue[f"message_{language()}"]
        )
    with st.expander(text("Every record")):
        records = query(sql.ISSUE_RECORDS)
        table(
            records.assign(
                severity=records["severity"].map(word),
                area=records["area"].map(lambda area: word(area, "area")),
                told=records[f"message_{language()}"],
            ),
            {
                "severity": Column(text("Severity")),
                "area": Column(text("Area")),
                "record_name": Column(text("Record")),
                "told": Column(text("What and what to do"), width="large"),
            },
            alt=text("Every record that needs a person, the gravest first"),
            key="issue_records",
        )
