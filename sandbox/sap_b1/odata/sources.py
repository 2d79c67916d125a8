"""States expressions over one or more sources - entity sets and their rows - as SQL (SQLite)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.sap_b1.odata.calculate import (
    Expression,
    Joined,
    Measure,
    Not,
    Operation,
    Place,
    TextCall,
    Value,
)
from sandbox.sap_b1.odata.statement import (
    SQL_COMPARATOR,
    BadConstantError,
    Columns,
    Statement,
    UnknownPropertyError,
    bound_value,
)
from sandbox.sap_b1.schema import Property, Schema, Structure

_ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"}
_MIRRORED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
_METHODS = {
    "sum": "sum({})",
    "average": "avg({})",
    "avg": "avg({})",
    "max": "max({})",
    "min": "min({})",
    "countdistinct": "count(distinct {})",
    "distinctcount": "count(distinct {})",
}
# Rows that name their entity's key by another name than the entity does; where a stored row leaves
# it out, the entity's own key stands in.
_KEY_BY_ROW_PROPERTY = {
    "DocumentAbsoluteEntry": "AbsoluteEntry",
    "ParentItem": "TreeCode",
    "BPCode": "CardCode",
}


class UnknownSourceError(ValueError):
    """A path begins with no source of the query; `path` is that path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} belongs to no source of the query")
        self.path = path


@dataclass(slots=True)
class Source:
    """`Orders`, or rows below it (`Orders/DocumentLines`), and which of its columns are read."""

    path: str
    alias: str
    set_name: str
    rows: tuple[str, ...]
    structure: Structure
    key: tuple[str, ...]
    used: dict[str, None] = field(default_factory=dict)
    is_whole: bool = False

    def query(self, table: str) -> str:
        """The SELECT that yields the source's rows with the columns that were asked for."""
        body, joined, place = "d.body", "", "d.key"
        for number, name in enumerate(self.rows):
            joined += f", json_each({body}, '$.{name}') as r{number}"
            body, place = (
                f"r{number}.value",
                f"{place} || char(31) || printf('%06d', r{number}.key)",
            )
        columns = [f"{place} as [ key]"]
        columns += [f"{self._column(body, name)} as [{name}]" for name in self.used]
        if self.is_whole:
            columns.append(f"{body} as [ body]")
        return f"select {', '.join(columns)} from {table} as d{joined}"

    def _column(self, body: str, name: str) -> str:
        own = f"json_extract({body}, '$.{name}')"
        of_key = _KEY_BY_ROW_PROPERTY.get(name, name)
        if self.rows and of_key in self.key:
            return f"coalesce({own}, json_extract(d.body, '$.{of_key}'))"
        return own


