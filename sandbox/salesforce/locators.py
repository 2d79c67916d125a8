"""Locators of bulk results: a position, in base64 as recorded ones are (`MjAwMDAw` is 200000)."""

from __future__ import annotations

import base64
import binascii

from sandbox.salesforce.messages import SalesforceError


def write_locator(position: int) -> str:
    """The locator of the part that begins at `position`."""
    return base64.b64encode(str(position).encode()).decode()


def read_locator(text: str) -> int:
    """The position of a locator; 0 for none. SalesforceError if it is no locator."""
    if not text or text == "null":
        return 0
    try:
        return int(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise SalesforceError("INVALID_QUERY_LOCATOR", f"invalid locator {text}") from error
