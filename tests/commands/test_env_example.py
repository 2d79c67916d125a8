"""`.env.example` is the list of settings: each one once, with what holds when it is left out."""

from __future__ import annotations

import re
from pathlib import Path

from dagster_project.settings import RunSettings
from extract import SalesforceSettings, SapB1Settings

EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text()
LINES = re.findall(r"^(# )?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, flags=re.M)


def settings():
    """(name, default or None where it must be given) of each setting of the product."""
    for kind in (SalesforceSettings, SapB1Settings, RunSettings):
        prefix = kind.model_config["env_prefix"]
        for name, field in kind.model_fields.items():
            yield f"{prefix}{name.upper()}", field


def test_every_setting_stands_there_once_and_nothing_else():
    assert sorted(name for _, name, _ in LINES) == sorted(name for name, _ in settings())


def test_required_settings_are_open_lines_and_defaults_are_shown():
    shown = {name: (bool(mark), value) for mark, name, value in LINES}
    for name, field in settings():
        is_comment, value = shown[name]
        if field.is_required():
            assert not is_comment, f"{name} must be filled in"
        elif is_comment and field.default not in (None, ""):
            told = str(field.default)
            assert value in (told, told.removesuffix(".0")), f"{name} defaults to {told}"


def test_each_setting_or_its_group_has_a_comment():
    for block in re.split(r"\n(?=# [^A-Z=]*[a-z])", EXAMPLE):
        for line in block.splitlines():
            if re.match(r"(# )?[A-Z][A-Z0-9_]+=", line):
                assert block.lstrip().startswith("#"), line
