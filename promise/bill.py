"""Levels of a bill of materials, and the items that contain themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence


def levels_of(
    codes: Collection[str], parents: Sequence[str], components: Sequence[str]
) -> tuple[dict[str, int], set[str]]:
    """Lowest level of every item (0 for a top item) and the items on or between circles.

    A circular item counts as having no components, so that the others still have a level.
    """
    below: dict[str, list[str]] = {}
    above: dict[str, list[str]] = {}
    for parent, component in zip(parents, components, strict=True):
        below.setdefault(parent, []).append(component)
        above.setdefault(component, []).append(parent)
    circular = set(codes) - _peel(codes, below, above) - _peel(codes, above, below)
    for parent in circular:
        for component in below.pop(parent, []):
            above[component].remove(parent)
    level = dict.fromkeys(codes, 0)
    for parent in _peel_in_order(codes, below, above):
        for component in below.get(parent, []):
            level[component] = max(level[component], level[parent] + 1)
    return level, circular


def _peel(
    codes: Iterable[str], below: Mapping[str, list[str]], above: Mapping[str, list[str]]
) -> set[str]:
    return set(_peel_in_order(codes, below, above))


def _peel_in_order(
    codes: Iterable[str], below: Mapping[str, list[str]], above: Mapping[str, list[str]]
) -> list[str]:
    open_parents = {code: len(above.get(code, [])) for code in codes}
    ready = [code for code, count in open_parents.items() if count == 0]
    at = 0
    while at < len(ready):
        for component in below.get(ready[at], []):
            open_parents[component] -= 1
            if open_parents[component] == 0:
                ready.append(component)
        at += 1
    return ready
