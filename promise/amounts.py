"""Exact arithmetic on integer amounts: products that would not fit 64 bits, lot sizes."""

from __future__ import annotations

from promise.types import UNIT


def multiply_divide(a: int, b: int, c: int) -> int:
    """Floor of a·b / c for a, b ≥ 0 and c > 0, exact although a·b may exceed 64 bits.

    The guess in floating point is off by one at most; its remainder is small, so it is right even
    when the two products wrap around as they do once compiled.
    """
    guess = int(float(a) * float(b) / float(c))
    rest = int(a) * int(b) - guess * int(c)
    while rest < 0:
        guess -= 1
        rest += int(c)
    while rest >= c:
        guess += 1
        rest -= int(c)
    return guess


def multiply_divide_up(a: int, b: int, c: int) -> int:
    """Ceiling of a·b / c, exact as `multiply_divide` is."""
    floor = multiply_divide(a, b, c)
    if int(a) * int(b) - floor * int(c) > 0:
        return floor + 1
    return floor


def requirement(quantity: int, per_unit: int, fixed: int) -> int:
    """Amount needed for `quantity`: per unit, rounded up to a millionth, plus a fixed part (K8)."""
    if quantity <= 0:
        return 0
    return multiply_divide_up(quantity, per_unit, UNIT) + int(fixed)


def lot_size(quantity: int, smallest: int, multiple: int) -> int:
    """The quantity to make or buy: at least the minimum, up to the next multiple (K9)."""
    if quantity <= 0:
        return 0
    sized = max(int(quantity), int(smallest))
    if multiple > 0:
        sized = (sized + int(multiple) - 1) // int(multiple) * int(multiple)
    return sized
