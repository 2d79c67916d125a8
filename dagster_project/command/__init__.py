"""The `promesa` command: one file a subcommand; heavy imports stay inside them."""

from dagster_project.command.main import main

__all__ = ["main"]
