"""`promesa changeset`: what a run with --send would write now."""

from __future__ import annotations

from dagster_project.command.run import instant_of
from dagster_project.command.told import told_in_sentences
from dagster_project.settings import load_settings
from dagster_project.warehouse import DataFolder
from dagster_project.write_back import open_target, plan_changes


def show_changeset(limit: int) -> None:
    """Print the plan's counts and its first records, field by field with old and new value."""
    with told_in_sentences(), open_target() as target:
        settings = load_settings()
        plan, _ = plan_changes(DataFolder(settings.data), instant_of(None, settings), target)
    counts = ", ".join(
        f"{plan.count(kind)} {kind}s" for kind in ("create", "update", "clear", "renewal")
    )
    print(f"changeset {plan.identity}: {counts}, {plan.unchanged} unchanged")
    for change in plan.changes[:limit]:
        print(f"{change.object} {change.record_id} ({change.kind})")
        for name, new in change.new.items():
            print(f"    {name}: {_shown(change.old.get(name))} → {_shown(new)}")
    if len(plan.changes) > limit:
        print(f"… and {len(plan.changes) - limit} more (`--limit` shows them)")


def _shown(value: object) -> str:
    return "(empty)" if value is None else str(value)
