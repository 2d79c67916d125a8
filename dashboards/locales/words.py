"""Interface texts: English in the code, Spanish in `es/messages.po`, chosen per session."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import streamlit as st
from babel.messages.pofile import read_po

LANGUAGES = {"es": "Español", "en": "English"}


def default_language() -> str:
    """PROMESA_LANGUAGE, else Spanish."""
    told = os.environ.get("PROMESA_LANGUAGE", "es")
    return told if told in LANGUAGES else "es"


def language() -> str:
    """The session's language: as chosen, else the default."""
    chosen = st.session_state.get("language")
    return chosen if chosen in LANGUAGES else default_language()


def text(english: str) -> str:
    """The text in the session's language; English where no translation stands."""
    if language() == "en":
        return english
    return catalogue("es").get(english, english)


@cache
def catalogue(code: str) -> dict[str, str]:
    """Every translated text of a language by its English original."""
    path = Path(__file__).with_name(code) / "messages.po"
    with path.open("rb") as stream:
        messages = read_po(stream, locale=code)
    return {
        str(message.id): str(message.string)
        for message in messages
        if message.id and message.string
    }
