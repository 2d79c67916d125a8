"""The interface's words in the reader's language, and numbers, dates and money in its form."""

from dashboards.locales.forms import amount, day, number, share
from dashboards.locales.words import LANGUAGES, language, text

__all__ = ["LANGUAGES", "amount", "day", "language", "number", "share", "text"]
