"""The faces of a page that is not full: empty, late, broken; each says what to do."""

from __future__ import annotations

import streamlit as st

from dashboards.components.plain import plain
from dashboards.locales import text, word


def empty_page() -> None:
    """Nothing has been published yet."""
    st.title("Promesa")
    st.info(
        text(
            "No figures are published yet. Run `promesa run` (or `make demo`), then open this page"
            " again."
        ),
        icon=":material/hourglass_empty:",
    )


def broken_page() -> None:
    """The published file can't be read."""
    st.title("Promesa")
    st.error(
        text(
            "The published figures cannot be read: the file is missing or damaged. Run"
            " `promesa run` again to publish a new one; nothing in the systems was lost."
        ),
        icon=":material/error:",
    )


def late_figures(hours: int) -> None:
    """The figures are older than a day's run should leave them."""
    st.warning(
        text(
            "These figures are late: the last run was published {hours} hours ago. Promises made"
            " on them may not hold; run `promesa run` to renew them."
        ).format(hours=hours),
        icon=":material/schedule:",
    )


def degraded_figures(causes: list[str]) -> None:
    """Some sources kept an older extraction."""
    st.warning(
        text(
            "{count} sources could not be read in the last run and kept an older reading; run"
            " `promesa doctor` to see why."
        ).format(count=len(causes)),
        icon=":material/warning:",
    )
    with st.expander(text("Which sources")):
        for cause in causes:
            st.markdown(plain(cause))


_SEVERITY = {"stop": ("red", "block"), "warn": ("orange", "warning"), "note": ("gray", "info")}


def exception(severity: str, area: str, records: int, message: str) -> None:
    """One kind of exception with an example: how grave, where, how many, what to do."""
    colour, sign = _SEVERITY[severity]
    badge = f":{colour}-badge[:material/{sign}: {word(severity)}]"
    where = text("{area}, {count} records").format(area=word(area, "area"), count=records)
    if records == 1:
        where = word(area, "area")
    st.markdown(f"{badge} **{where}**  \n{plain(message)}")


def nothing_here(what: str) -> None:
    """A list or chart without rows: said in words, never an empty frame."""
    st.caption(f":material/check_circle: {what}")
