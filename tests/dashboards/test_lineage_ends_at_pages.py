"""dbt's lineage ends where people read: each page and each written object is an exposure."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DASHBOARDS = ROOT / "dashboards"
TABLE = re.compile(r"\b(?:marts|questions)\.((?:dim|fct|q)_[a-z_]+)")
PAGES = sorted(path.stem for path in (DASHBOARDS / "app_pages").glob("*.py"))
SIGNALS = sorted(path.stem for path in (ROOT / "dbt" / "models" / "signals").rglob("sig_*.sql"))


def exposures() -> dict[str, set[str]]:
    """Name of each exposure, and the models that it reads."""
    told = yaml.safe_load((ROOT / "dbt" / "models" / "exposures.yml").read_text())
    return {
        exposure["name"]: {ref.split("'")[1] for ref in exposure["depends_on"]}
        for exposure in told["exposures"]
    }


def imported(path: Path) -> set[Path]:
    """The files of the dashboards and of the engine's question that a file imports names from."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        if node.module == "promise":
            found.add(ROOT / "promise" / "asked.py")
        for name in ("", *(f"/{alias.name}" for alias in node.names)):
            file = ROOT / f"{node.module.replace('.', '/')}{name}.py"
            if file.exists() and file.is_relative_to(DASHBOARDS):
                found.add(file)
    return found


def read_by(page: str) -> set[str]:
    """Every published model in the statements of a page and of what it imports."""
    waiting, seen = [DASHBOARDS / "app_pages" / f"{page}.py"], set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += imported(path)
    return {table for path in seen for table in TABLE.findall(path.read_text())}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_an_exposure_of_what_it_reads(page: str) -> None:
    assert exposures()[f"page_{page}"] == read_by(page)


@pytest.mark.parametrize("model", SIGNALS)
def test_a_written_object_is_an_exposure_of_its_signal(model: str) -> None:
    assert {model} in exposures().values()
