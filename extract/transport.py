"""The only door to the network: one client per origin, with limits, retries and a meter.

What a body means belongs to each system's `wire`; here only bytes, headers and time are known.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from urllib.parse import quote, quote_plus, urljoin, urlsplit

import httpx
import stamina

from extract.deadline import Deadline, pool_with
from extract.errors import (
    AnswerLost,
    ExtractError,
    Misconfigured,
    QuotaSpent,
    Refuse,
    Stop,
    TryAgain,
)

_RETRIED = frozenset({408, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TOO_LONG = frozenset({413, 414, 431})


@dataclass(frozen=True)
class Limits:
    """How long and how much one request may take (seconds, bytes)."""

    connect_seconds: float = 10.0
    silence_seconds: float = 60.0
    request_seconds: float = 600.0
    attempts: int = 5
    total_seconds: float = 120.0
    first_wait_seconds: float = 0.2
    body_bytes: int = 32 * 1024 * 1024
    file_bytes: int = 2 * 1024 * 1024 * 1024
    decompression_ratio: int = 200
    redirects: int = 3
    connections: int = 4


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers as sent, and the body (empty when it went to a file)."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes = b""
    size: int = 0

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def header_values(self, name: str) -> list[str]:
        """Every header of that name, whatever its case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class _Meter(threading.local):
    calls: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Traffic:
    """Calls made and bytes received."""

    calls: int
    bytes: int

    def since(self, earlier: Traffic) -> Traffic:
        """What was used between two readings of the meter."""
        return Traffic(self.calls - earlier.calls, self.bytes - earlier.bytes)


Check = Callable[[Answer], None]


class _Door(httpx.HTTPTransport):
    """HTTP 1.1 over connections that keep a deadline: httpx takes no network backend itself."""

    def __init__(self, tls: ssl.SSLContext, connections: int, deadline: Deadline) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = pool_with(deadline, tls, connections)


