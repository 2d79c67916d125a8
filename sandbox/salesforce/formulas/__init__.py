"""Formulas of validation rules: the grammar, its reader, and what a formula gives for a record."""

from sandbox.salesforce.formulas.formula import Formula, FormulaError, read_formula

__all__ = ["Formula", "FormulaError", "read_formula"]
