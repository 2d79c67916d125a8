"""The policies that a company folder decides for itself, beside its mapping files."""

from __future__ import annotations

import csv
import difflib
from pathlib import Path

from dagster_project.warehouse.folders import DBT_PROJECT

FILE = Path("mapping") / "policy.csv"


class PolicyError(Exception):
    """A folder's policy file cannot be used; the message says which line and what to do."""


def company_policies(folder: Path | None) -> dict[str, str]:
    """`name,value` of each line of FOLDER/mapping/policy.csv; nothing where there is no file."""
    path = folder / FILE if folder else None
    if path is None or not path.is_file():
        return {}
    known = {name for name, _ in _lines(DBT_PROJECT.parent / "data" / "mappings" / "policy.csv")}
    policies = dict(_lines(path))
    for name in policies:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean `{close[0]}`?" if close else ""
            raise PolicyError(f"mapping/{path.name}: there is no policy `{name}`.{hint}")
    return policies


def _lines(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"name", "value"} <= set(rows.fieldnames or ()):
            raise PolicyError(f"{path.name}, line 1: the columns `name` and `value` are needed.")
        found: list[tuple[str, str]] = []
        for row in rows:
            name, value = (row["name"] or "").strip(), (row["value"] or "").strip()
            if not name or not value:
                raise PolicyError(f"{path.name}, line {rows.line_num}: name or value is empty.")
            found.append((name, value))
    return found