@dataclass
class Transport:
    """Requests to one origin. Nothing of the HTTP library leaves it untranslated."""

    origin: str
    system: str
    ca_file: Path | None = None
    ca_setting: str = ""
    limits: Limits = field(default_factory=Limits)
    secrets: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.origin = checked_origin(self.origin, self.system)
        self._meter = _Meter()
        self._secrets = set(_written_forms(self.secrets))
        self._is_down = False
        self._deadline = Deadline()
        self._client = httpx.Client(
            transport=_Door(self._tls(), self.limits.connections, self._deadline),
            timeout=httpx.Timeout(self.limits.silence_seconds, connect=self.limits.connect_seconds),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "Promesa", "Accept-Encoding": "gzip"},
            # Sessions are kept by each system's auth; a jar would send them on its own.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    @property
    def host(self) -> str:
        """Host and port, for sentences."""
        return urlsplit(self.origin).netloc

    @property
    def traffic(self) -> Traffic:
        """The meter of this thread."""
        return Traffic(self._meter.calls, self._meter.bytes)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def keep_secret(self, *values: str) -> None:
        """Never show these values, in no sentence (S1)."""
        self._secrets.update(_written_forms(values))

    def redact(self, text: str) -> str:
        """A text of the other side, without our secrets and control characters, cut to 500."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()[:500]

    def send(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        is_repeatable: bool = True,
        check: Check | None = None,
    ) -> Answer:
        """Send a request and return its answer, whatever its status below 500.

        `check` may raise TryAgain to have the same request sent again. A request that is not
        repeatable is sent once; when its answer is lost, AnswerLost says so.
        """
        return self._repeat(
            method, target, headers or {}, params, content, is_repeatable, None, check
        )

    def fetch(
        self,
        target: str,
        file: Path,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        check: Check | None = None,
    ) -> Answer:
        """GET a body straight into a file (owner-only); error bodies come back in the answer."""
        return self._repeat("GET", target, headers or {}, params, None, True, file, check)

    def _repeat(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
        is_repeatable: bool,
        file: Path | None,
        check: Check | None,
    ) -> Answer:
        url = self.resolve(target)
        # A host that was asked in vain is asked once for each further object, or a run would wait
        # out every retry for every object (F1).
        attempts = self.limits.attempts if is_repeatable and not self._is_down else 1
        for attempt in stamina.retry_context(
            on=_wait_for,
            attempts=attempts,
            timeout=self.limits.total_seconds,
            wait_initial=self.limits.first_wait_seconds,
            wait_max=30.0,
            wait_jitter=self.limits.first_wait_seconds,
        ):
            with attempt:
                answer = self._once(method, url, headers, params, content, is_repeatable, file)
                self._is_down = False
                if check is not None:
                    check(answer)
                return answer
        raise TryAgain(f"{self.host} was not asked.", system=self.system)

    def resolve(self, target: str) -> str:
        """An absolute URL on our origin; any other origin is refused (S3)."""
        url = urljoin(self.origin + "/", target)
        if not _same_origin(url, self.origin):
            raise Refuse(
                f"the answer points to {urlsplit(url).netloc}, which is not {self.host}.",
                system=self.system,
                code="foreign_origin",
                what_to_do="Nothing was sent there. Check the address in the settings.",
            )
        return url

    def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
        is_repeatable: bool,
        file: Path | None,
    ) -> Answer:
        for _ in range(self.limits.redirects + 1):
            try:
                answer = self._carry(method, url, headers, params, content, file)
            except httpx.HTTPError as error:
                raise self._translated(error, is_repeatable) from error
            if answer.status not in _REDIRECTS:
                return self._judged(answer, is_repeatable)
            url, params = self._redirected(answer, url, method), None
        raise Refuse(
            f"{self.host} redirects in a circle.", system=self.system, code="too_many_redirects"
        )

    def _carry(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
        file: Path | None,
    ) -> Answer:
        self._deadline.at = time.monotonic() + self.limits.request_seconds
        self._meter.calls += 1
        with self._client.stream(
            method, url, headers=dict(headers), params=params, content=content
        ) as response:
            pairs = tuple(response.headers.multi_items())
            to_file = file if file is not None and response.status_code < 300 else None
            try:
                size, body = self._receive(response, to_file)
            finally:
                self._meter.bytes += response.num_bytes_downloaded
        return Answer(response.status_code, pairs, body, size)

    def _receive(self, response: httpx.Response, file: Path | None) -> tuple[int, bytes]:
        limit = self.limits.file_bytes if file else self.limits.body_bytes
        if file is None:
            body = b"".join(self._pieces(response, limit))
            return len(body), body
        size = 0
        with os.fdopen(_owner_only(file), "wb") as out:
            for piece in self._pieces(response, limit):
                size += len(piece)
                out.write(piece)
        return size, b""

    def _pieces(self, response: httpx.Response, limit: int) -> Iterator[bytes]:
        """The decoded body, watched for size and decompression ratio (S14)."""
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            inflated = size > 10_000_000 and size > (
                self.limits.decompression_ratio * max(response.num_bytes_downloaded, 1)
            )
            if size > limit or inflated:
                raise Refuse(
                    f"the answer of {self.host} is larger than {limit // 1_048_576} MB or inflates"
                    " beyond measure; it was dropped.",
                    system=self.system,
                    code="answer_too_big",
                )
            yield piece

    def _redirected(self, answer: Answer, url: str, method: str) -> str:
        target = urljoin(url, answer.header("location") or "")
        if method != "GET" or not _same_origin(target, self.origin):
            raise Refuse(
                f"{self.host} redirects to {urlsplit(target).netloc or 'nowhere'}.",
                system=self.system,
                code="redirected",
                what_to_do="It was not followed. Put the final address into the settings.",
            )
        return target

    def _judged(self, answer: Answer, is_repeatable: bool) -> Answer:
        """Statuses that mean the same in every system."""
        wait = _seconds(answer.header("retry-after"))
        if answer.status in _RETRIED:
            kind = TryAgain if is_repeatable else AnswerLost
            raise kind(
                f"{self.host} answered {answer.status}.",
                system=self.system,
                code=str(answer.status),
                status=answer.status,
                retry_after=wait,
                what_to_do="It was asked again without success; the next run asks again.",
            )
        if answer.status == 429:
            if wait is not None and is_repeatable and wait <= self.limits.total_seconds:
                raise TryAgain(
                    f"{self.host} asks to wait.", system=self.system, code="429", retry_after=wait
                )
            raise QuotaSpent(
                f"{self.host} takes no more calls for now (429).",
                system=self.system,
                code="429",
                what_to_do="Nothing more was asked of it in this run.",
            )
        if answer.status in _TOO_LONG:
            raise Refuse(
                f"{self.host} says the request is too long ({answer.status}).",
                system=self.system,
                code="request_too_long",
                status=answer.status,
            )
        return answer

    def _translated(self, error: httpx.HTTPError, is_repeatable: bool) -> ExtractError:
        certificate = _cause(error, ssl.SSLError)
        if certificate is not None:
            return self._about_certificate(certificate)
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
            self._is_down = True
            return TryAgain(
                f"{self.host} cannot be reached.",
                system=self.system,
                code="unreachable",
                what_to_do="Check the address in the settings and the network.",
            )
        kind = TryAgain if is_repeatable else AnswerLost
        what = "took too long" if isinstance(error, httpx.TimeoutException) else "was cut off"
        return kind(
            f"the answer of {self.host} {what}.",
            system=self.system,
            code="answer_lost",
            what_to_do="It was asked again without success; the next run asks again."
            if is_repeatable
            else "Whether it was carried out is not known.",
        )

    def _about_certificate(self, error: ssl.SSLError) -> Stop:
        code = getattr(error, "verify_code", 0)
        setting = self.ca_setting or "the CA file setting"
        if code == 10:
            sentence, remedy = "has expired.", "Have it renewed there."
        elif code in (18, 19, 20, 21):
            sentence = "is signed by an authority this machine does not know."
            remedy = f"Give its CA file in `{setting}`."
        elif code in (62, 64):
            sentence, remedy = "belongs to another host.", "Check the address in the settings."
        else:
            sentence, remedy = "is refused (TLS 1.2 or newer is needed).", "Have it renewed there."
        return Stop(
            f"The certificate of {self.host} {sentence}",
            system=self.system,
            code="certificate",
            what_to_do=remedy,
        )

    def _tls(self) -> ssl.SSLContext:
        context = httpx.create_ssl_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.ca_file is not None:
            try:
                context.load_verify_locations(cafile=str(self.ca_file))
            except (OSError, ssl.SSLError) as error:
                raise Misconfigured(
                    f"`{self.ca_setting}`: {self.ca_file} is not a readable CA file (PEM).",
                    system=self.system,
                    code="ca_file",
                ) from error
        return context


def checked_origin(address: str, system: str = "") -> str:
    """scheme://host[:port] of an address; https, or plain http to this machine only (S2)."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured(
            f'"{address}" is not an address such as https://host:50000.', system=system
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Misconfigured(
            f"plain http to {parts.hostname} is refused: secrets would travel readable.",
            system=system,
            code="plain_http",
            what_to_do="Use its https address.",
        )
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def is_loopback(host: str) -> bool:
    """True for this machine's own addresses."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _same_origin(url: str, origin: str) -> bool:
    return _origin_key(url) == _origin_key(origin)


def _origin_key(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        port = -1
    userinfo = "@" in parts.netloc
    return (parts.scheme, "?" if userinfo else (parts.hostname or ""), port)


def _wait_for(error: Exception) -> bool | float:
    """What stamina asks: not again, again after its own wait, or after so many seconds."""
    if not isinstance(error, TryAgain) or isinstance(error, AnswerLost):
        return False
    return error.retry_after if error.retry_after is not None else True


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; the form with a date is left to our own wait (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    try:
        return min(max(float(retry_after), 0.0), 120.0)
    except ValueError:
        return None


def _cause(error: BaseException, kind: type[ssl.SSLError]) -> ssl.SSLError | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _written_forms(secrets: Sequence[str]) -> Iterator[str]:
    """A secret as it may appear: plain, base64, URL-encoded."""
    for secret in secrets:
        if len(secret) >= 4:
            yield secret
            yield base64.b64encode(secret.encode()).decode()
            yield quote(secret, safe="")
            yield quote_plus(secret)


def _owner_only(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    return os.open(path, flags, 0o600)
