"""The list of what is imitated is current, and every test says where it comes from."""

from __future__ import annotations

import salesforce_imitated as imitated


def test_every_test_names_a_section():
    """B1 to B10: a case without a source proves nothing about the protocol."""
    found = list(imitated.proofs())
    assert len(found) >= 90
    assert [one.name for one in found if not one.sections] == []
    named = {section for one in found for section in one.sections}
    assert named == imitated.SECTIONS.keys()


def test_the_list_is_current():
    """B2: made again, it is the same."""
    assert imitated.DOCUMENT.read_text(encoding="utf-8") == imitated.document(), (
        "Run .venv/bin/python tests/conformance/salesforce/salesforce_imitated.py"
    )
