"""A dozen records of each object of the demo company: enough to break things with."""

from __future__ import annotations

import shutil
from pathlib import Path

from pydantic import SecretStr

from extract import Limits, SalesforceSettings, SalesforceSource, SapB1Settings, SapB1Source

QUICK = Limits(
    connect_seconds=2,
    silence_seconds=5,
    request_seconds=10,
    attempts=4,
    first_wait_seconds=0.01,
)


def first_records(demo: Path, place: Path, rows: int = 12) -> Path:
    """A company folder with the first records of each file of another."""
    for file in demo.rglob("*.jsonl"):
        if file.parent.name == "truth":
            continue
        lines = file.read_text("utf-8").splitlines(keepends=True)
        target = place / file.relative_to(demo)
        target.parent.mkdir(parents=True, exist_ok=True)
        is_whole = file.stem in ("UserFieldsMD", "OBTN", "User")
        target.write_text("".join(lines if is_whole else lines[:rows]), "utf-8")
    shutil.copy(demo / "company.json", place / "company.json")
    return place


def salesforce_settings(environment: dict[str, str], **other: object) -> SalesforceSettings:
    """Settings of the Salesforce server of an environment."""
    given = _given(environment, "SALESFORCE_")
    return SalesforceSettings(**{**given, **other})  # type: ignore[arg-type]


def sap_b1_settings(environment: dict[str, str], **other: object) -> SapB1Settings:
    """Settings of the Service Layer of an environment; small pages, few rates."""
    given = {**_given(environment, "SAP_B1_"), "page_size": 5, "rate_days": 5}
    return SapB1Settings(**{**given, **other})  # type: ignore[arg-type]


def salesforce(environment: dict[str, str], **other: object) -> SalesforceSource:
    """The Salesforce server as a source."""
    return SalesforceSource(salesforce_settings(environment, **other), QUICK)


def sap_b1(environment: dict[str, str], **other: object) -> SapB1Source:
    """The Service Layer as a source."""
    return SapB1Source(sap_b1_settings(environment, **other), QUICK)


def secret(value: str) -> SecretStr:
    """A secret setting."""
    return SecretStr(value)


def _given(environment: dict[str, str], prefix: str) -> dict[str, object]:
    return {
        name[len(prefix) :].lower(): value
        for name, value in environment.items()
        if name.startswith(prefix)
    }
