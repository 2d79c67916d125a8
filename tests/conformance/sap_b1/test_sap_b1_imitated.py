"""The list of what is imitated is current, and the tests say where they come from."""

from __future__ import annotations

import sap_b1_imitated as imitated


def test_A1_every_section_has_its_tests():
    found = [one for one in imitated.proofs() if one.section in imitated.SECTIONS]
    assert len(found) >= 80
    assert {one.section for one in found} == imitated.SECTIONS.keys()
    assert [one.name for one in imitated.proofs() if one.section is None] == []


def test_A1_the_list_is_current():
    assert imitated.DOCUMENT.read_text(encoding="utf-8") == imitated.document(), (
        "Run .venv/bin/python tests/conformance/sap_b1/sap_b1_imitated.py"
    )
