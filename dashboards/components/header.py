"""A page's head: its title, and the line that says as of when and how far to trust it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_datetime

from dashboards.components.faces import degraded_figures, late_figures
from dashboards.locales import language, text
from dashboards.warehouse import published_at, query, time_zone

LATE_AFTER_HOURS = 26
"""A run a day, and two hours for it; PROMESA_LATE_AFTER_HOURS says otherwise."""


def page_header(title: str) -> None:
    """Title (Markdown: escape data first), as-of and trust; late and degraded are said aloud."""
    st.title(title)
    version = query("select number, as_of, state, causes from meta.version").iloc[0]
    st.caption(
        ":material/schedule: "
        + text("As of {instant} · version {number}").format(
            instant=local_instant(version["as_of"]), number=version["number"]
        )
    )
    hours = int((datetime.now(UTC) - published_at()).total_seconds() // 3600)
    if hours >= float(os.environ.get("PROMESA_LATE_AFTER_HOURS", LATE_AFTER_HOURS)):
        late_figures(hours)
    if version["state"] != "sound":
        degraded_figures([str(cause) for cause in version["causes"]])


def local_instant(instant: datetime) -> str:
    """A UTC instant in the plant's time zone and the reader's language."""
    zone = ZoneInfo(time_zone())
    return format_datetime(
        instant.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone),
        "EEE, d MMM y, HH:mm",
        locale=language(),
    )
