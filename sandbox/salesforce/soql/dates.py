"""Date literals such as TODAY or LAST_N_DAYS:30, as the days they cover.

Days are UTC days: the running user's time zone is not imitated.
"""

from __future__ import annotations

from datetime import date, timedelta


def covered_days(literal: str, today: date) -> tuple[date, date]:
    """First day covered and first day no longer covered."""
    # The fiscal year is the calendar's here.
    name, _, count = literal.upper().replace("FISCAL_", "").partition(":")
    if count:
        return _counted(name, int(count), today)
    match name:
        case "TODAY":
            return today, today + timedelta(days=1)
        case "YESTERDAY":
            return today - timedelta(days=1), today
        case "TOMORROW":
            return today + timedelta(days=1), today + timedelta(days=2)
        case "LAST_90_DAYS":
            return _counted("LAST_N_DAYS", 90, today)
        case "NEXT_90_DAYS":
            return _counted("NEXT_N_DAYS", 90, today)
    which, _, unit = name.partition("_")
    shift = {"THIS": 0, "LAST": -1, "NEXT": 1}[which]
    return _period(unit, shift, today), _period(unit, shift + 1, today)


def _counted(name: str, count: int, today: date) -> tuple[date, date]:
    if name.endswith("_AGO"):
        unit = name.removeprefix("N_").removesuffix("_AGO")
        if unit == "DAYS":
            day = today - timedelta(days=count)
            return day, day + timedelta(days=1)
        single = unit.removesuffix("S")
        return _period(single, -count, today), _period(single, 1 - count, today)
    direction, _, unit = name.partition("_N_")
    if unit == "DAYS":
        # LAST_N_DAYS:n starts n days ago and includes today; NEXT_N_DAYS:n starts tomorrow.
        if direction == "LAST":
            return today - timedelta(days=count), today + timedelta(days=1)
        return today + timedelta(days=1), today + timedelta(days=count + 1)
    single = unit.removesuffix("S")
    if direction == "LAST":
        return _period(single, -count, today), _period(single, 0, today)
    return _period(single, 1, today), _period(single, count + 1, today)


def _period(unit: str, shift: int, today: date) -> date:
    """The first day of the week (from Sunday), month, quarter or year, `shift` of them away."""
    if unit == "WEEK":
        sunday = today - timedelta(days=today.isoweekday() % 7)
        return sunday + timedelta(weeks=shift)
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
    number = today.year * 12 + today.month - 1
    first = number - number % months + shift * months
    return date(first // 12, first % 12 + 1, 1)
