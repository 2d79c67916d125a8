"""What the command says, in the reader's language: English in the code, Spanish beside it.

A sentence is found by its English form with the values in it, so that whoever raises an error needs
to know no language; what has no translation is told in English.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from dotenv import dotenv_values

from dagster_project.settings import ENV_FILE
from extract import ExtractError

_PLACE = re.compile(r"\\{(\w+)\\}")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.?]) (?=[A-Z`])|\n")


def language() -> str:
    """PROMESA_LANGUAGE, else the machine's: 'es' or 'en'."""
    told = os.environ.get("PROMESA_LANGUAGE")
    if not told and ENV_FILE.is_file():
        told = dotenv_values(ENV_FILE).get("PROMESA_LANGUAGE")
    if not told:
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        told = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "es" if told.lower().startswith("es") else "en"


def said(error: Exception) -> str:
    """An error for the person at the terminal: where, what, and what to do."""
    if not isinstance(error, ExtractError):
        return translated(str(error))
    facts = error.facts
    place = ".".join(part for part in (facts.object, facts.field) if part)
    head = " ".join(part for part in (facts.system, place, facts.record) if part)
    told = " ".join(part for part in map(translated, (error.sentence, facts.what_to_do)) if part)
    return f"{head}: {told}" if head else told


def translated(text: str) -> str:
    """A text in the reader's language: as a whole, else sentence by sentence."""
    if language() == "en" or not text:
        return text
    whole = _in_spanish(text)
    if whole is not None:
        return whole
    parts = _BETWEEN_SENTENCES.split(text)
    gaps = [*_BETWEEN_SENTENCES.findall(text), ""]
    return "".join((_in_spanish(part) or part) + gap for part, gap in zip(parts, gaps, strict=True))


def _in_spanish(text: str) -> str | None:
    words = catalogue()
    if text in words:
        return words[text]
    for form, spanish in _forms():
        found = form.fullmatch(text)
        if found:
            values = {name: words.get(value, value) for name, value in found.groupdict().items()}
            return spanish.format(**values)
    return None


@cache
def catalogue() -> dict[str, str]:
    """Spanish texts by their English originals."""
    with (Path(__file__).parent / "es" / "messages.po").open("rb") as stream:
        messages = read_po(stream, locale="es")
    return {str(one.id): str(one.string) for one in messages if one.id and one.string}


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each text with values as a pattern; the longest first, since it says most."""
    texts = sorted(catalogue(), key=len, reverse=True)
    nouns = "|".join(re.escape(text) for text in texts if re.fullmatch(r"[A-Z][\w ]*", text))
    return tuple(
        (
            re.compile(
                _PLACE.sub(
                    lambda place: (
                        f"(?P<{place[1]}>{nouns})" if place[1] == "noun" else f"(?P<{place[1]}>.+?)"
                    ),
                    re.escape(text),
                ),
                re.DOTALL,
            ),
            catalogue()[text],
        )
        for text in texts
        if "{" in text
    )
