"""The newest change stamp of each system as one short text: it moves when anything moved."""

from __future__ import annotations

from extract import newest_stamps


def change_mark() -> str:
    """Newest stamps of the watched objects of both systems, joined."""
    return " ".join(f"{name}={stamp}" for name, stamp in sorted(newest_stamps().items()))
