"""The promise engine: one rule-free placement of demand on supply and capacity."""

from promise.asked import Answered, Asked, put
from promise.columns import PlacementInputError
from promise.compiled import compiled_place, place_fast
from promise.placement import place
from promise.question import (
    QUESTION_TABLES,
    ChainStep,
    Load,
    ModeAnswer,
    Opening,
    Part,
    Question,
    QuestionAnswer,
    ask,
)
from promise.tables import INPUT_TABLES, OUTPUT_TABLES, place_tables

__all__ = [
    "INPUT_TABLES",
    "OUTPUT_TABLES",
    "QUESTION_TABLES",
    "Answered",
    "Asked",
    "ChainStep",
    "Load",
    "ModeAnswer",
    "Opening",
    "Part",
    "PlacementInputError",
    "Question",
    "QuestionAnswer",
    "ask",
    "compiled_place",
    "place",
    "place_fast",
    "place_tables",
    "put",
]
