"""What happened, as the plant itself saw it: one line an effect, kept apart from documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Event:
    """One effect: what kind, on whom (customer or item and warehouse), how much."""

    day: date
    kind: str
    key: tuple[str, ...]
    amount: float
    about: str = ""


@dataclass
class EventLog:
    """All effects in the order in which they happened."""

    events: list[Event] = field(default_factory=list)
    running: dict[tuple[str, tuple[str, ...]], float] = field(default_factory=dict)

    def add(
        self, day: date, kind: str, key: tuple[str, ...], amount: float, about: str = ""
    ) -> None:
        """Note an effect; effects of nothing are left out."""
        if amount:
            self.events.append(Event(day, kind, key, amount, about))
            self.running[kind, key] = self.running.get((kind, key), 0.0) + amount

    def now(self, kind: str, *key: str) -> float:
        """The running sum of one kind and key."""
        return self.running.get((kind, key), 0.0)

    def totals(self, kind: str) -> dict[tuple[str, ...], float]:
        """Sum of all effects of one kind by key."""
        sums: dict[tuple[str, ...], float] = {}
        for event in self.events:
            if event.kind == kind:
                sums[event.key] = sums.get(event.key, 0.0) + event.amount
        return sums
