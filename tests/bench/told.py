"""How the bench measures and prints: medians, ratios, one figure a line."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence


def median_seconds(work: Callable[[], object], repetitions: int = 3) -> float:
    """The median time of several runs of the same work, in seconds."""
    taken = []
    for _ in range(repetitions):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def heading(text: str) -> None:
    """Open a section."""
    print(f"\n{text}", flush=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their column names; the first column is text, the others are figures."""
    widths = [max(len(line[place]) for line in (columns, *rows)) for place in range(len(columns))]
    for line in (columns, *rows):
        first, *others = (text for text in line)
        cells = [first.ljust(widths[0])]
        cells += [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        print("  " + "  ".join(cells).rstrip())
    sys.stdout.flush()


def progress(text: str) -> None:
    """What is being done, on the error stream: the figures stand alone on the other."""
    print(f"· {text}", file=sys.stderr, flush=True)


def ratio(seconds: float, bare: float) -> str:
    """`seconds` as a multiple of `bare`."""
    return f"{seconds / bare:,.1f}x"
