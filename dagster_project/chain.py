"""The hash that ties each kept row to the one before, so that none is changed or taken away."""

import hashlib


def chain_link(chain: str, *parts: str) -> str:
    """The hash of a row's parts upon the hash of the row before; "" before the first."""
    return hashlib.sha256("\x1f".join((chain, *parts)).encode()).hexdigest()
