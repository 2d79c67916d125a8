"""Signing in to the Service Layer: one login for all, renewed once when it has ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from extract.errors import ExtractError, Refuse, SignInAgain, Stop
from extract.sap_b1 import wire
from extract.sap_b1.settings import SapB1Settings
from extract.transport import Answer, Check, Limits, Traffic, Transport

_Send = Callable[[str, Check], Answer]


class SapB1Session:
    """Requests under one shared login (logins are heavy and may be licensed; guide 9)."""

    def __init__(self, settings: SapB1Settings, limits: Limits | None = None) -> None:
        self.settings = settings
        self._password = settings.password.get_secret_value()
        self._transport = Transport(
            settings.url,
            wire.SYSTEM,
            ca_file=settings.ca_file,
            ca_setting="SAP_B1_CA_FILE",
            limits=limits or Limits(silence_seconds=settings.timeout_seconds),
            secrets=(self._password,),
        )
        self._lock = threading.Lock()
        self._cookie = ""
        self._refused: ExtractError | None = None

    @property
    def host(self) -> str:
        """Host and port, for sentences."""
        return self._transport.host

    @property
    def traffic(self) -> Traffic:
        """Calls and bytes of this thread."""
        return self._transport.traffic

    def close(self) -> None:
        """Log out and close; a session that is gone already needs no answer."""
        if self._cookie:
            try:
                self._transport.send(
                    "POST",
                    wire.ROOT + "Logout",
                    headers={"Cookie": self._cookie},
                    is_repeatable=False,
                )
            except ExtractError:
                # The session ends by itself after its idle time.
                self._cookie = ""
        self._cookie = ""
        self._transport.close()

    def get(
        self, path: str, params: Mapping[str, str] | None = None, page_size: int | None = None
    ) -> Answer:
        """GET a small answer into memory."""
        return self._signed(
            lambda cookie, check: self._transport.send(
                "GET",
                wire.ROOT + path,
                params=params,
                headers=_headers(cookie, page_size),
                check=check,
            ),
            path,
        )

    def send(self, method: str, path: str, body: bytes, *, is_repeatable: bool = False) -> Answer:
        """A request with a JSON body."""
        return self._signed(
            lambda cookie, check: self._transport.send(
                method,
                wire.ROOT + path,
                content=body,
                headers={**_headers(cookie, None), "Content-Type": "application/json"},
                is_repeatable=is_repeatable,
                check=check,
            ),
            path,
        )

    def fetch(
        self,
        path: str,
        params: Mapping[str, str],
        file: Path,
        page_size: int,
        check: Check,
    ) -> Answer:
        """GET one page into a file; `check` may ask for the same page again (F2)."""

        def checked(refuse: Check, answer: Answer) -> None:
            refuse(answer)
            check(answer)

        return self._signed(
            lambda cookie, refuse: self._transport.fetch(
                wire.ROOT + path,
                file,
                params=params,
                headers=_headers(cookie, page_size),
                check=lambda answer: checked(refuse, answer),
            ),
            path,
        )

    def require_same_origin(self, link: str) -> None:
        """Refuse a next link that leads elsewhere (S3)."""
        self._transport.resolve(link)

    def sign_in(self) -> None:
        """Sign in now, if nobody has yet."""
        self._valid_cookie("")

    def _signed(self, send: _Send, path: str) -> Answer:
        """Send under the shared login; when it has ended, sign in once and send again (F6)."""
        cookie = self._valid_cookie("")
        try:
            return send(cookie, self._refuser(path))
        except SignInAgain:
            cookie = self._valid_cookie(cookie)
        except Stop as error:
            self._refused = error
            raise
        try:
            return send(cookie, self._refuser(path))
        except SignInAgain as error:
            raise Refuse(
                "the session ends as soon as it begins.",
                system=wire.SYSTEM,
                code=error.facts.code,
                what_to_do="Check the session time-out and the licence of the user.",
            ) from error

    def _refuser(self, path: str) -> Check:
        def refuse(answer: Answer) -> None:
            error = wire.read_error(answer.body) if answer.status >= 300 else None
            text = self._transport.redact(error.message) if error else ""
            found = wire.refusal(answer, self.settings.user, path, text)
            if found is not None:
                raise found

        return refuse

    def _valid_cookie(self, ended: str) -> str:
        """The shared session; a new login only if the current one is the one that ended."""
        with self._lock:
            if self._refused is not None:
                raise self._refused
            if not self._cookie or self._cookie == ended:
                self._cookie = self._login()
            return self._cookie

    def _login(self) -> str:
        """One try only: repeated wrong passwords lock the user (F7), a certificate stays (F5)."""
        settings = self.settings
        try:
            answer = self._transport.send(
                "POST",
                wire.ROOT + "Login",
                content=wire.login_body(settings.company, settings.user, self._password),
                headers={"Content-Type": "application/json"},
            )
        except Stop as stopped:
            self._refused = stopped
            raise
        cookie = wire.session_cookie(answer) if answer.status == 200 else None
        if cookie is None:
            error = wire.read_error(answer.body)
            text = self._transport.redact(error.message) if error else ""
            self._refused = wire.sign_in_refusal(
                answer, self._transport.host, settings.company, text
            )
            raise self._refused
        self._transport.keep_secret(*(pair.partition("=")[2] for pair in cookie.split("; ")))
        return cookie

    @property
    def is_refused(self) -> bool:
        """True when the sign-in was refused; nothing more is tried then."""
        return isinstance(self._refused, Stop)


def _headers(cookie: str, page_size: int | None) -> dict[str, str]:
    headers = {"Cookie": cookie, "Accept": "application/json"}
    if page_size is not None:
        headers["Prefer"] = f"odata.maxpagesize={page_size}"
    return headers
