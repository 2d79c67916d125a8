"""How to reach one Service Layer: SAP_B1_* in the environment or .env."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SapB1Settings(BaseSettings):
    """Address, company database and the user made for Promesa."""

    model_config = SettingsConfigDict(env_prefix="SAP_B1_", extra="ignore", frozen=True)

    url: str
    company: str
    user: str
    password: SecretStr
    ca_file: Path | None = None
    timeout_seconds: float = Field(default=60.0, gt=0)
    page_size: int = Field(default=500, ge=1, le=10_000)
    rate_days: int = Field(default=740, ge=1, le=4000)
