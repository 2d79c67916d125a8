"""Speaks to Salesforce, SAP Business One and files, and lands what they say in the raw database."""

from extract.landing import create_raw
from extract.source import Extraction

__all__ = ["Extraction", "create_raw"]
