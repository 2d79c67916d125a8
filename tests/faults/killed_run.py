"""Runs of `promesa run --send`, each in a process of its own that may be killed at a named place.

    python killed_run.py            one order a line, one answer a line, both JSON
    python killed_run.py stages     the same for the stages alone: publish, write_back

An order is {} for an unbroken run, or {"target": "module:name.in.it", "when": "before" | "after",
"nth": 1}: the process gets SIGKILL before or after the n-th call of that function. "environment"
holds variables for this run, "stage" what is run (the whole round unless given). The answer is
{"signal": 9} or {"code": 0}, with the last lines "said" and the processor "seconds" used. Python,
the orchestrator and the parsed models are loaded once and inherited, so that a run costs what its
own work costs; each run is a fork of its own.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _patch(target: str, when: str, nth: int) -> None:
    module_name, _, path = target.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module_name)
    for part in owners:
        owner = getattr(owner, part)
    setattr(owner, name, _killing(getattr(owner, name), when, nth))


def _killing(function: Callable[..., Any], when: str, nth: int) -> Callable[..., Any]:
    calls = 0

    @functools.wraps(function)
    def killing(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        this = calls
        if this == nth and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = function(*arguments, **named)
        if this == nth and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return killing


def _round() -> None:
    from dagster_project.command import run

    run.run_once("systems", None, send=True, release="")


def _publish() -> None:
    from dagster_project.warehouse import publish

    publish(_data(), _as_of())


def _write_back() -> None:
    from dagster_project.write_back import BrakeLimits, write_back

    write_back(_data(), _as_of(), f"run-{os.getpid()}", BrakeLimits(10_000, 1.0, 10_000))


def _data() -> Any:
    from dagster_project.warehouse import DataFolder

    return DataFolder(Path(os.environ["PROMESA_DATA"]))


def _as_of() -> Any:
    from dagster_project.settings import load_settings

    return load_settings().as_of


_STAGES: dict[str, Callable[[], None]] = {
    "round": _round,
    "publish": _publish,
    "write_back": _write_back,
}


def _run(order: dict[str, Any], log: Path) -> int:
    """In the child: the command as a person gives it, its output kept in `log`."""
    with log.open("w") as told:
        os.dup2(told.fileno(), 1)
        os.dup2(told.fileno(), 2)
        from dagster_project.command.told import Told

        os.environ.update(order.get("environment", {}))
        if "target" in order:
            _patch(order["target"], order.get("when", "before"), int(order.get("nth", 1)))
        try:
            _STAGES[order.get("stage", "round")]()
            code = 0
        except Told as failure:
            print(failure)
            code = 1
        except Exception:
            traceback.print_exc()
            code = 2
        sys.stdout.flush()
    return code


def _answer(order: dict[str, Any], log: Path) -> dict[str, Any]:
    child = os.fork()
    if child == 0:
        os._exit(_run(order, log))
    _, status, used = os.wait4(child, 0)
    told = {
        "said": log.read_text(errors="replace").splitlines()[-40:],
        "seconds": round(used.ru_utime + used.ru_stime, 1),
    }
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status), **told}
    return {"code": os.WEXITSTATUS(status), **told}


def main() -> None:
    """Load everything once, then answer orders until the input ends."""
    log = Path(os.environ["PROMESA_DATA"]).with_suffix(".log")
    if sys.argv[1:] == ["stages"]:
        import dagster_project.write_back.round
    else:
        import dagster_project.definitions
        import dagster_project.defs.round  # noqa: F401

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), log)), flush=True)


if __name__ == "__main__":
    main()
