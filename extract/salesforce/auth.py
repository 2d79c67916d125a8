"""Signing in to Salesforce: one token for all, renewed once when it has ended."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path

from extract.errors import ExtractError, QuotaSpent, Refuse, SignInAgain, Stop
from extract.salesforce import wire
from extract.salesforce.settings import SalesforceSettings
from extract.transport import Answer, Check, Limits, Traffic, Transport

_Send = Callable[[str, Check], Answer]


class SalesforceSession:
    """Requests to one org under one shared token."""

    def __init__(self, settings: SalesforceSettings, limits: Limits | None = None) -> None:
        self.settings = settings
        self._limits = limits or Limits(silence_seconds=settings.timeout_seconds)
        self._secret = settings.client_secret.get_secret_value() if settings.client_secret else ""
        self._login = self._transport(settings.login_url)
        self._instance = self._login
        self._lock = threading.Lock()
        self._token = ""
        self.user_id = ""
        self.calls_left: int | None = None
        self._stopped: ExtractError | None = None

    @property
    def host(self) -> str:
        """Host of the org, for sentences."""
        return self._instance.host

    @property
    def traffic(self) -> Traffic:
        """Calls and bytes of this thread."""
        here, login = self._instance.traffic, self._login.traffic
        if self._instance is self._login:
            return here
        return Traffic(here.calls + login.calls, here.bytes + login.bytes)

    @property
    def user_name(self) -> str:
        """Who we are there, for sentences: the user's name, or its id."""
        return self.settings.username or self.user_id or "of the integration"

    @property
    def data(self) -> str:
        """The path of the REST API's version."""
        return f"/services/data/v{self.settings.api_version}"

    def close(self) -> None:
        """Close the connections; the token ends by itself."""
        self._instance.close()
        self._login.close()

    def sign_in(self) -> None:
        """Sign in now, if nobody has yet."""
        self._valid_token("")

    def get(
        self, target: str, params: Mapping[str, str] | None = None, *, about: str = ""
    ) -> Answer:
        """GET a small answer into memory; `about` names the object in sentences."""
        return self._signed(
            lambda token, check: self._instance.send(
                "GET", target, params=params, headers=_headers(token), check=check
            ),
            about,
        )

    def send(
        self,
        method: str,
        target: str,
        body: bytes,
        *,
        about: str = "",
        is_repeatable: bool = False,
    ) -> Answer:
        """A request with a JSON body."""
        return self._signed(
            lambda token, check: self._instance.send(
                method,
                target,
                content=body,
                headers={**_headers(token), "Content-Type": "application/json"},
                is_repeatable=is_repeatable,
                check=check,
            ),
            about,
        )

    def send_soap(self, call: ET.Element, *, about: str = "") -> Answer:
        """A call of the Metadata API, which has no REST form; the session goes in its envelope."""
        version = self.data.rpartition("/v")[2]
        return self._signed(
            lambda token, check: self._instance.send(
                "POST",
                f"/services/Soap/m/{version}",
                content=wire.soap_body(token, call),
                headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'},
                check=check,
            ),
            about,
        )

    def fetch(
        self,
        target: str,
        file: Path,
        check: Check,
        params: Mapping[str, str] | None = None,
        *,
        about: str = "",
        accept: str = "application/json",
    ) -> Answer:
        """GET a page into a file; `check` may ask for the same page again (F2)."""

        def both(refuse: Check, answer: Answer) -> None:
            refuse(answer)
            check(answer)

        return self._signed(
            lambda token, refuse: self._instance.fetch(
                target,
                file,
                params=params,
                headers={**_headers(token), "Accept": accept},
                check=lambda answer: both(refuse, answer),
            ),
            about,
        )

    def _transport(self, address: str) -> Transport:
        return Transport(
            address,
            wire.SYSTEM,
            ca_file=self.settings.ca_file,
            ca_setting="SALESFORCE_CA_FILE",
            limits=self._limits,
            secrets=(self._secret,),
        )

    def _signed(self, send: _Send, about: str) -> Answer:
        """Send under the shared token; when it has ended, sign in once and send again (F6)."""
        token = self._valid_token("")
        try:
            return self._watched(send(token, self._refuser(about)))
        except SignInAgain:
            token = self._valid_token(token)
        except Stop as error:
            self._stopped = error.of_the_system()
            raise
        try:
            return self._watched(send(token, self._refuser(about)))
        except SignInAgain as error:
            raise Refuse(
                "the session ends as soon as it begins.",
                system=wire.SYSTEM,
                code=error.facts.code,
                what_to_do="Check the integration user's session settings and API permission.",
            ) from error

    def _watched(self, answer: Answer) -> Answer:
        """Stop before a call is taken from those that are kept for others (F4)."""
        left = wire.calls_left(answer)
        if left is None:
            return answer
        self.calls_left = left
        if left <= self.settings.reserve_calls:
            self._stopped = QuotaSpent(
                f"only {left} API calls are left today and {self.settings.reserve_calls} are kept"
                " for others.",
                system=wire.SYSTEM,
                code="reserve_reached",
                what_to_do="Nothing more is asked of it in this run (`SALESFORCE_RESERVE_CALLS`).",
            )
        return answer

    def _refuser(self, about: str) -> Check:
        def refuse(answer: Answer) -> None:
            errors = wire.read_errors(answer.body) if answer.status >= 300 else []
            text = self._instance.redact(errors[0].message) if errors else ""
            found = wire.refusal(answer, about, text)
            if found is not None:
                raise found

        return refuse

    def _valid_token(self, ended: str) -> str:
        with self._lock:
            if self._stopped is not None:
                raise self._stopped
            if not self._token or self._token == ended:
                self._token = self._new_token()
            return self._token

    def _new_token(self) -> str:
        """One try only (F7, F5); the instance is trusted only where S3 allows it."""
        try:
            answer = self._login.send(
                "POST",
                wire.TOKEN_PATH,
                content=self._token_body(),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
        except Stop as error:
            self._stopped = error
            raise
        token = wire.read_token(answer)
        if token is None:
            text = self._login.redact(wire.error_description(answer.body))
            used = (
                "`SALESFORCE_CLIENT_ID` and `SALESFORCE_CLIENT_SECRET`"
                if self._secret
                else "`SALESFORCE_CLIENT_ID`, `SALESFORCE_USERNAME` and"
                " `SALESFORCE_PRIVATE_KEY_FILE`"
            )
            self._stopped = wire.sign_in_refusal(answer, self._login.host, text, used)
            raise self._stopped
        self._login.keep_secret(token.access_token)
        if not wire.is_trusted_instance(self._login.origin, token.instance_url):
            self._stopped = Stop(
                f"the login names {token.instance_url} as instance, which is not trusted.",
                system=wire.SYSTEM,
                code="foreign_instance",
                what_to_do="The token was not sent there. Check `SALESFORCE_LOGIN_URL`.",
            )
            raise self._stopped
        if self._instance is self._login:
            self._instance = self._transport(token.instance_url)
        self._instance.keep_secret(token.access_token)
        self.user_id = token.user_id
        return token.access_token

    def _token_body(self) -> bytes:
        settings = self.settings
        if self._secret:
            return wire.client_credentials_body(settings.client_id, self._secret)
        key_file = settings.private_key_file or Path()
        try:
            key = key_file.read_text("ascii")
            return wire.jwt_bearer_body(
                settings.client_id, settings.username, settings.login_url, key
            )
        except (OSError, ValueError) as error:
            raise Stop(
                f"{key_file.name} is not a private key in PEM form.",
                system=wire.SYSTEM,
                code="private_key",
                what_to_do="Check `SALESFORCE_PRIVATE_KEY_FILE`.",
            ) from error


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}
