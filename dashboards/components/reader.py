"""The reader: what browsers and screen readers are told, and the room around the page."""

from __future__ import annotations

import streamlit as st

from dashboards.locales import language

# Streamlit leaves the document in English, nests list items of the navigation in sections, and
# draws sparklines without a name (the figure and its definition stand beside them).
_TELL_READERS = """
const mend = () => {
  for (const item of document.querySelectorAll(
    "[data-testid=stSidebarNavItems]:not([role]), [data-testid=stSidebarNavItems] li:not([role])"
  )) item.setAttribute("role", "none");
  for (const chart of document.querySelectorAll("[data-testid=stMetricChart]:not([aria-hidden])"))
    chart.setAttribute("aria-hidden", "true");
};
export default function ({ data }) {
  document.documentElement.lang = data.language;
  document.documentElement.dataset.told = data.language;
  mend();
  const watch = new MutationObserver(mend);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => watch.disconnect();
}
"""

_tell = st.components.v2.component("promesa_reader", html="", js=_TELL_READERS)


def set_room() -> None:
    """Less empty room than Streamlit leaves, so that five tiles stand in a row; labels wrap."""
    st.html(
        "<style>[data-testid='stMainBlockContainer']"
        " {padding: 3.5rem clamp(1rem, 2.5vw, 2.5rem) 4rem}"
        "[data-testid='stMetricLabel'] * {white-space: normal !important}</style>"
    )


def tell_readers() -> None:
    """Set the document's `lang` to the session's language, and mend what screen readers meet."""
    _tell(data={"language": language()}, key="reader", height=1)
