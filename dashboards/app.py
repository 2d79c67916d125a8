"""The router: language, version of this draw, and the list of pages."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from dashboards.components.faces import broken_page, empty_page
from dashboards.components.reader import set_room, tell_readers
from dashboards.locales import LANGUAGES, default_language, text
from dashboards.warehouse import BrokenVersion, NothingPublished, open_current_version

log = logging.getLogger("promesa.dashboards")

ASSETS = Path(__file__).with_name("assets")
st.set_page_config(page_title="Promesa", page_icon=str(ASSETS / "promesa.svg"), layout="wide")
st.logo(str(ASSETS / "promesa_wordmark.svg"), icon_image=str(ASSETS / "promesa.svg"), size="large")
set_room()

with st.sidebar:
    st.selectbox(
        "Idioma · Language",
        options=list(LANGUAGES),
        index=list(LANGUAGES).index(default_language()),
        format_func=LANGUAGES.__getitem__,
        key="language",
        bind="query-params",
    )
    tell_readers()

PAGES = "app_pages"
COMPANY, SALES, PLANT = text("Company"), text("Sales"), text("Plant")


def pages() -> dict[str, list[st.Page]]:
    """Every page by section; detail pages are hidden and reached from a list."""
    return {
        COMPANY: [
            st.Page(
                f"{PAGES}/overview.py",
                title=text("Overview"),
                icon=":material/dashboard:",
                default=True,
            ),
            st.Page(f"{PAGES}/mapping.py", title=text("Mapping"), icon=":material/join:"),
        ],
        SALES: [
            st.Page(
                f"{PAGES}/promise.py",
                title=text("Can we promise it?"),
                icon=":material/event_available:",
            ),
            st.Page(f"{PAGES}/deals.py", title=text("Deals"), icon=":material/handshake:"),
            st.Page(f"{PAGES}/deal.py", title=text("Deal"), visibility="hidden"),
            st.Page(f"{PAGES}/campaigns.py", title=text("Campaigns"), icon=":material/campaign:"),
            st.Page(
                f"{PAGES}/customers.py",
                title=text("Customers and receivables"),
                icon=":material/account_balance:",
            ),
            st.Page(f"{PAGES}/customer.py", title=text("Customer"), visibility="hidden"),
        ],
        PLANT: [
            st.Page(
                f"{PAGES}/accuracy.py",
                title=text("Promise accuracy"),
                icon=":material/target:",
            ),
            st.Page(f"{PAGES}/margin.py", title=text("Real margin"), icon=":material/euro:"),
            st.Page(
                f"{PAGES}/capacity.py",
                title=text("Capacity"),
                icon=":material/precision_manufacturing:",
            ),
            st.Page(f"{PAGES}/lots.py", title=text("Lots"), icon=":material/inventory_2:"),
            st.Page(
                f"{PAGES}/materials.py", title=text("Materials"), icon=":material/inventory_2:"
            ),
        ],
    }


try:
    open_current_version()
except NothingPublished:
    empty_page()
    st.stop()
except BrokenVersion as error:
    log.error("published file %s cannot be read", error, exc_info=error)
    broken_page()
    st.stop()

st.navigation(pages()).run()
