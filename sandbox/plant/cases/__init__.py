"""The named records: one module per group of cases, each with its own masters and its own days."""

from __future__ import annotations

from types import ModuleType

from sandbox.plant.cases import (
    bad_data,
    estimate,
    k01_stock,
    k04_headline,
    k05_demand,
    k07_trees,
    k10_documents,
    k13_capacity,
    k18_exposure,
    k22_credit,
    k23_receivables,
    k25_history,
    k25_promise,
    k29_margin,
    k34_campaigns,
    k35_materials,
    k37_service,
)

MODULES: tuple[ModuleType, ...] = (
    k01_stock,
    k04_headline,
    k05_demand,
    k07_trees,
    k10_documents,
    k13_capacity,
    k18_exposure,
    k22_credit,
    k23_receivables,
    k25_promise,
    k29_margin,
    bad_data,
)

LATER_MODULES: tuple[ModuleType, ...] = (
    k25_history,
    k34_campaigns,
    k35_materials,
    k37_service,
    estimate,
)
"""Lived through after all else, so that every record that stood before keeps its number."""
