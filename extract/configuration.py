"""Settings from the environment and one .env, with one sentence per wrong value (B23)."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from extract.errors import Misconfigured

Settings = TypeVar("Settings", bound=BaseSettings)

_KINDS = {
    "int_parsing": "is not a whole number",
    "float_parsing": "is not a number",
    "bool_parsing": "is neither true nor false",
    "url_parsing": "is not an address",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}


def is_configured(prefix: str, env_file: Path | None) -> bool:
    """True when any setting of that system is given."""
    return any(
        name.upper().startswith(prefix.upper()) and value
        for name, value in _all_values(env_file).items()
    )


def read_settings(kind: type[Settings], env_file: Path | None) -> Settings:
    """The settings of one system; raises Misconfigured naming every wrong one."""
    prefix = str(kind.model_config.get("env_prefix", ""))
    _require_private(env_file)
    _require_known(kind, prefix, env_file)
    try:
        return kind(_env_file=env_file)
    except ValidationError as error:
        raise Misconfigured(_sentences(error, prefix), code="settings") from error


def _all_values(env_file: Path | None) -> Mapping[str, str | None]:
    from_file = dotenv_values(env_file) if env_file and env_file.is_file() else {}
    return {**from_file, **os.environ}


def _require_private(env_file: Path | None) -> None:
    if env_file and env_file.is_file() and env_file.stat().st_mode & 0o077:
        raise Misconfigured(
            f"{env_file.name} holds secrets and other users of this machine can read it.",
            code="env_file_open",
            what_to_do=f"Run: chmod 600 {env_file.name}",
        )


def _require_known(kind: type[Settings], prefix: str, env_file: Path | None) -> None:
    """A typing error in .env is told; other programs' variables in the environment are not ours."""
    known = {(prefix + name).upper() for name in kind.model_fields}
    for name in dotenv_values(env_file) if env_file and env_file.is_file() else {}:
        if name.upper().startswith(prefix.upper()) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), sorted(known), n=1)
            hint = f"; did you mean `{close[0]}`?" if close else "."
            raise Misconfigured(f"`{name}` is not a setting{hint}", code="setting_unknown")


def _sentences(error: ValidationError, prefix: str) -> str:
    told: list[str] = []
    for fault in error.errors(include_url=False):
        name = (prefix + ".".join(str(part) for part in fault["loc"])).upper()
        if fault["type"] == "missing":
            told.append(f"`{name}` is missing.")
        elif fault["type"] == "value_error":
            told.append(str(fault.get("ctx", {}).get("error", fault["msg"])))
        else:
            what = _KINDS.get(fault["type"], fault["msg"].lower())
            secret = "SECRET" in name or "PASSWORD" in name
            shown = "" if secret else f'"{fault["input"]}" '
            told.append(f"`{name}`: {shown}{what}.")
    return " ".join(told)
