"""Chance, one named stream a subject, so that a change in one never reshuffles another."""

from __future__ import annotations

import random


def stream(seed: int, subject: str) -> random.Random:
    """A generator that depends on nothing but the seed and the subject's name."""
    return random.Random(f"{seed}/{subject}")
