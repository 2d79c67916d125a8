"""What a command says while it works: one line a step, and a line for each request tried again."""

from __future__ import annotations

import logging
import sys
import warnings

PROGRESS = "promesa"


def start_logs() -> None:
    """Progress to standard error; the libraries below speak only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("· %(message)s"))
    progress = logging.getLogger(PROGRESS)
    progress.addHandler(handler)
    progress.setLevel(logging.INFO)
    progress.propagate = False
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Beta notices of the orchestrator are not the user's business.
    warnings.filterwarnings("ignore", module="dagster")
    _tell_retries()


def _tell_retries() -> None:
    import stamina.instrumentation
    from stamina.instrumentation import RetryDetails

    def told(details: RetryDetails) -> None:
        logging.getLogger(PROGRESS).warning(
            "%s Trying again in %.1f s.", details.caused_by, details.wait_for
        )

    stamina.instrumentation.set_on_retry_hooks([told])
