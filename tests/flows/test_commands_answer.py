"""The commands that the README shows, each asked once on the demo company after its round."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("command", "answers"),
    [
        ("promise K4-PUMP 1000 --by 2025-10-01", ("1,000 PCS of K4-PUMP", "alone", "500")),
        ("changeset", ("changeset ", "unchanged")),
        ("validate", ("receivables", "same        sap_b1 ")),
        ("doctor", (" are well",)),
    ],
)
def test_the_commands_of_the_readme_answer(plant_after_one_round, command, answers):
    said = plant_after_one_round.promesa(*command.split())
    print(said)
    for words in answers:
        assert words in said
