"""The table in README.md names tests that exist, and leaves out no fault and no input."""

from __future__ import annotations

import re
from pathlib import Path

TABLE = (Path(__file__).parent / "README.md").read_text("utf-8")
TESTS = Path(__file__).parents[1]

# F15 to F21 and F30 touch neither reading nor landing.
FAULTS = [*range(1, 15), *range(22, 30)]


def numbers(letter: str) -> set[int]:
    """The numbers of a letter in the first cells of the table, spans filled in."""
    found: set[int] = set()
    for line in TABLE.splitlines():
        first = line.split("|")[1] if line.startswith("| ") else ""
        for start, end in re.findall(rf"\b{letter}(\d+)(?:-{letter}(\d+))?", first):
            found |= set(range(int(start), int(end or start) + 1))
    return found


def test_every_named_test_exists() -> None:
    written = {
        name
        for path in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", TABLE))
    assert len(named) > 80
    assert named - written == set()


def test_no_row_is_left_out() -> None:
    assert numbers("F") == set(FAULTS)
    assert numbers("B") == set(range(1, 25))
    assert {1, 2, 3, 4, 5, 13, 14, 15, 16, 17} <= numbers("S")
