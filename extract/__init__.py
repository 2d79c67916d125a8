"""Speaks to Salesforce, SAP Business One and files, and lands what they say in the raw database."""

from extract.extracting import create_raw, extract_object, find_object, release_parked
from extract.files import FilesSource
from extract.source import Extraction, ObjectSpec, Source

__all__ = [
    "Extraction",
    "FilesSource",
    "ObjectSpec",
    "Source",
    "create_raw",
    "extract_object",
    "find_object",
    "release_parked",
]
