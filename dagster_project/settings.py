"""The settings of the product itself (those of the systems stand in `extract`)."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ENV_FILE = Path(".env")


class SettingsError(Exception):
    """One sentence per wrong value, naming the variable."""


class RunSettings(BaseSettings):
    """Read from the environment and `.env`; every variable starts with PROMESA_."""

    model_config = SettingsConfigDict(env_prefix="PROMESA_", env_file=ENV_FILE, extra="ignore")

    data: Path = Path("data")
    as_of: datetime | None = None
    language: Literal["es", "en"] = "es"
    time_zone: str = "Europe/Madrid"
    alert_url: SecretStr = SecretStr("")
    brake_records: int = Field(default=500, ge=0)
    brake_share: float = Field(default=0.5, ge=0, le=1)
    brake_verdict_flips: int = Field(default=100, ge=0)

    @field_validator("as_of")
    @classmethod
    def _in_utc(cls, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{value!r} is not a time zone") from error
        return value

    def day_of(self, instant: datetime) -> date:
        """The plant's calendar day of an instant."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date()


def load_settings() -> RunSettings:
    """Read the settings; raise SettingsError with one sentence per wrong value or name (B23)."""
    _require_known_names()
    try:
        return RunSettings()
    except ValidationError as error:
        raise SettingsError(
            "\n".join(
                f"`PROMESA_{str(problem['loc'][0]).upper()}`: {problem['input']!r}"
                f" – {problem['msg'].removeprefix('Value error, ')}."
                for problem in error.errors()
            )
        ) from error


def _require_known_names() -> None:
    """A misspelt line of .env would otherwise be a setting that silently does not hold."""
    known = sorted(f"PROMESA_{name.upper()}" for name in RunSettings.model_fields)
    for name in dotenv_values(ENV_FILE):
        if name.upper().startswith("PROMESA_") and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"; did you mean `{close[0]}`?" if close else "."
            raise SettingsError(f"`{name}` is not a setting{hint}")
