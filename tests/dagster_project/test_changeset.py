"""desired − live = changeset: what is planned, what is not, and why."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dagster_project.write_back.brake import BrakeLimits, brake
from dagster_project.write_back.changeset import changeset
from dagster_project.write_back.desired import canonical_row
from dagster_project.write_back.fields import SignalField, SignalObject
from dagster_project.write_back.values import canonical, wire

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)
DEAL = SignalObject(
    name="Opportunity",
    model="sig_salesforce__opportunity",
    fields=(
        SignalField("Promesa_As_Of__c", "DateTime", {}),
        SignalField("Promesa_Expires__c", "DateTime", {}),
        SignalField("Promesa_Verdict__c", "Picklist", {}),
        SignalField("Promesa_Credit_Available__c", "Currency", {"scale": 2}),
        SignalField("Promesa_Earliest_Date__c", "Date", {}),
        SignalField("Promesa_Capacity_Confirmed__c", "Checkbox", {}),
        SignalField("Promesa_Requested_Date__c", "Date", {"direction": "in"}),
    ),
)
EMPTY = canonical_row(DEAL, {})


def answer(verdict: str, as_of: str = "2025-09-01T06:00", expires: str = "2025-09-03T16:00"):
    return canonical_row(
        DEAL,
        {
            "Promesa_As_Of__c": datetime.fromisoformat(as_of),
            "Promesa_Expires__c": datetime.fromisoformat(expires),
            "Promesa_Verdict__c": verdict,
            "Promesa_Credit_Available__c": Decimal("10000.004"),
        },
    )


def plan(desired, live, as_of=AS_OF):
    return changeset(as_of, [(DEAL, desired, live)])


def test_a_record_without_an_answer_is_a_create():
    (change,) = plan({"006A": answer("Go")}, {"006A": EMPTY}).changes
    assert change.kind == "create"
    assert change.new["Promesa_Verdict__c"] == "Go"
    assert change.new["Promesa_Credit_Available__c"] == "10000.00"


def test_fields_filled_by_people_are_never_in_a_changeset():
    (change,) = plan({"006A": answer("Go")}, {"006A": EMPTY}).changes
    assert "Promesa_Requested_Date__c" not in change.new


def test_a_run_without_news_writes_nothing_although_as_of_moved():
    later = answer("Go", as_of="2025-09-01T12:00", expires="2025-09-03T16:00")
    outcome = plan({"006A": later}, {"006A": answer("Go")}, AS_OF + timedelta(hours=6))
    assert (outcome.changes, outcome.unchanged) == ((), 1)


def test_an_unchanged_answer_is_renewed_only_in_its_last_quarter():
    live = {"006A": answer("Go", expires="2025-09-03T16:00")}
    tomorrow = {"006A": answer("Go", as_of="2025-09-02T06:00", expires="2025-09-04T16:00")}
    assert plan(tomorrow, live, datetime(2025, 9, 2, 6, tzinfo=UTC)).changes == ()
    # 5 h of validity are left of 58 h that a fresh answer would get: less than a quarter.
    day_after = {"006A": answer("Go", as_of="2025-09-03T11:00", expires="2025-09-05T16:00")}
    (change,) = plan(day_after, live, datetime(2025, 9, 3, 11, tzinfo=UTC)).changes
    assert change.kind == "renewal"
    assert set(change.new) == {"Promesa_Expires__c"}


def test_I17_as_of_never_goes_back_when_the_clock_of_a_run_did():
    live = {"006A": answer("Go", as_of="2025-09-01T06:00")}
    desired = {"006A": answer("Stop", as_of="2025-09-01T04:00", expires="2025-09-03T14:00")}
    (change,) = plan(desired, live, AS_OF - timedelta(hours=2)).changes
    assert set(change.new) == {"Promesa_Verdict__c", "Promesa_Expires__c"}


def test_an_answer_that_is_gone_is_cleared_once():
    (change,) = plan({}, {"006A": answer("Stop")}).changes
    assert change.kind == "clear"
    assert set(change.cleared) == {
        "Promesa_As_Of__c",
        "Promesa_Expires__c",
        "Promesa_Verdict__c",
        "Promesa_Credit_Available__c",
    }
    assert plan({}, {"006A": EMPTY}).changes == ()


def test_a_record_that_the_crm_no_longer_holds_is_left_out():
    assert plan({"006GONE": answer("Go")}, {}).changes == ()


verdicts = st.sampled_from(["Go", "Check", "Stop", "Unknown"])
records = st.dictionaries(st.sampled_from([f"006{n:03}" for n in range(8)]), verdicts)


@given(desired=records, live=records)
def test_applying_a_changeset_makes_the_next_one_empty(desired, live):
    wanted = {key: answer(verdict) for key, verdict in desired.items()}
    held = {f"006{n:03}": dict(EMPTY) for n in range(8)}
    held |= {key: dict(answer(verdict)) for key, verdict in live.items()}
    for change in plan(wanted, held).changes:
        held[change.record_id].update(change.new)
    assert plan(wanted, held).changes == ()
    assert all(held[key] == wanted[key] for key in wanted)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_money_from_the_warehouse_equals_money_from_the_wire(value):
    field = SignalField("Amount__c", "Currency", {"scale": 2})
    told = canonical(field, value)
    assert canonical(field, wire(field, told)) == told


def test_the_brake_holds_a_plan_that_flips_half_of_all_answers():
    live = {f"006{n:03}": answer("Go") for n in range(30)}
    desired = {key: answer("Stop") for key in live}
    held = brake(plan(desired, live), {"Opportunity": 30}, BrakeLimits())
    assert held is not None
    assert held.reasons == ("30 of 30 answers on Opportunity would change; the limit is 50%",)
    assert len(held.biggest) == 20


def test_the_brake_lets_first_fills_go():
    live = {f"006{n:03}": dict(EMPTY) for n in range(5000)}
    desired = {key: answer("Go") for key in live}
    assert brake(plan(desired, live), {"Opportunity": 0}, BrakeLimits()) is None
