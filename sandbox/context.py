"""What a server of the sandbox is given: its state, the clock, the company and the faults."""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.clock import Clock
from sandbox.company import Company
from sandbox.faults import Fault, Faults
from sandbox.state import State

current_request: ContextVar[int | None] = ContextVar("current_request", default=None)
"""The journal's sequence of the request that is being answered (set by `sandbox.control`)."""

current_faults: ContextVar[tuple[Fault, ...]] = ContextVar("current_faults", default=())
"""The faults that hit the request that is being answered (set by `sandbox.control`)."""


def struck_by(kind: str) -> Fault | None:
    """The fault of this kind that hits the present request, or None."""
    return next((fault for fault in current_faults.get() if fault.kind == kind), None)


@dataclass(frozen=True, slots=True)
class ServerContext:
    """One server's share of the sandbox; `name` is 'salesforce' or 'sap_b1'."""

    name: str
    state: State
    clock: Clock
    company: Company
    faults: Faults = field(default_factory=Faults)

    def secret(self, name: str, size: int = 24) -> str:
        """A random text made at the first call and kept in the state."""
        kept = self.state.setting(f"secret:{name}")
        if kept is None:
            kept = secrets.token_urlsafe(size)
            self.state.set_setting(f"secret:{name}", kept)
        return kept

    def journal_stamp(self) -> str:
        """The present instant as the journal writes it."""
        return stamp(self.clock.now())


def stamp(instant: datetime) -> str:
    """An instant as `2025-09-01T06:00:00.000Z`, which sorts as text."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
