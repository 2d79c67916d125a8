"""The interface's words in the reader's language, and numbers, dates and money in its form."""

from dashboards.locales.codes import CODE_WORDS, word
from dashboards.locales.forms import amount, day, month, number, share, short_amount, short_day
from dashboards.locales.words import LANGUAGES, default_language, language, text

__all__ = [
    "CODE_WORDS",
    "LANGUAGES",
    "amount",
    "day",
    "default_language",
    "language",
    "month",
    "number",
    "share",
    "short_amount",
    "short_day",
    "text",
    "word",
]
