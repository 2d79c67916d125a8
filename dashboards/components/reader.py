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


def tell_language() -> None:
    """Set the document's `lang` to the session's language; Streamlit leaves it at English."""
    _mark(data={"language": language()}, key="document_language", height=0)
