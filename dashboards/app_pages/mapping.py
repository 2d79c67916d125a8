"""Mapping: which record of the CRM is which of the ERP, and what stands alone or twice."""

from __future__ import annotations

import streamlit as st

from dashboards.components.faces import nothing_here
from dashboards.components.filters import choice
from dashboards.components.header import page_header
from dashboards.components.tables import COUNT, MONEY, PERCENT, Column, table
from dashboards.locales import text, word
from dashboards.queries import mapping as sql
from dashboards.warehouse import query

KINDS = ["customer", "product", "deal"]

page_header(text("Mapping"))
st.markdown(
    text(
        "Customers, products and won deals are joined to the ERP by their key. What no key joins is"
        " proposed here, the most money first; a pair counts once a person writes it into"
        " data/mappings, and such a file always wins."
    )
)

st.header(text("Proposed pairs"))
proposals = query(sql.PROPOSALS)
if proposals.empty:
    nothing_here(text("Nothing to propose: every record has its counterpart, or nothing like it."))
else:
    table(
        proposals.assign(
            kind=proposals["kind"].map(lambda kind: word(kind, "mapping")),
            evidence=proposals["evidence"].map(word),
            is_ambiguous=proposals["is_ambiguous"].map(
                lambda is_so: text("More than one pair") if is_so else ""
            ),
        ),
        {
            "kind": Column(text("What")),
            "crm_name": Column(text("In the CRM"), width="medium"),
            "erp_name": Column(text("In the ERP"), width="medium"),
            "erp_key": Column(text("ERP key")),
            "evidence": Column(text("Evidence")),
            "similarity_pct": Column(text("Likeness (%)"), PERCENT),
            "value_amount": Column(text("At stake (€)"), MONEY),
            "is_ambiguous": Column(text("Ambiguous")),
            "crm_key": Column(text("CRM Id")),
        },
        alt=text("Proposed pairs of a CRM and an ERP record, the most money first"),
        key="mapping_proposals",
    )

st.header(text("Without a counterpart, or twice"))
summary = query(sql.SUMMARY)
if summary.empty:
    nothing_here(text("Every record has its counterpart."))
    st.stop()
table(
    summary.assign(
        kind=summary["kind"].map(lambda kind: word(kind, "mapping")),
        system=summary["system"].map(word),
    ),
    {
        "kind": Column(text("What")),
        "system": Column(text("System")),
        "unmatched": Column(text("Without a counterpart"), COUNT),
        "unmatched_amount": Column(text("Their net amount (€)"), MONEY),
        "duplicates": Column(text("Twice in one system"), COUNT),
    },
    alt=text("Records without a counterpart or with a duplicate, by kind and system"),
    key="mapping_summary",
)
kind = choice(
    text("What"),
    KINDS,
    shown=lambda code: word(code, "mapping"),
    key="kind",
    placeholder=text("All"),
)
gaps = query(sql.GAPS, {"kind": kind or ""})
table(
    gaps.assign(
        kind=gaps["kind"].map(lambda code: word(code, "mapping")),
        system=gaps["system"].map(word),
        is_unmatched=gaps["is_unmatched"].map(
            lambda is_so: text("No counterpart") if is_so else text("Joined")
        ),
    ),
    {
        "kind": Column(text("What")),
        "system": Column(text("System")),
        "record_name": Column(text("Record"), width="medium"),
        "record_key": Column(text("Key")),
        "is_unmatched": Column(text("State")),
        "duplicate_keys": Column(text("Same as")),
        "proposal_count": Column(text("Proposals"), COUNT),
        "value_amount": Column(text("Net amount (€)"), MONEY),
    },
    alt=text("Every record without a counterpart or with a duplicate, the most money first"),
    key="mapping_gaps",
    height=420,
)
