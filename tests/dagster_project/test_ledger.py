"""The ledger keeps every intent before it is sent, and any tampering shows."""

from datetime import UTC, datetime

import duckdb
import pytest

from dagster_project.warehouse import DataFolder
from dagster_project.warehouse.forms import LEDGER_FORM, program_version
from dagster_project.write_back import Change, Ledger
from dagster_project.write_back.ledger import Outcome
from dagster_project.write_back.send import settle_open_intents
from extract import Stop

AT = datetime(2025, 9, 1, 6, tzinfo=UTC)


def change(record_id: str, verdict: str) -> Change:
    return Change(
        "Opportunity",
        record_id,
        "update",
        new={"Promesa_Verdict__c": verdict},
        old={"Promesa_Verdict__c": None},
    )


@pytest.fixture
def data(tmp_path):
    return DataFolder(tmp_path).create()


def test_I18_an_intent_is_on_disk_before_anything_is_sent(data):
    with Ledger(data) as ledger:
        ledger.intend("run-1", [change("006A", "Go")], AT)
    with Ledger(data) as reopened:
        (intent,) = reopened.open_intents()
    assert intent.change == change("006A", "Go")


def test_F18_a_lost_answer_is_settled_by_asking_the_target(data):
    with Ledger(data) as ledger:
        ledger.intend("run-1", [change("006A", "Go"), change("006B", "Go")], AT)
        live = {
            "Opportunity": {
                "006A": {"Promesa_Verdict__c": "Go"},
                "006B": {"Promesa_Verdict__c": None},
            }
        }
        assert settle_open_intents(ledger, live) == 2
        assert ledger.counts("run-1") == {"written": 1, "superseded": 1}
        assert ledger.open_intents() == []


def test_a_refused_value_is_remembered_until_something_else_is_written(data):
    with Ledger(data) as ledger:
        (first,) = ledger.intend("run-1", [change("006A", "Go")], AT)
        ledger.close([Outcome(first.intent_id, "refused", "FIELD_INTEGRITY_EXCEPTION", "no")])
        assert ledger.refused() == {("Opportunity", "006A"): {"Promesa_Verdict__c": "Go"}}
        (second,) = ledger.intend("run-2", [change("006A", "Stop")], AT)
        ledger.close([Outcome(second.intent_id, "written")])
        assert ledger.refused() == {}


@pytest.mark.parametrize(
    "tampering",
    [
        "update write set new_values = '{}' where intent_id = 2",
        "delete from write where intent_id = 2",
    ],
)
def test_I20_a_changed_or_removed_row_breaks_the_chain(data, tampering):
    with Ledger(data) as ledger:
        for number in range(3):
            ledger.intend("run-1", [change(f"006{number}", "Go")], AT)
        assert ledger.broken_link() is None
    with duckdb.connect(str(data.ledger)) as direct:
        direct.execute(tampering)
    with Ledger(data) as reopened:
        assert reopened.broken_link() in (2, 3)


def test_B24_F29_a_ledger_of_a_newer_program_is_refused_and_not_touched(data):
    with Ledger(data) as ledger:
        ledger.intend("run-1", [change("006A", "Go")], AT)
    with duckdb.connect(str(data.ledger)) as file:
        assert file.execute("from file_form").fetchall() == [(LEDGER_FORM, program_version())]
        file.execute("update file_form set form = 99, written_by = '2.3'")
    before = data.ledger.read_bytes()
    with pytest.raises(Stop, match=r"^ledger.duckdb was written by Promesa 2\.3; this is "):
        Ledger(data)
    assert data.ledger.read_bytes() == before


def test_F29_a_ledger_from_before_forms_were_noted_goes_on(data):
    with Ledger(data) as ledger:
        ledger.intend("run-1", [change("006A", "Go")], AT)
    with duckdb.connect(str(data.ledger)) as file:
        file.execute("drop table file_form")
    with Ledger(data) as reopened:
        assert len(reopened.open_intents()) == 1
        assert reopened.broken_link() is None
    with duckdb.connect(str(data.ledger)) as file:
        assert file.execute("from file_form").fetchall() == [(LEDGER_FORM, program_version())]
