"""The demo company: a seeded simulation of a make-to-order plant, written as a company folder."""

from sandbox.plant.company import make_company

__all__ = ["make_company"]
