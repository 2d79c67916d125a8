"""What does not tie with the ERP's own totals, told with its amount."""

from __future__ import annotations

import duckdb

from dagster_project.warehouse.folders import DataFolder


def untied_totals(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """A sentence for each total of ours that differs without an explanation."""
    found = warehouse.execute(
        "select check_name, object, record_key, field, our_value, source_value, difference"
        " from marts.fct_tie_out where status = 'unexplained' order by all"
    ).fetchall()
    return [
        f"{name} of {told_object} {key}: ours {ours:,.2f}, {field} {theirs:,.2f},"
        f" difference {difference:,.2f}"
        for name, told_object, key, field, ours, theirs, difference in found
    ]


def untied_in_build(data: DataFolder) -> list[str]:
    """The same of what this run has built."""
    with duckdb.connect(str(data.build), read_only=True) as built:
        return untied_totals(built)
