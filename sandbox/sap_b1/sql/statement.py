"""Reads the text of a SQLQuery, refuses what the Service Layer refuses, restates it for SQLite."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput
from lark.visitors import Interpreter

from sandbox.sap_b1 import messages

GRAMMAR_FILE = Path(__file__).with_name("select.lark")

# [M 4.6]: the functions that are allowed, and how SQLite says them.
_FUNCTIONS = {
    "sum": "sum",
    "avg": "avg",
    "max": "max",
    "min": "min",
    "count": "count",
    "ifnull": "ifnull",
    "isnull": "ifnull",
    "lower": "lower",
    "upper": "upper",
}


_BLANKS = re.compile(r"('(?:[^']|'')*')|\s+")  # those inside a text in quotes are the text's


@dataclass(slots=True)
class SelectStatement:
    """A query restated for SQLite, the tables it reads and the parameters it names, in order.

    `normalized` is its text as the Service Layer keeps it on HANA: names of tables and columns
    quoted, in the case of the database. [M 4.8]
    """

    sql: str
    normalized: str
    tables: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)


@functools.cache
def _parser() -> Lark:
    return Lark(GRAMMAR_FILE.read_text(encoding="utf-8"), parser="lalr", maybe_placeholders=False)


def read_select(text: str, columns_of: Callable[[str], Iterable[str]]) -> SelectStatement:
    """The statement; Refusal 701 for what cannot be read or is not allowed.

    `columns_of` gives a table's columns, for the case in which they are written.
    """
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _mistake(text, error) from error
    tables = [_plain(str(each.children[0])).upper() for each in tree.find_data("table_name")]
    columns = {name.lower(): name for table in tables for name in columns_of(table)}
    writer = _Writer(text, columns)
    sql = writer.visit(tree)
    return SelectStatement(sql, writer.normalized(), list(writer.tables), list(writer.parameters))


def _mistake(text: str, error: UnexpectedInput) -> messages.Refusal:
    """The words of the guide: something else than a SELECT, or a word in a wrong place. [M 4.10]"""
    position = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    word = (text[position:].split() or [""])[0]
    if not text[:position].strip():
        reason = f"mismatched input '{word}' expecting {{SELECT, '('}}"
        return messages.sql_syntax("", position, reason)
    return messages.sql_syntax(text, position, f"Incorrect syntax near '{word}'.")


def _plain(token: Token | str) -> str:
    text = str(token)
    return text[1:-1] if text[0] in '"[' else text


def _quoted(token: Token | str) -> str:
    # Brackets: SQLite takes an unknown name in double quotes for a text.
    return f"[{_plain(token)}]"


class _Writer(Interpreter[Token, str]):
    """Writes SQLite's text for each part of the tree, and notes how names are normalised."""

    def __init__(self, text: str, columns: Mapping[str, str]) -> None:
        self._text, self._columns = text, columns
        self._named: dict[int, tuple[int, str]] = {}  # start → end, the name as it is kept
        self.tables: dict[str, None] = {}
        self.parameters: dict[str, None] = {}
        self._depth = 0

    def normalized(self) -> str:
        """The text with its names quoted and surplus blanks taken out."""
        pieces, cursor = [], 0
        for start, (end, name) in sorted(self._named.items()):
            pieces += [self._text[cursor:start], f'"{name}"']
            cursor = end
        whole = "".join([*pieces, self._text[cursor:]])
        return _BLANKS.sub(lambda found: found[1] or " ", whole).strip()

    def _note(self, token: Token, name: str) -> None:
        if token.start_pos is not None and token.end_pos is not None:
            self._named[token.start_pos] = (token.end_pos, name)

    def _refused(self, token: Token | None, reason: str) -> messages.Refusal:
        position = 0 if token is None else token.start_pos or 0
        return messages.sql_syntax(self._text, position, reason)

    def _canonical(self, token: Token | str) -> str:
        """A column's name in the case of the database."""
        name = _plain(token)
        return self._columns.get(name.lower(), name)

    def _texts(self, tree: Tree[Token]) -> list[str]:
        return [
            self.visit(child) if isinstance(child, Tree) else str(child) for child in tree.children
        ]

    def _joined(self, tree: Tree[Token], word: str) -> str:
        return f" {word} ".join(self._texts(tree))

    # -- the query -------------------------------------------------------------------------

    def start(self, tree: Tree[Token]) -> str:
        return self._texts(tree)[0]

    def query(self, tree: Tree[Token]) -> str:
        self._depth += 1
        text = " ".join(self._texts(tree))
        self._depth -= 1
        return text

    def union_distinct(self, tree: Tree[Token]) -> str:
        return "union"

    def union_all(self, tree: Tree[Token]) -> str:
        return "union all"

    def select(self, tree: Tree[Token]) -> str:
        parts, limit = ["select"], ""
        for child in tree.children:
            if isinstance(child, Token):
                parts.append("distinct")
            elif child.data == "top":
                limit = f" limit {child.children[0]}"
            else:
                parts.append(self.visit(child))
        text = " ".join(parts)
        return f"select * from ({text}{limit})" if limit else text

    def items(self, tree: Tree[Token]) -> str:
        names: list[str] = []
        for child in tree.children:
            if isinstance(child, Token) and self._depth == 1:
                raise self._refused(child, "Cannot support asterisk(*) in select list.")
            if isinstance(child, Tree) and self._depth == 1:
                names.append(self._shown_name(child))
        for number, name in enumerate(names):
            if name.lower() in {other.lower() for other in names[:number]}:
                raise self._refused(
                    None,
                    f"Multiple name for column or column alias '{name}', "
                    "please specify it with a different alias.",
                )
        return ", ".join(self._texts(tree))

    def _shown_name(self, item: Tree[Token]) -> str:
        """The name under which an item of the outer list appears; expressions need an alias."""
        last = item.children[-1]
        if isinstance(last, Tree) and last.data == "alias":
            return _plain(str(last.children[0]))
        value = item.children[0]
        if isinstance(value, Tree) and value.data == "column":
            return self._canonical(str(value.children[-1]))
        raise self._refused(None, "Please specify an alias for the computed column.")

    def item(self, tree: Tree[Token]) -> str:
        texts = self._texts(tree)
        if len(texts) == 2:
            last = tree.children[-1]
            if isinstance(last, Tree) and isinstance(last.children[0], Token):
                self._note(last.children[0], _plain(last.children[0]))
            return f"{texts[0]} as {texts[1]}"
        value = tree.children[0]
        if isinstance(value, Tree) and value.data == "column":
            return f"{texts[0]} as [{self._canonical(str(value.children[-1]))}]"
        return texts[0]

    def alias(self, tree: Tree[Token]) -> str:
        return _quoted(str(tree.children[0]))

    def from_part(self, tree: Tree[Token]) -> str:
        return "from " + " ".join(self._texts(tree))

    def table(self, tree: Tree[Token]) -> str:
        return " as ".join(self._texts(tree))

    def table_name(self, tree: Tree[Token]) -> str:
        token = tree.children[0]
        name = _plain(str(token)).upper()
        if isinstance(token, Token):
            self._note(token, name)
        self.tables[name] = None
        return _quoted(name)

    def subquery(self, tree: Tree[Token]) -> str:
        inner, name = self._texts(tree)
        return f"({inner}) as {name}"

    def join(self, tree: Tree[Token]) -> str:
        kind, source, condition = self._texts(tree)
        return f"{kind} {source} on {condition}"

    def where(self, tree: Tree[Token]) -> str:
        return "where " + self._texts(tree)[0]

    def group(self, tree: Tree[Token]) -> str:
        return "group by " + ", ".join(self._texts(tree))

    def having(self, tree: Tree[Token]) -> str:
        return "having " + self._texts(tree)[0]

    def order(self, tree: Tree[Token]) -> str:
        return "order by " + ", ".join(self._texts(tree))

    def order_term(self, tree: Tree[Token]) -> str:
        return " ".join(self._texts(tree))

    # -- expressions -----------------------------------------------------------------------

    def any_of(self, tree: Tree[Token]) -> str:
        return f"({self._joined(tree, 'or')})"

    def all_of(self, tree: Tree[Token]) -> str:
        return f"({self._joined(tree, 'and')})"

    def negation(self, tree: Tree[Token]) -> str:
        return f"(not {self._texts(tree)[0]})"

    def comparison(self, tree: Tree[Token]) -> str:
        return " ".join(self._texts(tree))

    arithmetic = comparison

    def like(self, tree: Tree[Token]) -> str:
        return self._joined(tree, "like")

    def not_like(self, tree: Tree[Token]) -> str:
        return self._joined(tree, "not like")

    def is_null(self, tree: Tree[Token]) -> str:
        return f"{self._texts(tree)[0]} is null"

    def is_not_null(self, tree: Tree[Token]) -> str:
        return f"{self._texts(tree)[0]} is not null"

    def between(self, tree: Tree[Token]) -> str:
        value, low, high = self._texts(tree)
        return f"{value} between {low} and {high}"

    def in_list(self, tree: Tree[Token]) -> str:
        value, *rest = self._texts(tree)
        return f"{value} in ({', '.join(rest)})"

    def not_in_list(self, tree: Tree[Token]) -> str:
        value, *rest = self._texts(tree)
        return f"{value} not in ({', '.join(rest)})"

    def exists(self, tree: Tree[Token]) -> str:
        return f"exists ({self._texts(tree)[0]})"

    def constant(self, tree: Tree[Token]) -> str:
        return "".join(self._texts(tree))

    def null(self, tree: Tree[Token]) -> str:
        return "null"

    def parameter(self, tree: Tree[Token]) -> str:
        text = str(tree.children[0])
        self.parameters[text[1:]] = None
        return text

    def column(self, tree: Tree[Token]) -> str:
        last = tree.children[-1]
        if isinstance(last, Token):
            self._note(last, self._canonical(last))
        return ".".join(_quoted(str(child)) for child in tree.children)

    def function(self, tree: Tree[Token]) -> str:
        name, *rest = self._texts(tree)
        is_distinct = bool(rest) and rest[0].lower() == "distinct"
        arguments = rest[1:] if is_distinct else rest
        word = name.lower()
        if word == "left" and len(arguments) == 2:
            return f"substr({arguments[0]}, 1, {arguments[1]})"
        if word == "right" and len(arguments) == 2:
            return f"substr({arguments[0]}, -{arguments[1]})"
        if word not in _FUNCTIONS:
            token = tree.children[0] if isinstance(tree.children[0], Token) else None
            raise self._refused(token, f"Cannot support this function or expression: '{name}'")
        distinct = "distinct " if is_distinct else ""
        return f"{_FUNCTIONS[word]}({distinct}{', '.join(arguments)})"

    def group_of(self, tree: Tree[Token]) -> str:
        return f"({self._texts(tree)[0]})"

    scalar_query = group_of
