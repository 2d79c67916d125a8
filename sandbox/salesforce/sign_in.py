"""Signing in over OAuth 2.0: tokens, who they belong to, their end."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.salesforce import messages
from sandbox.salesforce.auth import JWT_GRANT, Door, OAuthError, Session
from sandbox.salesforce.records import Records
from sandbox.salesforce.rendering import JSON_TYPE, compact


class SignIn:
    """The OAuth addresses of one org."""

    def __init__(self, records: Records, door: Door) -> None:
        self.records = records
        self.door = door

    def routes(self) -> list[Route]:
        """Which address is whose."""
        both = ["GET", "POST"]
        return [
            Route("/services/oauth2/token", self.token, methods=["POST"]),
            Route("/services/oauth2/userinfo", self.userinfo, methods=both),
            Route("/services/oauth2/revoke", self.revoke, methods=both),
            Route("/id/{organization}/{user}", self.identity, methods=both),
        ]

    async def token(self, request: Request) -> Response:
        """OAuth's token address: app, JWT, password or refresh token."""
        body = await request.body()
        return await run_in_threadpool(self._token, request, body)

    def _token(self, request: Request, body: bytes) -> Response:
        form = {key: values[-1] for key, values in parse_qs(body.decode("latin-1")).items()}
        address = address_of(request)
        try:
            session = self._sign_in(request, form, address)
        except OAuthError as error:
            answer = {"error": error.error, "error_description": error.description}
            return Response(compact(answer), 400, media_type=JSON_TYPE)
        identity = f"{address}/id/{self.records.organization_id()}/{session.user_id}"
        issued_at = str(int(time.time() * 1000))
        answer = {
            "access_token": session.token,
            "signature": self.door.signature(identity, issued_at),
            "scope": "api",
            "instance_url": address,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued_at,
            "api_instance_url": address,
        }
        return Response(compact(answer), 200, media_type=JSON_TYPE)

    def _sign_in(self, request: Request, form: Mapping[str, str], address: str) -> Session:
        match form.get("grant_type"):
            case "client_credentials":
                client_id, secret = _basic(request.headers.get("authorization", "")) or (
                    form.get("client_id", ""),
                    form.get("client_secret", ""),
                )
                return self.door.by_client_credentials(client_id, secret)
            case grant if grant == JWT_GRANT:
                return self.door.by_assertion(form.get("assertion", ""), address)
            case "password":
                return self.door.by_password_and_app(
                    form.get("client_id", ""),
                    form.get("client_secret", ""),
                    form.get("username", ""),
                    form.get("password", ""),
                )
            case "refresh_token":
                return self.door.by_refresh_token(
                    form.get("client_id", ""),
                    form.get("client_secret", ""),
                    form.get("refresh_token", ""),
                )
            case _:
                raise OAuthError(messages.OAUTH_UNSUPPORTED_GRANT)

    async def revoke(self, request: Request) -> Response:
        """End a session."""
        form = {
            key: values[-1] for key, values in parse_qs((await request.body()).decode()).items()
        }
        token = form.get("token") or request.query_params.get("token", "")
        await run_in_threadpool(self.door.end, token)
        return Response(status_code=200)

    async def userinfo(self, request: Request) -> Response:
        """Who the session's user is."""
        return await run_in_threadpool(self._userinfo, request)

    def _userinfo(self, request: Request) -> Response:
        user = self._user(request)
        if user is None:
            return _refused(request)
        address, organization = address_of(request), self.records.organization_id()
        answer = {
            "sub": f"{address}/id/{organization}/{user['Id']}",
            "user_id": user["Id"],
            "organization_id": organization,
            "preferred_username": user["Username"],
            "nickname": user["CommunityNickname"] or user["Alias"],
            "name": user["Name"],
            "email": user["Email"],
            "email_verified": True,
            "given_name": user["FirstName"],
            "family_name": user["LastName"],
            "zoneinfo": user["TimeZoneSidKey"],
            "locale": user["LocaleSidKey"],
            "language": user["LanguageLocaleKey"],
            "active": bool(user["IsActive"]),
            "user_type": "STANDARD",
            "is_app_installed": True,
            "urls": _urls(address, organization, user["Id"]),
            "updated_at": user["LastModifiedDate"],
        }
        return Response(compact(answer), 200, media_type=JSON_TYPE)

    async def identity(self, request: Request) -> Response:
        """The address that a token answer names as `id`."""
        return await run_in_threadpool(self._identity, request)

    def _identity(self, request: Request) -> Response:
        user = self._user(request)
        if user is None:
            return _refused(request)
        address, organization = address_of(request), self.records.organization_id()
        places = request.path_params
        if (
            places["organization"][:15] != organization[:15]
            or places["user"][:15] != user["Id"][:15]
        ):
            return Response("Bad_Id", 404, media_type="text/plain")
        answer = {
            "id": f"{address}/id/{organization}/{user['Id']}",
            "asserted_user": True,
            "user_id": user["Id"],
            "organization_id": organization,
            "username": user["Username"],
            "nick_name": user["CommunityNickname"] or user["Alias"],
            "display_name": user["Name"],
            "email": user["Email"],
            "email_verified": True,
            "first_name": user["FirstName"],
            "last_name": user["LastName"],
            "timezone": user["TimeZoneSidKey"],
            "active": bool(user["IsActive"]),
            "user_type": "STANDARD",
            "language": user["LanguageLocaleKey"],
            "locale": user["LocaleSidKey"],
            "urls": _urls(address, organization, user["Id"]),
            "last_modified_date": user["LastModifiedDate"],
        }
        return Response(compact(answer), 200, media_type=JSON_TYPE)

    def _user(self, request: Request) -> dict[str, Any] | None:
        token = bearer(request) or request.query_params.get("oauth_token", "")
        user_id = self.door.user_of(token)
        return (self.records.record_of("User", user_id) or None) if user_id else None


def _refused(request: Request) -> Response:
    """The answers to a missing and to a bad token (words doc, status guess)."""
    given = bearer(request) or request.query_params.get("oauth_token", "")
    text = "Bad_OAuth_Token" if given else "Missing_OAuth_Token"
    return Response(text, 403, media_type="text/plain")


def _urls(address: str, organization: str, user_id: str) -> dict[str, str]:
    """Where the APIs are; `{version}` is for the client to fill in."""
    rest = f"{address}/services/data/v{{version}}/"
    return {
        "enterprise": f"{address}/services/Soap/c/{{version}}/{organization}",
        "metadata": f"{address}/services/Soap/m/{{version}}/{organization}",
        "partner": f"{address}/services/Soap/u/{{version}}/{organization}",
        "rest": rest,
        "sobjects": f"{rest}sobjects/",
        "search": f"{rest}search/",
        "query": f"{rest}query/",
        "recent": f"{rest}recent/",
        "tooling_rest": f"{rest}tooling/",
        "profile": f"{address}/{user_id}",
        "custom_domain": address,
    }


def address_of(request: Request) -> str:
    """The address under which the client reaches this server."""
    return f"{request.url.scheme}://{request.url.netloc}"


def bearer(request: Request) -> str:
    """The token that a request carries, empty if none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    # "OAuth" is the older word that clients still send.
    return token if scheme.casefold() in ("bearer", "oauth") else ""


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return client_id, secret
