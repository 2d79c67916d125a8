"""Writes docs/salesforce_server.md: what the practice Salesforce imitates, and what it doesn't.

    .venv/bin/python tests/conformance/salesforce/salesforce_imitated.py

The calls come from the server's own routes, the objects from its schemas, the proofs from the
docstrings of the tests beside this file; what is missing is kept here by hand.
"""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from starlette.applications import Starlette

from sandbox.clock import Clock
from sandbox.company import Company
from sandbox.context import ServerContext
from sandbox.faults import FaultKind
from sandbox.salesforce import create_app
from sandbox.salesforce.api import Api
from sandbox.salesforce.calls import FIRST_VERSION, LAST_VERSION
from sandbox.salesforce.records import Records
from sandbox.salesforce.standard import RECORDED, standard_objects
from sandbox.state import State

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[2] / "docs" / "salesforce_server.md"
SECTIONS = {
    "B1": "Sign-in",
    "B2": "REST basics",
    "B3": "Query",
    "B4": "Describe, objects, field history",
    "B5": "Writing",
    "B6": "Errors",
    "B7": "Limits",
    "B8": "Bulk API 2.0",
    "B9": "Change feeds",
    "B10": "Set-up: fields and permissions",
}
NOT_IMITATED = (
    "OAuth's web server, user agent and device flows (a refresh token is given instead)",
    "Bulk API 1.0, SOAP beyond the calls above, the Metadata API beyond creating a custom object,"
    " Apex, the UI API, Chatter",
    "SOSL (`search`, `parameterizedSearch`), `recent`, layouts, compact layouts, list views",
    "Change Data Capture, Pub/Sub, Streaming, platform events",
    "SOQL: TYPEOF, GROUP BY ROLLUP and CUBE, FORMAT(), currency literals, geolocation, data"
    " categories, polymorphic parents' own fields beyond those of Name",
    "subqueries of custom objects, formula and roll-up fields, flows, triggers, assignment"
    " rules, duplicate rules, approval processes (a row so refused is a fault on request)",
    "sharing rules, roles, queues as owners, person accounts, several currencies, time zones of"
    " users (days are UTC's), territories",
    "the slow lag of a real org: jobs are done at the first poll, counts are exact",
)
_SECTION = re.compile(r"B(\d+)\b")


@dataclass(frozen=True)
class Proof:
    """One test: its file, its name, the sections of the protocol that it comes from."""

    file: str
    name: str
    sections: tuple[str, ...]

    @property
    def told(self) -> str:
        return self.name.removeprefix("test_").replace("_", " ")


def proofs() -> Iterator[Proof]:
    """Every test beside this file."""
    for file in sorted(HERE.glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                head = (ast.get_docstring(node) or "").partition(":")[0]
                sections = tuple(f"B{number}" for number in _SECTION.findall(head))
                yield Proof(file.name, node.name, sections)


def document() -> str:
    """The whole document."""
    with tempfile.TemporaryDirectory() as folder:
        context = _context(Path(folder))
        app = create_app(context)
        assert isinstance(app, Starlette)
        calls = [
            (one.method, one.path, one.handler.__doc__) for one in Api(Records(context)).routes
        ]
        others = [
            ("/".join(sorted(set(getattr(one, "methods", None) or ["GET"]) - {"HEAD"})), one.path)
            for one in app.routes
            if not one.path.startswith("/services/data/v")
        ]
        context.state.close()
    parts = [
        "# The practice Salesforce: what is imitated\n\n"
        "Made by `.venv/bin/python tests/conformance/salesforce/salesforce_imitated.py`;"
        " a test keeps it current."
        " Sections B1 to B10 are those of the protocol notes that the tests name.\n",
        f"Versions v{FIRST_VERSION}.0 to v{LAST_VERSION}.0.\n",
        "## Calls below `/services/data/vNN.0/`\n\n| method | path | what |\n|---|---|---|\n"
        + "".join(f"| {m} | `{path or '/'}` | {_first(doc)} |\n" for m, path, doc in calls),
        "## Other addresses\n\n| method | path |\n|---|---|\n"
        + "".join(f"| {methods} | `{path}` |\n" for methods, path in others),
        "## Objects\n\n" + _objects(),
        "## Faults on request\n\n" + ", ".join(f"`{kind}`" for kind in get_args(FaultKind)) + ".\n",
        "## Proofs\n\n" + _proofs(),
        "## Not imitated\n\n" + "".join(f"- {text}.\n" for text in NOT_IMITATED),
    ]
    return "\n".join(parts)


def _context(folder: Path) -> ServerContext:
    company = Company("Empty", datetime(2025, 9, 1, tzinfo=UTC), "EUR", "ES", "Europe/Madrid")
    state = State(folder / "salesforce.sqlite")
    return ServerContext("salesforce", state, Clock(state, company.clock), company)


def _first(doc: str | None) -> str:
    line = (doc or "").strip().partition("\n")[0]
    return line.replace("|", "\\|")


def _objects() -> str:
    recorded = ", ".join(RECORDED)
    others = ", ".join(sorted(standard_objects().keys() - set(RECORDED)))
    return (
        f"As an org described them: {recorded}.\n\n"
        f"Names and rough types known, the rest assumed: {others}.\n"
    )


def _proofs() -> str:
    found = list(proofs())
    parts = []
    for section, title in SECTIONS.items():
        own = [one for one in found if section in one.sections]
        lines = "".join(f"- {one.told} (`{one.file}`)\n" for one in own)
        parts.append(f"### {section} {title}: {len(own)} tests\n\n{lines}")
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"{DOCUMENT.name}: {len(list(proofs()))} tests")
