"""Exact decimal arithmetic for amounts and quantities that travel as doubles."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def product(*factors: float) -> Decimal:
    """The exact product of numbers as they are written (0.1 is a tenth)."""
    result = Decimal(1)
    for factor in factors:
        result *= Decimal(repr(factor))
    return result


def cents(amount: Decimal | float) -> float:
    """An amount rounded half up to two decimals."""
    exact = amount if isinstance(amount, Decimal) else Decimal(repr(amount))
    return float(exact.quantize(_CENT, ROUND_HALF_UP))


def tidy(quantity: float) -> float:
    """A quantity without the dust of binary sums: six decimals, never a minus zero."""
    return round(quantity, 6) + 0.0
