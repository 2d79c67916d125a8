"""A Salesforce org's server: REST, queries, collections, Bulk API 2.0, custom fields, sign-in."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from sandbox.context import ServerContext
from sandbox.salesforce import app
from sandbox.salesforce.auth import Door
from sandbox.salesforce.loading import Loader
from sandbox.salesforce.records import Records

__all__ = ["create_app", "environment", "jwt_environment", "load_company", "password_environment"]

_DEFAULT_VERSION = "60.0"


def create_app(context: ServerContext) -> ASGIApp:
    """The server's application over the context's state."""
    records = Records(context)
    return app.create_app(records, Door(records))


def load_company(context: ServerContext, folder: Path) -> None:
    """Load `folder`/salesforce/*.jsonl. Raises CompanyError naming file, line and field."""
    records = Records(context)
    if (folder / "salesforce").is_dir():
        Loader(records).load(folder / "salesforce")


def environment(context: ServerContext, address: str) -> dict[str, str]:
    """Settings of a client that signs in with client credentials."""
    door = Door(Records(context))
    return {
        "SALESFORCE_LOGIN_URL": address,
        "SALESFORCE_CLIENT_ID": door.client_id,
        "SALESFORCE_CLIENT_SECRET": door.client_secret,
        "SALESFORCE_API_VERSION": _DEFAULT_VERSION,
    }


def jwt_environment(context: ServerContext, address: str) -> dict[str, str]:
    """Settings of a client that signs in with a JWT; its private key is put beside the state."""
    records = Records(context)
    door = Door(records)
    key_file = context.state.path.with_name("salesforce_private_key.pem")
    key_file.touch(mode=0o600)
    key_file.write_bytes(door.private_key())
    user = records.state.row(
        'select Username from "sobject_User" where Id = ?', (records.integration_user(),)
    )
    return {
        "SALESFORCE_LOGIN_URL": address,
        "SALESFORCE_CLIENT_ID": door.client_id,
        "SALESFORCE_USERNAME": str(user[0]) if user else "",
        "SALESFORCE_PRIVATE_KEY_FILE": str(key_file),
        "SALESFORCE_API_VERSION": _DEFAULT_VERSION,
    }


def password_environment(context: ServerContext, address: str) -> dict[str, str]:
    """Settings of a client that signs in as a user: by SOAP, password or refresh token."""
    records = Records(context)
    door = Door(records)
    user_id = records.integration_user()
    return {
        **environment(context, address),
        "SALESFORCE_USERNAME": str(records.record_of("User", user_id).get("Username", "")),
        "SALESFORCE_PASSWORD": door.password(user_id),
        "SALESFORCE_SECURITY_TOKEN": door.security_token(user_id),
        "SALESFORCE_REFRESH_TOKEN": door.refresh_token(user_id),
    }
