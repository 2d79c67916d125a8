"""All numbers that the plant knows the truth of, in the order in which they are told."""

from __future__ import annotations

from tests.truth import costs, credit, delivery, lots, named, results, stock

NUMBERS = (
    *stock.NUMBERS,
    *lots.NUMBERS,
    *credit.NUMBERS,
    *delivery.NUMBERS,
    *costs.NUMBERS,
    *results.NUMBERS,
    *named.NUMBERS,
)
