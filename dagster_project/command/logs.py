"""What a command says while it works: one line a step, and a line for each request tried again."""

from __future__ import annotations

import logging
import sys
import warnings

PROGRESS = "promesa"


class _Line(logging.Formatter):
    """A line of progress; an error in it is told in the reader's language."""

    def format(self, record: logging.LogRecord) -> str:
        # Help and version are said at once; these take a second to import.
        from dagster_project.command.words import said, translated
        from extract import ExtractError

        values = record.args if isinstance(record.args, tuple) else ()
        told = tuple(said(value) if isinstance(value, ExtractError) else value for value in values)
        text = translated(str(record.msg))
        return f"· {text % told if told else text}"


def start_logs() -> None:
    """Progress to standard error; the libraries below speak only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
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
