"""One run at a time: the lock of the data folder, taken over when its holder is dead."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from dagster_project.command.told import Told
from dagster_project.warehouse import DataFolder


@contextmanager
def one_run_at_a_time(data: DataFolder) -> Iterator[None]:
    """Hold the lock; the kernel frees it when the process dies, so no dead lock is left (F26)."""
    with data.lock.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            stream.seek(0)
            holder = stream.read().strip() or "another process"
            raise Told(f"A run is under way already ({holder}). Wait for it to end.") from busy
        stream.truncate(0)
        stream.write(f"process {os.getpid()} since {datetime.now():%Y-%m-%d %H:%M:%S}")
        stream.flush()
        yield
