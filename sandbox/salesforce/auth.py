"""Who may come in: the connected app, its certificate, sessions. Knows no HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.salesforce import messages
from sandbox.salesforce.records import Records

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LOGIN_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")
"""Audiences that a JWT may name besides the server's own address."""

_TABLES = """
create table if not exists session (
    token_hash text primary key, user text not null, ended integer not null default 0
);
"""
_SLACK_SECONDS = 300


class OAuthError(Exception):
    """A refused token request: OAuth's error and its description."""

    def __init__(self, error: tuple[str, str]) -> None:
        super().__init__(": ".join(error))
        self.error, self.description = error


@dataclass(frozen=True, slots=True)
class Session:
    """A granted session."""

    token: str
    user_id: str


class Door:
    """Grants, finds and ends sessions."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._context = records.context
        self._state = records.state
        self._state.define(_TABLES)

    @property
    def client_id(self) -> str:
        """The connected app's consumer key."""
        return "3MVG9" + self._context.secret("client_id", 48)

    @property
    def client_secret(self) -> str:
        """The connected app's consumer secret."""
        return self._context.secret("client_secret", 32)

    def private_key(self) -> bytes:
        """The private key (PEM) whose public key is registered; both are made at the first call."""
        kept = self._state.setting("private_key")
        if kept is None:
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            kept = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ).decode()
            public = key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            self._state.set_setting("private_key", kept)
            self.register_public_key(public)
        return kept.encode()

    def register_public_key(self, pem: bytes) -> None:
        """Register the public key (PEM) that JWTs are checked against, as a certificate is."""
        self._state.set_setting("public_key", pem.decode())

    def by_client_credentials(self, client_id: str, client_secret: str) -> Session:
        """A session as the app's own user. Raises OAuthError."""
        if not hmac.compare_digest(client_id.encode(), self.client_id.encode()):
            raise OAuthError(messages.OAUTH_CLIENT_ID_INVALID)
        if not hmac.compare_digest(client_secret.encode(), self.client_secret.encode()):
            raise OAuthError(messages.OAUTH_CLIENT_INVALID)
        return self._grant(self._records.integration_user())

    def by_assertion(self, assertion: str, audience: str) -> Session:
        """A session as the user whom an RS256-signed JWT names. Raises OAuthError."""
        public_key = self._state.setting("public_key")
        if public_key is None:
            raise OAuthError(messages.OAUTH_ASSERTION_INVALID)
        try:
            claims = jwt.decode(
                assertion,
                public_key,
                algorithms=["RS256"],
                audience=[audience, *LOGIN_HOSTS],
                leeway=_SLACK_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise OAuthError(messages.OAUTH_ASSERTION_EXPIRED) from error
        except jwt.InvalidAudienceError as error:
            raise OAuthError(messages.OAUTH_AUDIENCE_INVALID) from error
        except jwt.InvalidTokenError as error:
            raise OAuthError(messages.OAUTH_ASSERTION_INVALID) from error
        if claims["iss"] != self.client_id:
            raise OAuthError(messages.OAUTH_CLIENT_ID_INVALID)
        user_id = self._records.user_named(claims["sub"])
        if user_id is None:
            raise OAuthError(messages.OAUTH_USER_NOT_APPROVED)
        return self._grant(user_id)

    def password(self, user_id: str) -> str:
        """A user's password, made at the first call."""
        return self._context.secret(f"password:{user_id}", 12)

    def security_token(self, user_id: str) -> str:
        """A user's security token, which may follow the password."""
        return self._context.secret(f"security_token:{user_id}", 18)

    def by_password_and_app(
        self, client_id: str, client_secret: str, username: str, password: str
    ) -> Session:
        """A session as a user, through the connected app. Raises OAuthError."""
        if not hmac.compare_digest(client_id.encode(), self.client_id.encode()):
            raise OAuthError(messages.OAUTH_CLIENT_ID_INVALID)
        if not hmac.compare_digest(client_secret.encode(), self.client_secret.encode()):
            raise OAuthError(messages.OAUTH_CLIENT_INVALID)
        session = self.by_password(username, password)
        if session is None:
            raise OAuthError(messages.OAUTH_PASSWORD_WRONG)
        return session

    def refresh_token(self, user_id: str) -> str:
        """A user's refresh token, as the web server flow would have given it."""
        return "5Aep861" + self._context.secret(f"refresh_token:{user_id}", 60)

    def by_refresh_token(self, client_id: str, client_secret: str, token: str) -> Session:
        """A new session for the user whose refresh token it is. Raises OAuthError.

        An app may be set not to send its secret; a wrong one is refused.
        """
        if not hmac.compare_digest(client_id.encode(), self.client_id.encode()):
            raise OAuthError(messages.OAUTH_CLIENT_ID_INVALID)
        if client_secret and not hmac.compare_digest(
            client_secret.encode(), self.client_secret.encode()
        ):
            raise OAuthError(messages.OAUTH_CLIENT_INVALID)
        user_id = self._records.integration_user()
        if not hmac.compare_digest(token.encode(), self.refresh_token(user_id).encode()):
            raise OAuthError(messages.OAUTH_REFRESH_TOKEN_BAD)
        return self._grant(user_id)

    def by_password(self, username: str, password: str) -> Session | None:
        """A session as a user, or None.

        The security token may follow the password: a real org asks for it from an address that it
        does not trust, and takes it from any.
        """
        user_id = self._records.user_named(username)
        if user_id is None:
            return None
        right = self.password(user_id)
        for one in (right, right + self.security_token(user_id)):
            if hmac.compare_digest(password.encode(), one.encode()):
                return self._grant(user_id)
        return None

    def user_of(self, token: str) -> str | None:
        """The user of a living session."""
        found = self._state.row(
            "select user from session where token_hash = ? and ended = 0", (_hashed(token),)
        )
        return None if found is None else str(found[0])

    def end(self, token: str) -> None:
        """End a session."""
        with self._state.transaction() as connection:
            connection.execute(
                "update session set ended = 1 where token_hash = ?", (_hashed(token),)
            )

    def signature(self, identity: str, issued_at: str) -> str:
        """The token answer's signature over identity address and time of issue."""
        digest = hmac.new(
            self.client_secret.encode(), f"{identity}{issued_at}".encode(), hashlib.sha256
        )
        return base64.b64encode(digest.digest()).decode()

    def _grant(self, user_id: str) -> Session:
        token = f"{self._records.organization_id()[:15]}!{secrets.token_urlsafe(60)}"
        with self._state.transaction() as connection:
            connection.execute(
                "insert into session (token_hash, user) values (?, ?)", (_hashed(token), user_id)
            )
        return Session(token, user_id)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
