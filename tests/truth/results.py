"""What came before Promesa, and each case's time to its answer (K37), from the plant's records."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from tests.truth.comparing import Number, Table
from tests.truth.credit import order_confirmations
from tests.truth.delivery import lines, on_time_in_full
from tests.truth.records import Record, Records, amount, day, policy, total

PLANT = ZoneInfo("Europe/Madrid")
ROUNDING = Decimal("0.001")


def responses(records: Records) -> Table:
    """Working hours from opening to the first answer that the customer sees, of every case.

    A case without one has been open so far, or until it was closed.
    """
    answers: dict[str, datetime] = {}
    for comment in records.crm("CaseComment"):
        if comment["IsPublished"]:
            at = _instant(comment["CreatedDate"])
            answers[comment["ParentId"]] = min(at, answers.get(comment["ParentId"], at))
    free = _free_days(records)
    found: Table = {}
    for case in records.crm("Case"):
        opened, answered = _instant(case["CreatedDate"]), answers.get(case["Id"])
        closed = _instant(case["ClosedDate"]) if case["ClosedDate"] else records.seen_at
        waited = _working_hours(opened, answered or closed, free)
        found[case["Id"],] = (waited, None) if answered else (None, waited)
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _free_days(records: Records) -> frozenset[date]:
    free = set()
    for calendar in records.sap("Holidays"):
        for row in calendar["HolidayDates"]:
            first, last = day(row["StartDate"]), day(row["EndDate"])
            assert first is not None and last is not None
            free |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return frozenset(free)


@cache
def _hours_of_day() -> tuple[time, time]:
    return time(int(policy("service_day_start_hour"))), time(int(policy("service_day_end_hour")))


def _working_hours(begin: datetime, end: datetime, free: frozenset[date]) -> Decimal:
    first, last = begin.astimezone(PLANT), end.astimezone(PLANT)
    opens, closes = _hours_of_day()
    worked = timedelta()
    for offset in range((last.date() - first.date()).days + 1):
        today = first.date() + timedelta(days=offset)
        if today.weekday() < 5 and today not in free:
            begun = max(first, datetime.combine(today, opens, PLANT))
            ended = min(last, datetime.combine(today, closes, PLANT))
            worked += max(ended - begun, timedelta())
    return Decimal(int(worked.total_seconds())) / 3600


def baseline(records: Records) -> Table:
    """Lines on time and hours to an answer in the year before the first extraction."""
    first = records.as_of - timedelta(days=int(policy("result_baseline_days")))
    last = records.as_of - timedelta(days=1)

    def is_before(when: date | None) -> bool:
        return when is not None and first <= when <= last

    promised = {line.key for line in lines(records) if is_before(line.first)}
    verdicts = [
        figures[4]
        for (key,), figures in on_time_in_full(records).items()
        if key in promised and figures[4] is not None
    ]
    told = responses(records)
    hours = [
        told[case["Id"],][0]
        for case in records.crm("Case")
        if is_before(_instant(case["CreatedDate"]).astimezone(PLANT).date())
        and not _is_sales_question(case)
        and told[case["Id"],][0] is not None
    ]
    return {
        ("on_time_delivery",): (Decimal(sum(verdicts)), Decimal(len(verdicts))),
        ("response_time",): (total(hours), Decimal(len(hours))),
    }


def over_limit(records: Records) -> Table:
    """Value confirmed over the limit in the same year, of what was confirmed with a known limit.

    An order's total has cents; the marts add up its lines, so each order may differ by half a cent.
    """
    first = records.as_of - timedelta(days=int(policy("result_baseline_days")))
    over = order_confirmations(records)
    confirmed = [
        (amount(order["DocTotal"]), over[order["DocEntry"],][1])
        for order in records.live("Orders")
        if first <= (day(order["DocDate"]) or first) < records.as_of
    ]
    return {
        ("over_limit_sales",): (
            total(value for value, is_over in confirmed if is_over),
            total(value for value, is_over in confirmed if is_over is not None),
        ),
    }


def _is_sales_question(case: Record) -> bool:
    return not case["Promesa_Lot__c"] and case["Type"] in policy("sales_question_types").split("|")


NUMBERS = (
    Number(
        "response and open hours per case",
        responses,
        "select case_id, response_hours, open_hours from marts.fct_case",
        ("response", "open"),
        within=ROUNDING,
    ),
    Number(
        "results before the first extraction",
        baseline,
        "select result, baseline_numerator, baseline_denominator from marts.fct_result"
        " where result in ('on_time_delivery', 'response_time')",
        ("above the line", "below the line"),
        within=ROUNDING,
    ),
    Number(
        "sales over the limit before it",
        over_limit,
        "select result, baseline_numerator, baseline_denominator from marts.fct_result"
        " where result = 'over_limit_sales'",
        ("above the line", "below the line"),
        within=Decimal("0.50"),
    ),
)
