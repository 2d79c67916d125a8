"""Filters: choices kept in the link under short names; a link may name a choice by its code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


def choice(
    label: str,
    options: Sequence[str],
    shown: Callable[[str], str],
    key: str,
    placeholder: str | None = None,
) -> str | None:
    """A select box bound to the link; with a placeholder nothing is chosen at first.

    Streamlit keeps the shown words in the link, which change with the language; so a link that
    names the code (`?verdict=Stop`) is understood too, in any language.
    """
    told = st.query_params.get(key)
    if key not in st.session_state and told in options:
        st.session_state[key] = told
    return st.selectbox(
        label,
        list(options),
        index=0 if placeholder is None else None,
        format_func=shown,
        placeholder=placeholder,
        key=key,
        bind="query-params",
    )
