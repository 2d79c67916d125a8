"""B11: a text longer than its field is cut after the last whole line and says how many are left.

The macro that both long fields of the CRM are made with, run by DuckDB on lines counted by hand.
"""

from __future__ import annotations

import duckdb
import jinja2
import pytest

from dagster_project.warehouse.folders import DBT_PROJECT

MACRO = (DBT_PROJECT / "macros" / "whole_lines.sql").read_text("utf-8")


def text_of(lines: list[str], length: int, language: str = "en") -> str | None:
    macro = jinja2.Environment().from_string(MACRO).module.whole_lines  # type: ignore[attr-defined]
    row = duckdb.execute(f"select {macro('lines', length, language)} from (select ? as lines)",
                         [lines]).fetchone()  # fmt: skip
    assert row is not None
    return None if row[0] is None else str(row[0])


DAY = "2026-01-01: 200"  # 15 characters, 16 with the end of its line


def test_b11_a_text_too_long_ends_after_a_whole_line_and_counts_the_rest() -> None:
    """124 lines are 1,983, with the last one 1,991 of 2,000; 125 and a last one would be 2,007."""
    found = text_of([DAY] * 130, 2000)
    assert found == "\n".join([*[DAY] * 124, "+6 more"])
    assert text_of([DAY] * 130, 2000, "es") == "\n".join([*[DAY] * 124, "+6 más"])


def test_b11_a_text_that_fits_to_the_letter_is_whole() -> None:
    """125 lines are 1,999 characters; with one letter more 2,000; with two 2,001."""
    assert text_of([*[DAY] * 124, DAY + "0"], 2000) == "\n".join([*[DAY] * 124, DAY + "0"])
    assert text_of([*[DAY] * 124, DAY + "00"], 2000) == "\n".join([*[DAY] * 124, "+1 more"])


@pytest.mark.parametrize(
    ("lines", "length", "told"),
    [
        (["ab", "cd"], 5, "ab\ncd"),
        (["ñandú 🚚", "cd"], 10, "ñandú 🚚\ncd"),
        (["a" * 30], 20, "+1 more"),
        (["a" * 30, "b"], 20, "+2 more"),
        ([], 20, ""),
    ],
)
def test_b11_lines_are_never_broken(lines: list[str], length: int, told: str) -> None:
    assert text_of(lines, length) == told
