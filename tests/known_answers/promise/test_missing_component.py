"""A component that can't be had is the reason by name, not the work centre it would have kept."""

from __future__ import annotations

import pytest

from tests.known_answers.promise.worked_plant import WorkedPlant


def assembly(parts: list[str], use: dict[str, int] | None = None) -> WorkedPlant:
    """T of these parts, one of each; every part takes 1 h of raw material work on A, as T does."""
    plant = WorkedPlant()
    plant.work_centre("A", 8)
    plant.item("T", "make")
    plant.operation("T", "A", per_unit=1, stage=1)
    plant.operation("T", "A", per_unit=1, stage=2)
    for part in parts:
        plant.item(part, "make")
        plant.operation(part, "A", per_unit=1)
        plant.component("T", part, stage=(use or {}).get(part, 1))
    plant.item("RAW", "none")
    return plant


@pytest.mark.parametrize("lacking", ["P1", "P2", "P3"])
def test_a_part_that_can_t_be_made_is_named_not_its_work_centre(lacking: str) -> None:
    """RAW has no source and no stock; A has time in plenty, so A is not why there is no day."""
    plant = assembly(["P1", "P2", "P3"])
    plant.component(lacking, "RAW")
    plant.demand("Q", "T", 5)
    answered = plant.placed()
    for mode in ("alone", "queue"):
        assert answered.reason("Q", mode) == ("no_source", "RAW")


def test_a_part_lacking_for_the_last_stage_is_named() -> None:
    """The first stage of T needs nothing that is lacking; the second takes P2, made of RAW."""
    plant = assembly(["P1", "P2"], {"P1": 1, "P2": 2})
    plant.component("P2", "RAW")
    plant.demand("Q", "T", 5)
    assert plant.placed().reason("Q") == ("no_source", "RAW")


def test_a_bought_part_without_a_lead_time_is_named() -> None:
    plant = assembly(["P1", "P2"])
    plant.item("BUY", "buy")
    plant.component("P2", "BUY")
    plant.demand("Q", "T", 5)
    assert plant.placed().reason("Q") == ("no_lead_time", "BUY")


def test_a_work_centre_that_is_full_is_still_the_reason() -> None:
    """120 days of 8 h hold 960 h; 400 of T take 800 h, its part P1 400 h: 1,200 h."""
    plant = assembly(["P1"])
    plant.component("P1", "RAW")
    plant.supply("RAW", 400)
    plant.demand("Q", "T", 400)
    assert plant.placed().reason("Q") == ("no_capacity", "A")


def test_both_lacking_the_part_comes_first() -> None:
    """More time would not bring RAW: the reason is what has to be mended in any case."""
    plant = assembly(["P1", "P2"])
    plant.component("P2", "RAW")
    plant.demand("Q", "T", 400)
    assert plant.placed().reason("Q") == ("no_source", "RAW")


def test_a_part_that_a_receipt_covers_does_not_close_the_work_centre() -> None:
    """P1 can't be made (RAW lacks) but 5 arrive on day 10: T takes 5 + 5 h, days 11 and 12."""
    plant = assembly(["P1"])
    plant.component("P1", "RAW")
    plant.supply("P1", 5, arrives=10)
    plant.demand("Q", "T", 5)
    assert plant.placed().delivered("Q") == 12
