"""Signing in: client credentials and JWT bearer, and each way of being refused."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.salesforce import jwt_environment

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def ask_token(org, auth=None, **form):
    return httpx.post(f"{org.address}/services/oauth2/token", data=form, auth=auth, trust_env=False)


@pytest.fixture
def app(small):
    settings = small.servers.environment
    return settings["SALESFORCE_CLIENT_ID"], settings["SALESFORCE_CLIENT_SECRET"]


@pytest.fixture
def keyed(small):
    """Settings for JWT bearer, and a function that makes an assertion."""
    settings = jwt_environment(small.servers.context("salesforce"), small.address)
    private_key = Path(settings["SALESFORCE_PRIVATE_KEY_FILE"]).read_bytes()

    def assertion(key=private_key, algorithm="RS256", **claims):
        content = {
            "iss": settings["SALESFORCE_CLIENT_ID"],
            "sub": settings["SALESFORCE_USERNAME"],
            "aud": small.address,
            "exp": int(time.time()) + 180,
            **claims,
        }
        return jwt.encode(content, key, algorithm=algorithm)

    return assertion


def test_both_forms_of_client_credentials_give_a_token_that_works(small, app):
    """B1."""
    basic = ask_token(small, auth=app, grant_type="client_credentials")
    body = ask_token(small, grant_type="client_credentials", client_id=app[0], client_secret=app[1])
    for answer in (basic, body):
        assert answer.status_code == 200
        content = answer.json()
        assert content["token_type"] == "Bearer"
        assert content["instance_url"] == small.address
        assert content["issued_at"].isdecimal()
        assert "refresh_token" not in content
        assert "expires_in" not in content
        organization, user = content["id"].split("/")[-2:]
        assert (organization[:3], user[:3]) == ("00D", "005")
        found = httpx.get(
            f"{small.address}/services/data/v60.0/limits",
            headers={"Authorization": f"Bearer {content['access_token']}"},
            trust_env=False,
        )
        assert found.status_code == 200


@pytest.mark.parametrize(
    ("client_id", "secret", "error"),
    [(None, "wrong", "invalid_client"), ("wrong", None, "invalid_client_id")],
)
def test_a_wrong_key_or_secret_is_refused(small, app, client_id, secret, error):
    """B1."""
    answer = ask_token(
        small,
        grant_type="client_credentials",
        client_id=client_id or app[0],
        client_secret=secret or app[1],
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.json().keys() == {"error", "error_description"}


def test_another_grant_is_not_known(small):
    """B1."""
    answer = ask_token(small, grant_type="authorization_code", code="x")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_signed_assertion_signs_its_user_in(small, keyed):
    """B1."""
    answer = ask_token(small, grant_type=JWT_GRANT, assertion=keyed())
    assert answer.status_code == 200
    userinfo = httpx.get(
        f"{small.address}/services/oauth2/userinfo",
        headers={"Authorization": f"Bearer {answer.json()['access_token']}"},
        trust_env=False,
    ).json()
    assert userinfo["preferred_username"] == "integration@small.example"
    seller = ask_token(small, grant_type=JWT_GRANT, assertion=keyed(sub="seller@small.example"))
    assert seller.json()["id"] != answer.json()["id"]


def test_a_forged_late_or_misdirected_assertion_is_refused(small, keyed):
    """B1."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for assertion, error in (
        (keyed(key=stranger), "invalid_grant"),
        (keyed(key="x" * 40, algorithm="HS256"), "invalid_grant"),
        (keyed(exp=int(time.time()) - 3600), "invalid_grant"),
        (keyed(aud="https://elsewhere.example"), "invalid_grant"),
        (keyed(sub="nobody@small.example"), "invalid_grant"),
        (keyed(iss="another app"), "invalid_client_id"),
        ("no.jwt.atall", "invalid_grant"),
    ):
        answer = ask_token(small, grant_type=JWT_GRANT, assertion=assertion)
        assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_revoked_session_is_over(small):
    """B1."""
    with small.client() as client:
        assert client.get("limits").status_code == 200
        httpx.post(
            f"{small.address}/services/oauth2/revoke", data={"token": small.token}, trust_env=False
        )
        assert client.get("limits").status_code == 401


def test_versions_need_no_session(small):
    """B2."""
    versions = httpx.get(f"{small.address}/services/data/", trust_env=False).json()
    by_version = {one["version"]: one for one in versions}
    assert by_version["60.0"] == {
        "label": "Spring '24",
        "url": "/services/data/v60.0",
        "version": "60.0",
    }
    with small.client() as client:
        assert client.get(f"{small.address}/services/data/v7.0/limits").status_code == 404


def test_secrets_stand_in_no_journal(small, app):
    """B1."""
    ask_token(small, auth=app, grant_type="client_credentials")
    journal = str(small.control("GET", "journal"))
    assert app[1] not in journal
    assert small.token not in journal
