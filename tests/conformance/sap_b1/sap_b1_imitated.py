"""Writes docs/sap_b1_server.md: what the practice Service Layer imitates, and what it doesn't.

    .venv/bin/python tests/conformance/sap_b1/sap_b1_imitated.py

Sets, actions, operations and tables come from the server's own parts, the proofs from the names of
the tests beside this file; what else is missing is kept here by hand.
"""

from __future__ import annotations

import ast
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.clock import Clock
from sandbox.company import Company
from sandbox.context import ServerContext
from sandbox.sap_b1.app import LARGEST_BODY, service_layer
from sandbox.sap_b1.options import KNOWN_OPTIONS
from sandbox.sap_b1.rules.kinds import KIND_BY_SET
from sandbox.sap_b1.schema import load_schema
from sandbox.sap_b1.service import ServiceLayer
from sandbox.sap_b1.sql.tables import ALLOWED, is_imitated
from sandbox.state import State

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[2] / "docs" / "sap_b1_server.md"
SECTIONS = {
    "A1": "Versions and roots",
    "A2": "Login and session",
    "A3": "Headers",
    "A4": "Paging and counting",
    "A5": "Query options",
    "A6": "Reading and writing, actions",
    "A7": "Errors, drafts and approvals",
    "A8": "ETag",
    "A9": "$batch",
    "A10": "SQLQueries",
    "A11": "Change stamps",
    "A13": "User fields and tables",
    "A14": "Differences between v1 and v2",
    "A15": "Entities and what follows from writing them",
    "A17": "Concurrency",
}
OTHER_RULES = (
    "ApprovalRequests",
    "BatchNumberDetails",
    "Deposits",
    "Drafts",
    "IncomingPayments",
    "InventoryTransferRequests",
    "JournalEntries",
    "ProductionOrders",
    "SQLQueries",
    "StockTransfers",
    "UserFieldsMD",
    "UserTablesMD",
    "VendorPayments",
)
NOT_IMITATED = (
    "webhooks (A12), scripts, the semantic layer and SQL views, single sign-on, CORS",
    "pictures; user-defined objects (tables without one are served)",
    "authorisations: the one user may do everything",
    "freight, withholding tax, price changes after posting, landed costs' effect on stock value",
    "the restart that the real server needs before a new user field is served",
    "the DB aliases of B1S-WithMappingInfo, schema files (B1S-Schema)",
)
_SECTION = re.compile(r"test_([A-Z]\d+)_")


@dataclass(frozen=True)
class Proof:
    """One test: its file, its name, and the section, case or fault in it."""

    file: str
    name: str
    section: str | None

    @property
    def told(self) -> str:
        return _SECTION.sub("", self.name).removeprefix("test_").replace("_", " ")


def proofs() -> Iterator[Proof]:
    """Every test beside this file."""
    for file in sorted(HERE.glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                match = _SECTION.match(node.name)
                yield Proof(file.name, node.name, match[1] if match else None)


def document() -> str:
    """The whole document."""
    with tempfile.TemporaryDirectory() as folder:
        company = Company("Empty", datetime(2025, 9, 1, tzinfo=UTC), "EUR", "ES", "Europe/Madrid")
        state = State(Path(folder) / "sap_b1.sqlite")
        service = service_layer(
            ServerContext("sap_b1", state, Clock(state, company.clock), company)
        )
        parts = [
            "# The practice Service Layer: what is imitated\n\n"
            "Made by `.venv/bin/python tests/conformance/sap_b1/sap_b1_imitated.py`; a test keeps"
            " it current. Sections A1 to A17 are those of the protocol notes, K the cases, F the"
            " faults that the tests name.\n",
            _sets(),
            _actions(service),
            _operations(service),
            _tables(),
            "## Proofs\n\n" + _proofs(),
            "## Not imitated besides\n\n" + "".join(f"- {text}.\n" for text in NOT_IMITATED),
        ]
        state.close()
    return "\n".join(parts)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _sets() -> str:
    sets = load_schema().sets.values()
    ways = sum(len(each.navigations) for each in sets)
    return (
        f"## Entity sets\n\nAll {len(sets)} declared sets are read and written in `/b1s/v1` and"
        f" `/b1s/v2`, {ways} navigation properties lead on; the company's own fields and tables are"
        f" served as well. Writing has consequences in {_listed([*KIND_BY_SET, *OTHER_RULES])}.\n\n"
        f"Query options: {_listed(KNOWN_OPTIONS)}. A body of more than {LARGEST_BODY} bytes is"
        " answered with 413.\n"
    )


def _actions(service: ServiceLayer) -> str:
    done: dict[str, list[str]] = defaultdict(list)
    left: dict[str, list[str]] = defaultdict(list)
    for entity_set in load_schema().sets.values():
        served = service.business.actions(entity_set)
        for action in entity_set.actions:
            (done if action in served else left)[action].append(entity_set.name)
    lines = "".join(f"- `{name}`: {_listed(sets)}\n" for name, sets in sorted(done.items()))
    refused = ", ".join(f"`{name}` ({len(sets)})" for name, sets in sorted(left.items()))
    return (
        f"## Bound actions and functions\n\n{lines}\n"
        f"Declared and refused with -5006, and of how many sets: {refused}.\n"
    )


def _operations(service: ServiceLayer) -> str:
    names = set(service.services.names)
    missing = load_schema().operations - names - {"Login", "Logout"}
    return (
        f"## Operations of services\n\nImitated ({len(names)}): {_listed(names)}.\n\n"
        f"Not imitated ({len(missing)}): {_listed(missing)}.\n"
    )


def _tables() -> str:
    return (
        "## Tables of SQLQueries\n\n"
        f"Imitated: {_listed(name for name in ALLOWED if is_imitated(name))}.\n\n"
        "Allowed by the real server, without rows here: "
        f"{_listed(name for name in ALLOWED if not is_imitated(name))}.\n"
    )


def _proofs() -> str:
    found = list(proofs())
    parts = []
    for section, title in SECTIONS.items():
        own = [one for one in found if one.section == section]
        lines = "".join(f"- {one.told} (`{one.file}`)\n" for one in own)
        parts.append(f"### {section} {title}: {len(own)} tests\n\n{lines}")
    others = [one for one in found if one.section and one.section not in SECTIONS]
    lines = "".join(f"- {one.section}: {one.told} (`{one.file}`)\n" for one in others)
    parts.append(f"### Cases and faults: {len(others)} tests\n\n{lines}")
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"{DOCUMENT.name}: {len(list(proofs()))} tests")
