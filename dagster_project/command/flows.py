"""`promesa flows`: the way of each field of the CRM from its sources to its owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dagster_project.command.told import told_in_sentences
from dagster_project.defs.areas import area_of_object
from dagster_project.defs.triggers import Trigger, triggers
from dagster_project.warehouse.folders import CHECKOUT
from dagster_project.warehouse.lineage import Lineage
from dagster_project.warehouse.transform import parsed_manifest
from dagster_project.write_back import SignalObject, signal_objects
from extract import DECLARED, ObjectSpec

DOCUMENT = CHECKOUT / "docs" / "flows.md"


@dataclass(frozen=True)
class Flow:
    """One object of the CRM: its signals, and the declared objects and models they rest on."""

    signal: SignalObject
    sources: tuple[ObjectSpec, ...]
    reads: tuple[str, ...]
    areas: tuple[str, ...]


def show_flows(write: bool) -> None:
    """Print every flow, or write the document."""
    with told_in_sentences():
        lineage = Lineage.of(parsed_manifest())
    flows, started_by = flows_of(lineage), triggers()
    if write:
        DOCUMENT.write_text(document(flows, started_by), encoding="utf-8")
        print(f"written     {DOCUMENT.relative_to(CHECKOUT)}")
    else:
        print("\n".join(text_lines(flows, started_by)))


def flows_of(lineage: Lineage) -> tuple[Flow, ...]:
    """A flow for each signal model, its sources as they are declared."""
    flows = []
    for signal in signal_objects():
        tables = set(lineage.source_tables(signal.model))
        reads = tuple(lineage.reads(signal.model))
        flows.append(
            Flow(
                signal,
                tuple(spec for spec in DECLARED if spec.table in tables),
                reads,
                tuple(sorted({area for model in reads if (area := lineage.area(model))})),
            )
        )
    return tuple(flows)


def text_lines(flows: Sequence[Flow], started_by: Sequence[Trigger]) -> Iterator[str]:
    """The flows for a terminal, a block per object of the CRM."""
    for flow in flows:
        yield f"{flow.signal.name}  ←  {flow.signal.model}"
        for system, names in _by_system(flow.sources).items():
            yield f"    source    {system}: {', '.join(names)}"
        yield f"    model     {', '.join(flow.reads)}"
        for one in started_by:
            yield f"    trigger   {one.name} ({one.when}) starts {one.job}"
        for field in flow.signal.fields:
            way = "written" if field.is_written else "read"
            yield f"    field     {field.name} ({field.type}), {way}; owner {field.owner}"
        yield ""


def document(flows: Sequence[Flow], started_by: Sequence[Trigger]) -> str:
    """The same as a page: a picture and a table per object."""
    lines = [
        "# The way of each field",
        "",
        "Made by `promesa flows --write` from the models, the declared objects, the signals' YAML",
        "and the orchestrator's triggers.",
        "",
        "```mermaid",
        *picture(flows, started_by),
        "```",
    ]
    started = ", ".join(f"{one.name} ({one.when})" for one in started_by)
    for flow in flows:
        lines += ["", f"## {flow.signal.name}", ""]
        for system, names in _by_system(flow.sources).items():
            lines.append(f"- **{system}**: {', '.join(names)}")
        lines.append(f"- **models**: {', '.join(f'`{name}`' for name in flow.reads)}")
        lines.append(f"- **trigger**: {started}")
        lines += ["", "| field | type | model | way | owner |", "|---|---|---|---|---|"]
        lines += [
            f"| `{field.name}` | {field.type} | `{flow.signal.model}`"
            f" | {'written' if field.is_written else 'read'} | {field.owner} |"
            for field in flow.signal.fields
        ]
    return "\n".join(lines) + "\n"


def picture(flows: Sequence[Flow], started_by: Sequence[Trigger]) -> Iterator[str]:
    """A Mermaid flowchart: objects by system and area → marts by area → signals → CRM."""
    yield "flowchart LR"
    grouped: dict[tuple[str, str], set[str]] = {}
    edges: dict[str, None] = {}
    for flow in flows:
        for spec in flow.sources:
            area = area_of_object(spec.table.removeprefix(f"{spec.system}__"))
            grouped.setdefault((spec.system, area), set()).add(spec.name)
            edges[f"  {spec.system}_{area} --> round"] = None
        for mart in flow.areas:
            edges[f"  round --> marts_{mart}"] = None
            edges[f"  marts_{mart} --> {flow.signal.model}"] = None
        edges[f"  {flow.signal.model} --> crm_{flow.signal.name}"] = None
    for system in sorted({system for system, _ in grouped}):
        yield f"  subgraph {system}"
        for (owner, area), names in sorted(grouped.items()):
            if owner == system:
                yield f'    {system}_{area}["{area}: {", ".join(sorted(names))}"]'
        yield "  end"
    for one in started_by:
        yield f'  {one.name}(["{one.name}: {one.when}"]) --> round'
    yield f'  round{{{{"{started_by[0].job}"}}}}'
    for mart in sorted({mart for flow in flows for mart in flow.areas}):
        yield f'  marts_{mart}["marts: {mart}"]'
    for flow in flows:
        written = sum(field.is_written for field in flow.signal.fields)
        yield f'  crm_{flow.signal.name}["{flow.signal.name}: {written} fields written"]'
    yield from edges


def _by_system(specs: Sequence[ObjectSpec]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for spec in specs:
        found.setdefault(spec.system, []).append(spec.name)
    return found
