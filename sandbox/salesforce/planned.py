"""Which rows of a write the planned faults hit."""

from __future__ import annotations

from sandbox.context import struck_by
from sandbox.salesforce import messages
from sandbox.salesforce.messages import SalesforceError


def rows_tried(count: int) -> int:
    """How many of `count` rows a job tries: all, unless a planned fault ends it."""
    failed = struck_by("job_failed")
    return count if failed is None else min(count, int(failed.options.get("after", 0)))


def refused_rows(count: int) -> dict[int, SalesforceError]:
    """The rows of a write that the planned faults hit, each with its error."""
    refused: dict[int, SalesforceError] = {}
    lock = struck_by("row_lock")
    if lock is not None:
        refused |= {row: messages.row_locked() for row in lock.rows_hit(count)}
    failure = struck_by("row_failure")
    if failure is not None:
        code = str(failure.options.get("code", "FIELD_CUSTOM_VALIDATION_EXCEPTION"))
        text = str(failure.options.get("message", "Refused by a validation rule"))
        refused |= {row: SalesforceError(code, text) for row in failure.rows_hit(count)}
    return refused
