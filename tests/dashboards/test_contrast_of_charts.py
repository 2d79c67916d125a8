"""Text on bars and the outline of bars are told apart in both themes (WCAG 1.4.3 and 1.4.11)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import dashboards
from dashboards.components.charts import OUTLINE, TERM_COLOURS, text_on

CONFIG = tomllib.loads(
    (Path(dashboards.__file__).parent / ".streamlit" / "config.toml").read_text()
)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", sorted(set(TERM_COLOURS.values())))
def test_text_on_a_bar_is_read(colour: str) -> None:
    assert contrast(colour, text_on(colour)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_bar_stands_out_from_the_ground(theme: str) -> None:
    assert contrast(OUTLINE, CONFIG["theme"][theme]["backgroundColor"]) >= 3
