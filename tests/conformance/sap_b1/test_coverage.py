"""The README's table of what is imitated names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_imitated_operation_names_a_test_that_exists():
    text = (ROOT / "sandbox" / "sap_b1" / "README.md").read_text()
    named = re.findall(r"\| (test_\w+) \|", text)
    assert len(named) >= 15
    there = {
        name
        for file in Path(__file__).parent.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    assert sorted(set(named) - there) == []
