"""The write-back on a CRM that keeps a journal: as few calls as allowed, one outcome a record."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from dagster_project.write_back import BrakeLimits, Ledger, signal_objects
from dagster_project.write_back.target import open_target
from extract import TryAgain


def keys_of(commits):
    return Counter(commit["key"] for commit in commits)


def test_1000_changed_records_take_5_calls_and_a_run_without_news_none(crm, answer):
    crm.publish([answer(n) for n in range(1, 1001)])
    first = crm.write_back(run_id="fill")
    assert (first.calls, first.counts) == (5, {"written": 1000})

    after_fill = crm.mark()
    crm.publish([answer(n, "Stop") for n in range(1, 1001)])
    changed = crm.write_back(run_id="change")
    requests, commits = crm.write_requests(after_fill), crm.commits(after_fill)
    print(f"1,000 changed records: {len(requests)} write requests, {len(commits)} commits")
    assert (changed.calls, len(requests)) == (5, 5)
    assert (len(commits), len(keys_of(commits))) == (1000, 1000)
    assert all(set(commit["fields"]) >= {"Promesa_Verdict__c"} for commit in commits)

    quiet = crm.mark()
    nothing = crm.write_back(run_id="quiet")
    assert (nothing.calls, nothing.counts, len(nothing.plan.changes)) == (0, {}, 0)
    assert (crm.write_requests(quiet), crm.commits(quiet)) == ([], [])


def test_one_changed_answer_touches_one_record_and_its_field(crm, answer):
    crm.publish([answer(n) for n in range(1, 6)])
    crm.write_back()
    mark = crm.mark()
    later = datetime(2025, 9, 1, 9)
    news = answer(3, "Check", Promesa_As_Of__c=later)
    crm.publish([news if n == 3 else answer(n) for n in range(1, 6)])
    crm.write_back()
    (commit,) = crm.commits(mark)
    assert commit["key"] == news["Id"]
    owned = {name for name in commit["fields"] if name.startswith("Promesa_")}
    assert owned == {"Promesa_Verdict__c", "Promesa_As_Of__c"}


def test_F17_each_row_has_its_own_outcome_and_a_refused_value_is_not_sent_again(crm, answer):
    crm.publish([answer(n) for n in range(1, 11)])
    crm.fault("row_failure", options={"rows": [2, 6]})
    report = crm.write_back(run_id="partly")
    assert report.counts == {"written": 8, "refused": 2}
    said = crm.ledger("select distinct code, message from write where outcome = 'refused'")
    assert all(code and message for code, message in said), "the server's own code and text"

    mark = crm.mark()
    again = crm.write_back(run_id="again")
    assert (again.calls, again.counts) == (0, {})
    assert crm.write_requests(mark) == []

    crm.publish([answer(n, "Check") for n in range(1, 11)])
    assert crm.write_back(run_id="other").counts == {"written": 10}


def test_F16_a_locked_row_is_tried_again_and_does_not_hold_up_the_others(crm, answer):
    crm.publish([answer(n) for n in range(1, 11)])
    crm.fault("row_lock", options={"rows": [4]})
    assert crm.write_back().counts == {"written": 10}
    assert set(keys_of(crm.commits()).values()) == {1}


def test_F18_a_lost_answer_after_the_commit_is_settled_without_a_second_write(crm, answer):
    crm.publish([answer(n) for n in range(1, 301)])
    crm.fault("drop_after")
    assert crm.write_back(run_id="lost").counts == {"unknown": 200, "written": 100}
    mark = crm.mark()
    settled = crm.write_back(run_id="next")
    assert settled.calls == 0
    assert crm.write_requests(mark) == []
    assert crm.outcomes() == {"written": 300}
    assert set(keys_of(crm.commits()).values()) == {1}


def test_F18_a_write_lost_before_the_commit_is_sent_again(crm, answer):
    crm.publish([answer(n) for n in range(1, 11)])
    crm.fault("drop_before")
    assert crm.write_back(run_id="lost").counts == {"unknown": 10}
    assert crm.write_back(run_id="next").counts == {"written": 10}
    assert crm.outcomes() == {"superseded": 10, "written": 10}
    commits = keys_of(crm.commits())
    assert (len(commits), set(commits.values())) == (10, {1})


def test_I14_a_write_that_arrived_and_was_overwritten_is_told_as_written(crm, answer):
    """The answer is lost, then someone changes the verdict: ours was there all the same."""
    crm.publish([answer(n) for n in range(1, 4)])
    crm.fault("drop_after")
    crm.write_back(run_id="lost")
    with open_target() as someone:
        someone.update("Opportunity", [{"Id": answer(2)["Id"], "Promesa_Verdict__c": "Stop"}])
    crm.write_back(run_id="next")
    assert crm.outcomes() == {"written": 4}
    ((record, told),) = crm.ledger(
        "select record_id, message from write where message like '%changed there since%'"
    )
    assert (record, told.rpartition(": ")[2]) == (answer(2)["Id"], "Promesa_Verdict__c")
    verdicts = [
        commit["fields"]["Promesa_Verdict__c"][1]
        for commit in crm.commits()
        if commit["key"] == answer(2)["Id"]
    ]
    assert verdicts == ["Go", "Stop", "Go"], "ours twice, and theirs between"


def test_F6_an_expired_session_is_renewed_and_nothing_is_written_twice(crm, answer):
    crm.publish([answer(n) for n in range(1, 11)])
    crm.fault("expired_session")
    assert crm.write_back().counts == {"written": 10}
    assert set(keys_of(crm.commits()).values()) == {1}


def test_F4_a_spent_quota_leaves_the_rows_pending_and_the_next_run_sends_them(crm, answer):
    crm.publish([answer(n) for n in range(1, 11)])
    crm.fault("quota")
    assert crm.write_back(run_id="spent").counts == {"pending": 10}
    assert crm.write_back(run_id="next").counts == {"written": 10}


def test_F21_the_brake_holds_until_a_person_releases_this_plan(crm, answer):
    crm.publish([answer(n) for n in range(1, 41)])
    crm.write_back()
    mark = crm.mark()
    crm.publish([answer(n, "Stop") for n in range(1, 41)])
    limits = BrakeLimits(records=20, share=0.5, verdict_flips=100)
    held = crm.write_back(limits=limits, run_id="held")
    assert held.held is not None and held.calls == 0
    assert held.held.reasons[0] == "40 records would change; the limit is 20"
    assert (crm.data.held / f"{held.plan.identity}.json").exists()
    assert crm.write_back(limits=limits, release="000000000000", run_id="other").held is not None
    assert crm.write_requests(mark) == []

    released = crm.write_back(limits=limits, release=held.plan.identity, run_id="released")
    assert (released.held, released.counts) == (None, {"written": 40})
    assert len(crm.write_requests(mark)) == 1


def test_an_answer_that_is_gone_is_cleared_once(crm, answer):
    crm.publish([answer(1), answer(2)])
    crm.write_back()
    mark = crm.mark()
    crm.publish([answer(1)])
    assert crm.write_back(run_id="clear").plan.count("clear") == 1
    (commit,) = crm.commits(mark)
    after = {name: pair[1] for name, pair in commit["fields"].items() if name.startswith("Prom")}
    assert after["Promesa_Verdict__c"] is None and after["Promesa_Expires__c"] is None
    mark = crm.mark()
    crm.write_back(run_id="again")
    assert crm.write_requests(mark) == []


def test_an_unchanged_answer_is_renewed_in_its_last_quarter_alone(crm, answer):
    crm.publish([answer(1)])
    crm.write_back()
    mark = crm.mark()
    tomorrow = datetime(2025, 9, 2, 6, tzinfo=UTC)
    crm.publish([answer(1, Promesa_Expires__c=datetime(2025, 9, 4, 16))], tomorrow)
    crm.write_back(tomorrow, run_id="early")
    assert crm.write_requests(mark) == []

    # Five of 58 hours are left: less than a quarter.
    late = datetime(2025, 9, 3, 11, tzinfo=UTC)
    crm.publish([answer(1, Promesa_Expires__c=datetime(2025, 9, 5, 16))], late)
    report = crm.write_back(late, run_id="late")
    assert (report.plan.count("renewal"), report.calls) == (1, 1)
    (commit,) = crm.commits(mark)
    owned = {name for name in commit["fields"] if name.startswith("Promesa_")}
    assert owned == {"Promesa_Expires__c"}


def test_I14_I16_I18_ledger_and_history_tell_the_same_and_only_owned_fields(crm, answer):
    crm.publish([answer(n) for n in range(1, 21)])
    crm.write_back(run_id="one")
    crm.publish([answer(n, "Stop" if n % 2 else "Go") for n in range(1, 19)])
    crm.write_back(run_id="two")

    owned = {field.name for one in signal_objects() for field in one.written}
    history = [
        (commit["key"], name, value)
        for commit in crm.commits()
        for name, (_, value) in sorted(commit["fields"].items())
        if name.startswith("Promesa_")
    ]
    assert {name for _, name, _ in history} <= owned
    planned = Counter(
        (record, name)
        for record, names in crm.ledger(
            "select record_id, json_keys(new_values) from write where outcome = 'written'"
        )
        for name in names
    )
    committed = Counter((record, name) for record, name, _ in history)
    # A value that is written as it was (a checkbox set to false) is no change in the history.
    assert committed - planned == Counter()
    verdicts = Counter(
        (record, value) for record, name, value in history if name == "Promesa_Verdict__c"
    )
    told = crm.ledger(
        "select record_id, new_values ->> 'Promesa_Verdict__c' from write"
        " where list_contains(json_keys(new_values), 'Promesa_Verdict__c')"
    )
    assert verdicts == Counter(told)

    intended = [
        at.replace(tzinfo=UTC).timestamp()
        for (at,) in crm.ledger("select min(intended_at) from write group by run_id order by 1")
    ]
    received = [request["received"] for request in crm.write_requests()]
    assert all(intent < request for intent, request in zip(intended, received, strict=True))
    with Ledger(crm.data) as ledger:
        assert ledger.broken_link() is None


@pytest.mark.parametrize("kind", ["status", "cut_body"])
def test_F3_F2_a_broken_answer_to_a_write_is_asked_for_and_written_once(crm, answer, kind):
    crm.publish([answer(n) for n in range(1, 11)])
    crm.fault(kind, options={"status": 503} if kind == "status" else {"share": 0.3})
    crm.write_back(run_id="broken")
    crm.write_back(run_id="next")
    assert crm.outcomes().get("written") == 10
    assert not set(crm.outcomes()) & {"unknown", "open", "refused"}
    commits = keys_of(crm.commits())
    assert (len(commits), set(commits.values())) == (10, {1})


def test_I23_an_empty_answer_settles_nothing_and_plans_nothing(crm, answer):
    crm.publish([answer(n) for n in range(1, 11)])
    crm.fault("drop_after")
    crm.write_back(run_id="lost")
    body = '{"totalSize": 0, "done": true, "records": []}'
    empty = {"status": 200, "body": body, "content_type": "application/json"}
    faults = crm.servers.context("salesforce").faults
    faults.plan("status", path="/query", count=len(signal_objects()), options=empty)
    with pytest.raises(TryAgain, match="holds no record"):
        crm.write_back(run_id="empty")
    faults.clear()
    crm.write_back(run_id="next")
    assert crm.outcomes() == {"written": 10}
    assert set(keys_of(crm.commits()).values()) == {1}
