"""Watching the sources for change, with or without the orchestrator."""

from dagster_project.watch.marks import change_mark

__all__ = ["change_mark"]
