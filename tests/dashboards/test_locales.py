"""Every text of the interface has its Spanish, and no translation is left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import dashboards
from dashboards.components.metrics import UNIT_WORDS
from dashboards.locales import CODE_WORDS

ROOM = Path(dashboards.__file__).parent
PLACEHOLDER = re.compile(r"\{\w+\}")


def texts_in_code() -> set[str]:
    """The first argument of every `text(...)`, and the words of codes and units."""
    found = {*CODE_WORDS.values(), *UNIT_WORDS.values()}
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "text"
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    return found


def translations() -> dict[str, str]:
    with (ROOM / "locales" / "es" / "messages.po").open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream) if message.id}


def test_every_text_is_translated() -> None:
    missing = sorted(words for words in texts_in_code() if not translations().get(words))
    assert not missing, f"Add to dashboards/locales/es/messages.po: {missing}"


def test_no_translation_is_left_over() -> None:
    unused = sorted(set(translations()) - texts_in_code())
    assert not unused, f"Remove from dashboards/locales/es/messages.po: {unused}"


@pytest.mark.parametrize("english", sorted(texts_in_code()))
def test_a_translation_names_the_same_values(english: str) -> None:
    spanish = translations()[english]
    assert sorted(PLACEHOLDER.findall(spanish)) == sorted(PLACEHOLDER.findall(english))
