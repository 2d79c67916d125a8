"""The promise engine: one rule-free placement of demand on supply and capacity."""

from promise.columns import PlacementInputError
from promise.compiled import compiled_place, place_fast
from promise.placement import place
from promise.tables import INPUT_TABLES, OUTPUT_TABLES, place_tables

__all__ = [
    "INPUT_TABLES",
    "OUTPUT_TABLES",
    "PlacementInputError",
    "compiled_place",
    "place",
    "place_fast",
    "place_tables",
]
