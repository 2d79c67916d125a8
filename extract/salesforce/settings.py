"""How to reach one Salesforce org: SALESFORCE_* in the environment or .env."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SalesforceSettings(BaseSettings):
    """Client credentials (id and secret), or JWT bearer (id, user and private key file)."""

    model_config = SettingsConfigDict(env_prefix="SALESFORCE_", extra="ignore", frozen=True)

    login_url: str
    client_id: str
    client_secret: SecretStr | None = None
    username: str = ""
    private_key_file: Path | None = None
    api_version: str = "60.0"
    ca_file: Path | None = None
    timeout_seconds: float = Field(default=60.0, gt=0)
    reserve_calls: int = Field(default=100, ge=0)
    bulk_from_rows: int = Field(default=2000, ge=1)

    @model_validator(mode="after")
    def _one_way_in(self) -> SalesforceSettings:
        if self.client_secret is not None and self.client_secret.get_secret_value():
            return self
        if self.username and self.private_key_file:
            if not self.private_key_file.is_file():
                raise ValueError(
                    f"`SALESFORCE_PRIVATE_KEY_FILE`: {self.private_key_file} is not a file."
                )
            return self
        raise ValueError(
            "Give `SALESFORCE_CLIENT_SECRET`, or `SALESFORCE_USERNAME` with"
            " `SALESFORCE_PRIVATE_KEY_FILE`."
        )
