"""Text from data: never markup, never a formula, never invisible (S6, S7, B12, B21)."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from dashboards.components.export import as_csv, harmless
from dashboards.components.plain import plain, plain_in_chart, readable


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://x")', "+1", "-10 %", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"]
)
def test_s7_a_formula_is_exported_as_text(cell: str) -> None:
    assert str(harmless(cell)).startswith("'")


def test_s7_numbers_stay_numbers() -> None:
    rows = pd.DataFrame({"customer": ["=1+1", "Río"], "amount": [-1234.5, 2.0]})
    lines = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig")), delimiter=";"))
    assert lines == [["customer", "amount"], ["'=1+1", "-1234,5"], ["Río", "2,0"]]


def test_s7_a_heading_is_no_formula_either() -> None:
    assert as_csv(pd.DataFrame({"=cmd": [1]})).decode("utf-8-sig").startswith("'=cmd")


def test_s6_markdown_is_escaped() -> None:
    assert plain("[a](http://x) <b> $x$ :red[y]") == (r"\[a\]\(http\://x\) \<b\> \$x\$ \:red\[y\]")


def test_s6_charts_get_no_html() -> None:
    assert plain_in_chart('<a href="http://x">x</a>') == '&lt;a href="http://x"&gt;x&lt;/a&gt;'


def test_b12_invisible_signs_are_not_shown_and_emoji_stay() -> None:
    shown = readable("Deal 🛠️ \u202etxet\u202c zero\u200bwidth \x07bell \x00")
    assert shown == "Deal 🛠️  txet  zero width  bell"


def test_b12_a_long_text_is_shortened_with_its_length() -> None:
    assert readable("x" * 5_000_000) == "x" * 200 + " … (5000000)"


def test_nothing_is_shown_for_nothing() -> None:
    assert [readable(value) for value in (None, float("nan"), pd.NaT)] == ["", "", ""]