class Sources:
    """The sources of one query; resolves paths and states expressions over them."""

    def __init__(
        self,
        schema: Schema,
        properties: Callable[[Structure], Mapping[str, Property]],
        paths: Sequence[str],
    ) -> None:
        """Name the sources; UnknownSourceError for a path that is no set and no rows of one.

        `properties` gives the declared properties of a structure, user fields included.
        """
        self._schema, self._properties = schema, properties
        self.by_path: dict[str, Source] = {}
        for path in paths:
            self.by_path[path] = self._source(path, f"s{len(self.by_path)}")

    def _source(self, path: str, alias: str) -> Source:
        name, *rows = path.split("/")
        entity_set = self._schema.sets.get(name)
        if entity_set is None:
            raise UnknownSourceError(path)
        structure = entity_set.structure
        for row in rows:
            prop = structure.properties.get(row)
            if prop is None or prop.kind != "complex" or not prop.is_collection:
                raise UnknownSourceError(path)
            structure = self._schema.structure_of(prop)
        key = entity_set.structure.key
        return Source(path, alias, name, tuple(rows), structure, key)

    def find(self, path: str) -> tuple[Source, Property]:
        """The source and the scalar property that a path names.

        A bare name belongs to the only source. Raises UnknownPropertyError.
        """
        head, _, name = path.rpartition("/")
        source = self.by_path.get(head)
        if source is None and not head and len(self.by_path) == 1:
            source = next(iter(self.by_path.values()))
        prop = None if source is None else self._properties(source.structure).get(name)
        if source is None or prop is None or prop.kind == "complex" or prop.is_collection:
            raise UnknownPropertyError(path)
        return source, prop

    def column(self, path: str) -> str:
        """The SQL of a property, which its source then reads."""
        source, prop = self.find(path)
        source.used[prop.name] = None
        return f"{source.alias}.[{prop.name}]"

    # -- expressions -----------------------------------------------------------------------

    def state(self, expression: Expression) -> Statement:
        """An expression as SQL; raises UnknownPropertyError and BadConstantError."""
        match expression:
            case Place(path):
                return Statement(self.column(path))
            case Value(value):
                return Statement("?", (value,))
            case Joined(word, parts):
                return _all([self.state(part) for part in parts], f" {word} ")
            case Not(part):
                inner = self.state(part)
                return Statement(f"(not {inner.sql})", inner.values)
            case TextCall():
                return self._call(expression)
            case Operation(word, left, right) if word in _ARITHMETIC:
                # Numbers of the database have decimals: 1 div 2 is a half.
                head = "1.0 * " if word == "div" else ""
                a, b = self.state(left), self.state(right)
                sql = f"({head}{a.sql} {_ARITHMETIC[word]} {b.sql})"
                return Statement(sql, a.values + b.values)
            case Operation():
                return self._comparison(expression)

    def _comparison(self, node: Operation) -> Statement:
        left, right, word = node.left, node.right, node.word
        if isinstance(left, Value):
            left, right, word = right, left, _MIRRORED[word]
        if isinstance(right, Value) and right.value is None:
            inner = self.state(left)
            negation = "not " if word == "ne" else ""
            return Statement(f"{inner.sql} is {negation}null", inner.values)
        if isinstance(left, Place) and isinstance(right, Value):
            prop = self.find(left.path)[1]
            bound = bound_value(right.value, prop, Columns({}, self._schema.enums))
            sql = f"{self._compared(left.path)} {SQL_COMPARATOR[word]} ?"
            return Statement(sql, (bound,))
        a, b = self.state(left), self.state(right)
        return Statement(f"{a.sql} {SQL_COMPARATOR[word]} {b.sql}", a.values + b.values)

    def _compared(self, path: str) -> str:
        """A column as constants are compared with it: dates without time, times to the minute."""
        column, kind = self.column(path), self.find(path)[1].kind
        length = {"date": 10, "time": 5}.get(kind)
        return column if length is None else f"substr({column}, 1, {length})"

    def _call(self, node: TextCall) -> Statement:
        subject, sought = (
            (node.second, node.first)
            if node.function == "substringof"
            else (node.first, node.second)
        )
        if not isinstance(subject, Place) or not isinstance(sought, Value):
            raise BadConstantError(f"{node.function} needs a property and a text in quotes")
        text, column = str(sought.value), self.column(subject.path)
        if node.function == "startswith":
            return Statement(f"substr({column}, 1, {len(text)}) = ?", (text,))
        if node.function == "endswith" and text:
            return Statement(f"substr({column}, -{len(text)}) = ?", (text,))
        return Statement(f"instr({column}, ?) > 0", (text,))

    def measure(self, measure: Measure) -> str:
        """An aggregate as SQL."""
        if measure.method is None:
            return "count(*)"
        return _METHODS[measure.method].format(self.column(measure.path))


def _all(statements: Sequence[Statement], word: str) -> Statement:
    values = tuple(value for statement in statements for value in statement.values)
    return Statement("(" + word.join(statement.sql for statement in statements) + ")", values)


def conjunction(statements: Sequence[Statement]) -> Statement:
    """All of these conditions; true when there is none."""
    return _all(statements, " and ") if statements else Statement("true")
