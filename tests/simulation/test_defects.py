"""The checker is checked: each deliberate defect is seen in the schedule that is named here."""

import pytest

from tests.simulation.defects import DEFECTS, caught, switched_on
from tests.simulation.play import Stage

# Found by `python -m tests.simulation --defect all`: the first or a cheap seed that shows it.
SEEDS = {
    "page_dropped": 10,
    "cursor_moved_too_early": 0,
    "look_back_zero": 20,
    "key_order_changes_between_pages": 6,
    "delete_marked_on_incomplete_read": 0,
    "quarantine_without_bytes": 69,
    "batch_without_closing_record": 0,
    "rows_committed_before_closing_record": 0,
    "repeats_land_again": 0,
    "closed_batch_rewritten": 0,
    "object_not_named": 5,
    "file_changed_after_its_hash": 0,
    "number_used_twice": 0,
    "write_doubled": 0,
    "intent_after_send": 0,
    "row_error_swallowed": 37,
    "lost_answer_taken_for_written": 9,
    "retry_without_ask": 34,
    "unknown_forgotten": 9,
    "chain_cut": 0,
    "null_written_as_text": 0,
    "write_outside_the_allow_list": 0,
    "as_of_goes_back": 110,
    "expiry_not_renewed": 35,
    "brake_ignored": 7,
}


def test_every_defect_has_its_schedule() -> None:
    assert SEEDS.keys() == DEFECTS.keys()


@pytest.mark.parametrize("name", SEEDS)
def test_a_defect_is_seen(stage: Stage, name: str) -> None:
    played = stage.play(SEEDS[name], switched_on(name))
    assert caught(DEFECTS[name][0], played.violations), played.told()
