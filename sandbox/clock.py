"""The sandbox's own time: begins on the company's day, runs on, never goes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sandbox.state import State

_SETTING = "clock"
_WRITTEN_EVERY = timedelta(seconds=1)


class Clock:
    """The "now" of both servers (aware, UTC), kept in a state so that a restart goes on from it.

    Time passes only while the sandbox runs: after a stop of three days it goes on where it was.
    The kept value is at most one second old, so a restart begins one second after it and no
    stamp handed out before a kill is ever handed out again.
    """

    def __init__(
        self,
        state: State,
        start: datetime,
        elapsed_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Go on from the instant kept in `state`, or begin at `start` (aware) if there is none."""
        self._state = state
        self._elapsed_seconds = elapsed_seconds
        self._lock = threading.Lock()
        kept = state.setting(_SETTING)
        first = (
            start.astimezone(UTC) if kept is None else datetime.fromisoformat(kept) + _WRITTEN_EVERY
        )
        self._anchor = first
        self._anchor_elapsed = elapsed_seconds()
        self._kept = first
        state.set_setting(_SETTING, first.isoformat())

    def now(self) -> datetime:
        """The present instant of the sandbox, aware, UTC, never before an earlier answer."""
        with self._lock:
            elapsed = self._elapsed_seconds() - self._anchor_elapsed
            instant = self._anchor + timedelta(seconds=elapsed)
            if instant - self._kept >= _WRITTEN_EVERY:
                self._keep(instant)
            return instant

    def set(self, instant: datetime) -> None:
        """Move to a later `instant`; an earlier one is refused, since stamps must not go back."""
        with self._lock:
            present = self._anchor + timedelta(
                seconds=self._elapsed_seconds() - self._anchor_elapsed
            )
            if instant < present:
                message = f"The sandbox clock stands at {present.isoformat()} and never goes back."
                raise ValueError(message)
            self._anchor = instant.astimezone(UTC)
            self._anchor_elapsed = self._elapsed_seconds()
            self._keep(self._anchor)

    def advance(self, span: timedelta) -> datetime:
        """Move on by `span` (not negative) and return the new present."""
        if span < timedelta(0):
            message = "The sandbox clock never goes back."
            raise ValueError(message)
        with self._lock:
            self._anchor += span
            elapsed = self._elapsed_seconds() - self._anchor_elapsed
            instant = self._anchor + timedelta(seconds=elapsed)
            self._keep(instant)
            return instant

    def close(self) -> None:
        """Keep the present instant for the next start."""
        present = self.now()
        with self._lock:
            self._keep(present)

    def _keep(self, instant: datetime) -> None:
        self._state.set_setting(_SETTING, instant.isoformat())
        self._kept = instant
