"""The house's own rules: who imports whom, and the conventions that a glance can check.

Each failure says the remedy; none of them needs a server, a company or a database.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from importlinter.cli import lint_imports

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("dagster_project", "dashboards", "data", "dbt", "extract", "promise", "sandbox", "tests")
PYTHON_ROOMS = ("dagster_project", "dashboards", "extract", "promise", "sandbox")
DOOR = Path("extract/transport.py")
MODELS = CHECKOUT / "dbt" / "models"
PAGE_LINES, PAGE_WORDS = 60, 700
NAMES_OF_NOTHING = ("utils", "helpers", "common", "manager", "misc")


def test_rooms_import_only_what_they_may(capsys: pytest.CaptureFixture[str]) -> None:
    """The contracts of pyproject.toml, `[tool.importlinter]`."""
    broken = lint_imports(config_filename=str(CHECKOUT / "pyproject.toml"), no_cache=True)
    told = capsys.readouterr().out
    assert broken == 0, (
        f"{told}\nMove the code to the room that may import it, or take what it needs as an"
        " argument; the contracts stand in pyproject.toml under [tool.importlinter]."
    )


def test_only_transport_opens_sockets() -> None:
    found = [
        f"{path.relative_to(CHECKOUT)}:{line}"
        for path in _python_files()
        if path.relative_to(CHECKOUT) != DOOR
        for line in _imports_of(path, "httpx")
    ]
    assert not found, f"{found} import httpx: send through `extract.transport.Transport` instead."


def test_dbt_is_no_python_package() -> None:
    found = [str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "dbt").rglob("__init__.py")]
    assert not found, f"{found}: delete it; a package named dbt hides the real dbt."


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_a_readme_of_a_page(room: str) -> None:
    path = CHECKOUT / room / "README.md"
    assert path.is_file(), (
        f"{room}/README.md is missing: write what lives here, what doesn't and where that goes,"
        " how to add one more, and the decisions with their drawbacks."
    )
    text = path.read_text(encoding="utf-8")
    lines, words = len(text.splitlines()), len(text.split())
    assert lines <= PAGE_LINES and words <= PAGE_WORDS, (
        f"{room}/README.md has {lines} lines and {words} words; a page has {PAGE_LINES} and"
        f" {PAGE_WORDS}: shorten it, or move details beside the code that they explain."
    )


def test_files_are_named_for_what_they_hold() -> None:
    found = [
        str(path.relative_to(CHECKOUT)) for path in _python_files() if path.stem in NAMES_OF_NOTHING
    ]
    assert not found, f"{found}: name the file for what it holds."


def test_python_files_open_with_a_sentence() -> None:
    found = [
        str(path.relative_to(CHECKOUT))
        for path in _python_files()
        if not ast.get_docstring(_tree(path))
    ]
    assert not found, f"{found}: begin with one sentence of what belongs there."


def test_models_end_in_final() -> None:
    found = [
        str(path.relative_to(CHECKOUT))
        for path in sorted(MODELS.rglob("*.sql"))
        if path.read_text(encoding="utf-8").rstrip().splitlines()[-1] != "select * from final"
    ]
    assert not found, (
        f"{found}: write the model as CTEs, name the last one `final` and end with"
        " `select * from final`."
    )


def test_every_model_is_described() -> None:
    described = {model["name"] for _, model in _declared() if model.get("description")}
    found = [path.stem for path in sorted(MODELS.rglob("*.sql")) if path.stem not in described]
    assert not found, f"{found}: add a description in the YAML of the model's folder."


def test_every_mart_column_has_a_description_and_a_unit() -> None:
    found = [
        f"{model['name']}.{column['name']}"
        for path, model in _declared()
        if "marts" in path.parts
        for column in model.get("columns", ())
        if not column.get("description") or not _unit_of(column)
    ]
    assert not found, (
        f"{found}: give each its description and its unit, in the YAML beside the model, as"
        " `config: {meta: {unit: ...}}`."
    )


def _unit_of(column: dict[str, Any]) -> object:
    return ((column.get("config") or {}).get("meta") or {}).get("unit")


@cache
def _declared() -> tuple[tuple[Path, dict[str, Any]], ...]:
    """Every model that a YAML file names, with the file."""
    return tuple(
        (path, model)
        for path in sorted(MODELS.rglob("*.yml"))
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or ()
    )


def _python_files() -> list[Path]:
    return [path for room in PYTHON_ROOMS for path in sorted((CHECKOUT / room).rglob("*.py"))]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports_of(path: Path, package: str) -> Iterator[int]:
    """Lines that import a package, wherever in the file they stand."""
    for node in ast.walk(_tree(path)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        if any(name.split(".")[0] == package for name in names):
            yield node.lineno
