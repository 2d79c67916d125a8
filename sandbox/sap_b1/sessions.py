"""Who is signed in: sessions that end after some idle minutes, kept in memory only."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class Session:
    """One login; `last_used` moves with every request (the timeout slides)."""

    identifier: str
    user: str
    last_used: datetime


class Sessions:
    """The sessions of one server. A restart ends them all, as it does in the real one's memory."""

    def __init__(self, now: Callable[[], datetime], timeout_minutes: int = 30) -> None:
        self._now, self.timeout_minutes = now, timeout_minutes
        self._open: dict[str, Session] = {}

    def begin(self, user: str) -> Session:
        """A new session; its identifier has the form of a recorded one (UUID-like)."""
        raw = secrets.token_hex(16)
        parts = (raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:])
        session = Session("-".join(parts), user, self._now())
        self._open[session.identifier] = session
        return session

    def use(self, identifier: str | None) -> Session | None:
        """The open session with this identifier, its idle time begun anew; None if it is over."""
        session = self._open.get(identifier or "")
        if session is None:
            return None
        now = self._now()
        if now - session.last_used > timedelta(minutes=self.timeout_minutes):
            del self._open[session.identifier]
            return None
        session.last_used = now
        return session

    def end(self, identifier: str | None) -> None:
        """End a session; unknown ones are over already."""
        self._open.pop(identifier or "", None)
