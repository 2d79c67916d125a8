"""Which models and source tables a model rests on, as the parsed dbt project says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


@dataclass(frozen=True)
class Node:
    """A model, seed or source table: its name, kind and folders, and what it reads itself."""

    name: str
    kind: str
    folders: tuple[str, ...]
    reads: tuple[str, ...]


class Lineage:
    """The project's graph by node id."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes

    @classmethod
    def of(cls, manifest: Manifest) -> Lineage:
        """The graph of a parsed project."""
        nodes = {
            key: Node(node.name, str(node.resource_type), tuple(node.fqn), _reads(node))
            for key, node in {**manifest.nodes, **manifest.sources}.items()
            if str(node.resource_type) in ("model", "seed", "source")
        }
        return cls(nodes)

    def reads(self, model: str) -> list[str]:
        """The models and seeds that a model names itself."""
        return sorted(self._nodes[key].name for key in self._model(model).reads)

    def source_tables(self, model: str) -> list[str]:
        """Every source table that a model rests on, over any number of models."""
        seen: set[str] = set()
        waiting = list(self._model(model).reads)
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                waiting += self._nodes[key].reads
        return sorted(self._nodes[key].name for key in seen if self._nodes[key].kind == "source")

    def area(self, model: str) -> str:
        """The folder that a mart stands in; '' for what is no mart."""
        folders = self._model(model).folders
        return folders[folders.index("marts") + 1] if "marts" in folders else ""

    def _model(self, name: str) -> Node:
        return next(
            node for node in self._nodes.values() if node.name == name and node.kind != "source"
        )


def _reads(node: object) -> tuple[str, ...]:
    depends_on: Sequence[str] = getattr(getattr(node, "depends_on", None), "nodes", ())
    return tuple(depends_on)
