"""The named records: one module per group of cases, each with its own masters and its own days."""

from __future__ import annotations

from types import ModuleType

from sandbox.plant.cases import k04_headline, k22_credit

MODULES: tuple[ModuleType, ...] = (k04_headline, k22_credit)
