"""A page's head: its title, and the line that says as of when and how far to trust it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_datetime

from dashboards.locales import language, text
from dashboards.warehouse import query, time_zone


def page_header(title: str) -> None:
    """Title, as-of, and what is degraded in the published version."""
    st.title(title)
    version = query("select number, as_of, state, causes from meta.version").iloc[0]
    told = text("As of {instant} · version {number}").format(
        instant=local_instant(version["as_of"]), number=version["number"]
    )
    if version["state"] == "sound":
        st.caption(f":material/verified: {told}")
        return
    st.caption(f":material/warning: {told}")
    with st.expander(
        text("{count} sources kept an older reading").format(count=len(version["causes"]))
    ):
        for cause in version["causes"]:
            st.text(cause)


def local_instant(instant: datetime) -> str:
    """A UTC instant in the plant's time zone and the reader's language."""
    zone = ZoneInfo(time_zone())
    return format_datetime(
        instant.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone),
        "EEE, d MMM y, HH:mm",
        locale=language(),
    )
