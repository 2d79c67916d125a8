"""The plant's calendar: bank holidays, the August closure and arithmetic over working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

HISTORY_START = date(2023, 9, 1)
AS_OF = date(2025, 9, 1)
DOLLAR_DAY = date(2025, 7, 1)  # the day whose dollar rate a case names


@dataclass(frozen=True)
class Closure:
    """A stretch of days, both ends included, on which the plant stands still."""

    first: date
    last: date
    reason: str


def _bank_holidays(year: int) -> list[Closure]:
    fixed = [
        (1, 1, "Año Nuevo"),
        (1, 6, "Epifanía del Señor"),
        (5, 1, "Fiesta del Trabajo"),
        (8, 15, "Asunción de la Virgen"),
        (10, 12, "Fiesta Nacional"),
        (11, 1, "Todos los Santos"),
        (12, 6, "Día de la Constitución"),
        (12, 8, "Inmaculada Concepción"),
        (12, 25, "Navidad"),
    ]
    good_friday = {
        2023: date(2023, 4, 7),
        2024: date(2024, 3, 29),
        2025: date(2025, 4, 18),
        2026: date(2026, 4, 3),
    }[year]
    closures = [Closure(date(year, m, d), date(year, m, d), name) for m, d, name in fixed]
    closures.append(Closure(good_friday, good_friday, "Viernes Santo"))
    return closures


def closures() -> list[Closure]:
    """Every closure from 2023 to the end of 2026, in order."""
    found: list[Closure] = []
    for year in (2023, 2024, 2025, 2026):
        found += _bank_holidays(year)
    for year, monday in ((2024, date(2024, 8, 12)), (2025, date(2025, 8, 11))):
        found.append(Closure(monday, monday + timedelta(days=11), f"Vacaciones de agosto {year}"))
    return sorted(found, key=lambda c: (c.first, c.last))


_CLOSED = frozenset(
    c.first + timedelta(days=n) for c in closures() for n in range((c.last - c.first).days + 1)
)


def is_working(day: date) -> bool:
    """Whether the plant works on that day (Monday to Friday, no closure)."""
    return day.weekday() < 5 and day not in _CLOSED


def add_working_days(day: date, count: int) -> date:
    """The day that lies `count` working days after `day` (negative: before)."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        if is_working(day):
            left -= 1
    return day


def on_or_after(day: date) -> date:
    """The first working day that is not before `day`."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def on_or_before(day: date) -> date:
    """The last working day that is not after `day`."""
    while not is_working(day):
        day -= timedelta(days=1)
    return day


def days_between(first: date, last: date) -> list[date]:
    """All calendar days from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
