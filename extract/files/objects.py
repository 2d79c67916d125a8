"""What a folder offers: the declared objects of both systems that its mapping files name."""

from __future__ import annotations

import difflib

from extract.declared import DECLARED
from extract.errors import Misconfigured
from extract.files.mapping import Mapping
from extract.source import ObjectSpec


def offered(mappings: dict[str, Mapping]) -> tuple[ObjectSpec, ...]:
    """The objects the mapping files name, in declared order; an unknown name is one sentence."""
    wanted = {(mapping.system, mapping.object) for mapping in mappings.values()}
    for file_name, mapping in mappings.items():
        names = [spec.name for spec in DECLARED if spec.system == mapping.system]
        if mapping.object not in names:
            close = difflib.get_close_matches(mapping.object, names, n=1)
            hint = f"; did you mean {close[0]}?" if close else "."
            raise Misconfigured(
                f"mapping/{file_name}: {mapping.system} has no object {mapping.object}{hint}",
                code="object_unknown",
            )
    return tuple(spec for spec in DECLARED if (spec.system, spec.name) in wanted)
