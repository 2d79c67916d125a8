"""The same `place`, compiled with Numba where there is enough to place; imported only then."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, Final, cast

import numpy as np

from promise.placement import place
from promise.types import Orders, Placement, Plant, State

COMPILED_FROM: Final = 2_000
"""Orders from which compiling (or loading what was compiled before) pays."""

_MODULES: Final = ("amounts", "supply", "stages", "forward", "commit", "chain", "placement")

PlaceFunction = Callable[[Plant, State, Orders, bool], Placement]


def place_fast(plant: Plant, state: State, orders: Orders, with_reasons: bool = True) -> Placement:
    """`place`, compiled if there are at least `COMPILED_FROM` orders."""
    chosen = compiled_place() if orders.rows.shape[1] >= COMPILED_FROM else place
    return chosen(plant, state, orders, with_reasons)


@cache
def compiled_place() -> PlaceFunction:
    """`place` compiled: copies of its modules in which every function is a Numba one.

    Numba notices a change only in the file of the function itself, so what it keeps is kept in a
    folder named for the text of all these files.
    """
    import numba

    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for name in (*_MODULES, "types", "compiled"):
        digest.update((folder / f"{name}.py").read_bytes())
    kept_in = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    keep_in = folder / "__pycache__" / f"compiled_{digest.hexdigest()[:16]}"
    numba.config.CACHE_DIR = str(keep_in)  # type: ignore[attr-defined]
    try:
        made: dict[tuple[str, str], Any] = {}
        for name in _MODULES:
            _compile_module(folder, name, made)
    finally:
        numba.config.CACHE_DIR = kept_in  # type: ignore[attr-defined]
    return cast(PlaceFunction, made["placement", "place"])


def _compile_one(function: FunctionType) -> Any:
    import numba

    # only `place` is called from Python; the others need no way in from there
    options: dict[str, Any] = {
        "no_cpython_wrapper": function.__name__ != "place",
        "no_cfunc_wrapper": True,
    }
    return numba.njit(cache=True, **options)(function)


def _compile_module(folder: Path, name: str, made: dict[tuple[str, str], Any]) -> None:
    full_name = f"promise.compiled_{name}"
    spec = importlib.util.spec_from_file_location(full_name, folder / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"The engine's file promise/{name}.py can't be read.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[full_name] = module
    spec.loader.exec_module(module)
    for key, value in list(vars(module).items()):
        if isinstance(value, int) and key.isupper():
            # a plain constant would be compiled into a variant of its own of every callee
            setattr(module, key, np.int64(value))
        if not isinstance(value, FunctionType):
            continue
        if value.__module__ == full_name:
            made[name, key] = _compile_one(value)
            setattr(module, key, made[name, key])
        else:
            origin = value.__module__.removeprefix("promise.")
            setattr(module, key, made[origin, key])
