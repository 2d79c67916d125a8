"""SOQL: the grammar, its reader, and its translation to SQL over the kept records."""

from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.query import Query

__all__ = ["Query", "parse"]
