"""Every code that a model, the engine or a signal can emit has its sentence in both languages."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from promise.tables import REASONS

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"'(_?[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*)'")
PLACEHOLDER = re.compile(r"\{\w+\}")
# Upper-case words of SQL itself: types, and the zone that instants are kept in.
NO_CODES = {"DATE", "INTEGER", "UTC", "VARCHAR"}


def texts() -> dict[str, dict[str, str]]:
    with (ROOT / "data" / "mappings" / "reason_text.csv").open(newline="") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


def quoted() -> set[str]:
    """Upper-case words in quotes: in the models' SQL, in macros, in the rules of the YAML."""
    return {
        found
        for folder in ("models", "macros")
        for path in (ROOT / "dbt" / folder).rglob("*")
        if path.suffix in (".sql", ".yml")
        for found in CODE.findall(path.read_text())
    } - NO_CODES


def emitted() -> set[str]:
    statuses = [
        value
        for path in (ROOT / "dbt" / "models" / "signals").rglob("*.yml")
        for column in yaml.safe_load(path.read_text())["models"][0]["columns"]
        if column["name"] == "Promesa_Order_Status__c"
        for value in column["config"]["meta"]["field"]["values"]
    ]
    names = [value if isinstance(value, str) else value["value"] for value in statuses]
    assert names
    return (
        {code for code in quoted() if not code.startswith("_")}
        | {reason.upper() for reason in REASONS if reason}
        | {f"STATUS_{name.upper().replace(' ', '_')}" for name in names}
    )


def test_every_emitted_code_has_its_sentence_in_both_languages() -> None:
    assert {"NO_ITEM", "CIRCULAR_BOM", "B6", "CREDIT_OVER", "STATUS_MADE"} <= emitted()
    told = texts()
    missing = sorted(
        code for code in emitted() if not (told.get(code, {}).get("en") and told[code]["es"])
    )
    assert not missing, f"Add to data/mappings/reason_text.csv: {missing}"


def test_a_longer_form_of_a_sentence_has_its_plain_form() -> None:
    """A code is lengthened in SQL (`reason || '_FIXED'`): each such text belongs to a code."""
    endings = {code for code in quoted() if code.startswith("_")}
    assert endings == {"_ACCOUNT", "_FIXED"}
    for ending in endings:
        lengthened = {code for code in texts() if code.endswith(ending)} - quoted()
        stems = {code.removesuffix(ending) for code in lengthened}
        assert stems and stems <= emitted(), ending


@pytest.mark.parametrize("code", sorted(texts()))
def test_both_languages_name_the_same_values(code: str) -> None:
    row = texts()[code]
    assert sorted(PLACEHOLDER.findall(row["en"])) == sorted(PLACEHOLDER.findall(row["es"]))
