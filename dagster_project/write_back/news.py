"""What somebody is told once: a task on a deal or case, and the same to the configured alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from dagster_project.write_back.changeset import Change
from dagster_project.write_back.ledger import Intent, Ledger, Outcome
from extract import AlertAddress, AnswerLost, ExtractError, SalesforceTarget, TryAgain

TASK, ALERT = "Task", "alert"
TASK_FIELDS = ("WhatId", "OwnerId", "Subject", "Description", "ActivityDate", "Priority", "Status")
_IDENTITY = ("WhatId", "Subject", "ActivityDate")


@dataclass(frozen=True)
class News:
    """One piece of news: its key, the task's fields, and what the alert says of it."""

    key: str
    task: dict[str, str]
    alert: dict[str, str | None]


def read_news(warehouse: duckdb.DuckDBPyConnection) -> list[News]:
    """The news of the published version, oldest key first."""
    listed = ", ".join(f'"{name}"' for name in TASK_FIELDS)
    rows = warehouse.execute(
        f"select news_key, kind, order_number, order_status, told_order_status, expected_date,"
        f" told_expected_date, told_object, {listed} from signals.sig_salesforce__task"
        " order by news_key"
    ).fetchall()
    return [
        News(
            key=row[0],
            task={
                name: _text(value)
                for name, value in zip(TASK_FIELDS, row[8:], strict=True)
                if value is not None
            },
            alert={
                "kind": row[1],
                "object": row[7],
                "record": row[8],
                "order": row[2],
                "status": row[3],
                "status_before": row[4],
                "expected": _text(row[5]) if row[5] else None,
                "expected_before": _text(row[6]) if row[6] else None,
            },
        )
        for row in rows
    ]


def untold(news: Sequence[News], ledger: Ledger, with_alert: bool) -> list[Change]:
    """What is to be created: new news, and what an earlier run intended and could not send."""
    kinds = (TASK, ALERT) if with_alert else (TASK,)
    known = ledger.created_keys()
    fresh = [
        Change(kind, one.key, "create", dict(one.task if kind == TASK else one.alert), {})
        for kind in kinds
        for one in news
        if (kind, one.key) not in known
    ]
    return [*(change for change in ledger.unsent_creations() if change.object in kinds), *fresh]


def tell(
    intents: Sequence[Intent], target: SalesforceTarget, ledger: Ledger, alert: AlertAddress | None
) -> int:
    """Create the tasks in the fewest calls and send the alerts; how many tasks were created."""
    tasks = [intent for intent in intents if intent.change.object == TASK]
    outcomes = target.create(TASK, [intent.change.new for intent in tasks])
    ledger.close(
        Outcome(intent.intent_id, outcome.sent, outcome.code, outcome.message)
        for intent, outcome in zip(tasks, outcomes, strict=True)
    )
    if alert is not None:
        ledger.close(_sent(alert, intent) for intent in intents if intent.change.object == ALERT)
    return sum(outcome.sent == "written" for outcome in outcomes)


def settle_news(target: SalesforceTarget, ledger: Ledger) -> None:
    """Close what a cut run or a lost answer left open: a task is looked for in the CRM, by record,
    subject and day; an alert can't be looked for and is sent again."""
    unsure = [one for one in ledger.open_intents() if one.change.object in (TASK, ALERT)]
    if not unsure:
        return
    there = {
        tuple(row.get(name) for name in _IDENTITY)
        for row in target.live(TASK, None, _IDENTITY).values()
    }
    ledger.close(
        Outcome(one.intent_id, "written", message="found in the target when asked")
        if tuple(one.change.new.get(name) for name in _IDENTITY) in there
        else Outcome(one.intent_id, "superseded", message="not found in the target when asked")
        for one in unsure
    )


def _sent(alert: AlertAddress, intent: Intent) -> Outcome:
    try:
        alert.tell(intent.change.new)
    except AnswerLost as error:
        return Outcome(intent.intent_id, "written", error.facts.code, "sent; its answer was lost")
    except TryAgain as error:
        return Outcome(intent.intent_id, "pending", error.facts.code, error.sentence)
    except ExtractError as error:
        return Outcome(intent.intent_id, "refused", error.facts.code, error.sentence)
    return Outcome(intent.intent_id, "written")


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
