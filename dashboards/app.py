"""The router: language, version of this draw, and the list of pages."""

from __future__ import annotations

import streamlit as st

from dashboards.components.faces import broken_page, empty_page
from dashboards.locales import LANGUAGES, text
from dashboards.warehouse import NothingPublished, current_version

st.set_page_config(page_title="Promesa", page_icon=":material/handshake:", layout="wide")

with st.sidebar:
    st.selectbox(
        "Idioma · Language",
        options=list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="language",
        bind="query-params",
    )

try:
    st.session_state["version"] = current_version()
except NothingPublished:
    empty_page()
    st.stop()
except OSError:
    broken_page()
    st.stop()

PAGES = "app_pages"
page = st.navigation(
    {
        text("Company"): [
            st.Page(
                f"{PAGES}/overview.py",
                title=text("Overview"),
                icon=":material/dashboard:",
                default=True,
            ),
        ],
        text("Sales"): [
            st.Page(
                f"{PAGES}/promise.py",
                title=text("Can we promise it?"),
                icon=":material/event_available:",
            ),
            st.Page(f"{PAGES}/deals.py", title=text("Deals"), icon=":material/handshake:"),
            st.Page(
                f"{PAGES}/customers.py",
                title=text("Customers and receivables"),
                icon=":material/account_balance:",
            ),
        ],
        text("Plant"): [
            st.Page(
                f"{PAGES}/accuracy.py",
                title=text("Promise accuracy and margin"),
                icon=":material/target:",
            ),
        ],
    }
)
page.run()
