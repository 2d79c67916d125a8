"""A connection whose every read and write ends by one instant, however slowly bytes drip in (F1).

The HTTP library's own limits begin anew with each byte that arrives; this one does not.
"""

from __future__ import annotations

import math
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore


class Deadline(threading.local):
    """Until when this thread's request may take, on the monotonic clock."""

    at: float = math.inf

    def left(self, timeout: float | None) -> float | None:
        """What is left of a timeout; raises ReadTimeout once nothing is."""
        if self.at == math.inf:
            return timeout
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the request's deadline has passed")
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        inner = super().connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(inner, self._deadline)


def pool_with(deadline: Deadline, tls: ssl.SSLContext, connections: int) -> httpcore.ConnectionPool:
    """Connections that keep a deadline."""
    return httpcore.ConnectionPool(
        ssl_context=tls,
        max_connections=connections,
        keepalive_expiry=5.0,
        network_backend=_Backend(deadline),
    )
