"""Telling a configured address what changed: a webhook with codes and dates alone (S20)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from extract.errors import Refuse
from extract.transport import Limits, Transport


class AlertAddress:
    """One address that takes JSON; its path is a secret, and a redirect elsewhere is refused."""

    def __init__(self, address: str, limits: Limits | None = None) -> None:
        parts = urlsplit(address.strip())
        self._target = parts._replace(scheme="", netloc="").geturl() or "/"
        self._transport = Transport(
            address, "alert", limits=limits or Limits(), secrets=(address, self._target)
        )

    def tell(self, message: Mapping[str, object]) -> None:
        """Send one message; an ExtractError says why it was not taken."""
        answer = self._transport.send(
            "POST",
            self._target,
            headers={"Content-Type": "application/json"},
            content=json.dumps(message).encode(),
            is_repeatable=False,
        )
        if answer.status >= 300:
            raise Refuse(
                f"{self._transport.host} answered {answer.status}.",
                system="alert",
                code=str(answer.status),
                status=answer.status,
                what_to_do="Check PROMESA_ALERT_URL.",
            )

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()
