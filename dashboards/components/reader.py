"""The reader: the page tells browsers and screen readers which language it is in."""

from __future__ import annotations

import streamlit as st

from dashboards.locales import language

_SET_LANGUAGE = """
export default function ({ data }) {
  document.documentElement.lang = data.language;
}
"""

_mark = st.components.v2.component("promesa_language", html="", js=_SET_LANGUAGE)


def set_room() -> None:
    """Less empty room around the page than Streamlit leaves, so that five tiles stand in a row."""
    st.html(
        "<style>[data-testid='stMainBlockContainer']"
        " {padding: 3.5rem clamp(1rem, 2.5vw, 2.5rem) 4rem}</style>"
    )


def tell_language() -> None:
    """Set the document's `lang` to the session's language; Streamlit leaves it at English."""
    _mark(data={"language": language()}, key="document_language", height=0)
