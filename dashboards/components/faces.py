"""The faces of a page that is not full: empty, broken, nothing to show – each says what to do."""

from __future__ import annotations

import streamlit as st

from dashboards.locales import text


def empty_page() -> None:
    """Nothing has been published yet."""
    st.title("Promesa")
    st.info(
        text(
            "No figures are published yet. Run `promesa run` (or `make demo`) and open this page"
            " again."
        ),
        icon=":material/hourglass_empty:",
    )


def broken_page() -> None:
    """The published file can't be read."""
    st.title("Promesa")
    st.error(
        text(
            "The published figures cannot be read. The last run may have been cut short:"
            " run `promesa run` again; nothing was lost."
        ),
        icon=":material/error:",
    )


def nothing_here(what: str) -> None:
    """A list or chart without rows: said in words, never an empty frame."""
    st.caption(f":material/check_circle: {what}")
