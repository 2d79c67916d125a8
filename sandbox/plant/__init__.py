"""The demo company: a seeded simulation of a make-to-order plant, written as a company folder."""

from sandbox.plant.company import make_company
from sandbox.plant.files import export_files

__all__ = ["export_files", "make_company"]
