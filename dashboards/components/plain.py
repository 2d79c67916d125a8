"""Text from data: shown as it is, never as Markdown, HTML or invisible signs (S6, B12)."""

from __future__ import annotations

import html
import re

import pandas as pd

LONGEST = 200
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$:&])")
# control signs, zero-width signs and bidirectional overrides; the joiners of emoji stay
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def readable(value: object) -> str:
    """A value as one line of visible text, a long one shortened with its length; "" for none."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    words = str(value)
    length = len(words)
    seen = _INVISIBLE.sub(" ", words[: LONGEST * 2]).strip()
    return seen if length <= LONGEST else f"{seen[:LONGEST]} … ({length})"


def plain(value: object) -> str:
    """The same for places that read Markdown: every sign of markup is escaped."""
    return _MARKUP.sub(r"\\\1", readable(value))


def plain_in_chart(value: object) -> str:
    """The same for Plotly, which reads a little HTML."""
    return html.escape(readable(value), quote=False)
