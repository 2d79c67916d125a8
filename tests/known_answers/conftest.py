"""Known answers over tiny companies use the same builder and wire records as the cases."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_NAME = "tests.cases.conftest"
_PATH = Path(__file__).parents[1] / "cases" / "conftest.py"


def _cases() -> ModuleType:
    """The conftest of the cases, loaded once whoever asks first."""
    if _NAME not in sys.modules:
        spec = importlib.util.spec_from_file_location(_NAME, _PATH)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[_NAME] = module
        spec.loader.exec_module(module)
    return sys.modules[_NAME]


build_company = _cases().build_company
wire = _cases().wire
