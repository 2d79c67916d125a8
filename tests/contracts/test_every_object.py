"""What holds for every object of every system, by every path; a new one inherits it all.

First load = incremental load · read twice, landed once · one current row per key · deletes marked ·
received = landed + folded + set aside.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from told_source import ask, current

from extract import DECLARED, Extraction, Source, extract_object
from extract.source import DeleteRule, ObjectSpec

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)

SALESFORCE = [spec for spec in DECLARED if spec.system == "salesforce"]
SAP_B1 = [spec for spec in DECLARED if spec.system == "sap_b1"]
# Files go through one reader whatever the object: flat, nested, nested twice, composite keys.
FILES = frozenset(
    {
        "Account",
        "OpportunityHistory",
        "Items",
        "Orders",
        "DeliveryNotes",
        "ProductionOrders",
        "LotQuantities",
        "CurrencyRates",
        "Holidays",
    }
)
CASES = [
    *(("rest", spec) for spec in SALESFORCE),
    *(("bulk", spec) for spec in SALESFORCE),
    *(("sap_b1", spec) for spec in SAP_B1),
    *(("files", spec) for spec in DECLARED if spec.name in FILES),
]


def read(source: Source, spec: ObjectSpec, raw: Path, *, full: bool = False) -> Extraction:
    """Read an object; a parked read is read again, as the next run would."""
    told = extract_object(source, spec.name, raw, AS_OF, full=full, system=spec.system)
    if told.state == "parked":
        told = extract_object(source, spec.name, raw, AS_OF, full=full, system=spec.system)
    return told


@pytest.mark.parametrize(("path", "spec"), CASES, ids=[f"{p}-{s.name}" for p, s in CASES])
def test_the_contract(
    path: str,
    spec: ObjectSpec,
    opened: Callable[[str], tuple[Source, Source]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    before, after = opened(path)
    place = tmp_path_factory.getbasetemp() / f"raw-{path}"
    if spec not in before.objects():
        pytest.fail(f"{before.label} does not offer {spec.name}")
    raw, fresh = place / "a" / "raw.duckdb", place / "b" / "raw.duckdb"

    first, again = read(before, spec, raw), read(before, spec, raw)
    changed = read(after, spec, raw)
    read(after, spec, fresh)

    assert first.received > 0
    assert first.landed == first.received
    assert (again.landed, again.folded) == (0, again.received)
    assert all(
        told.received == told.landed + told.folded + told.quarantined
        for told in (first, again, changed)
    )
    assert len(ask(raw, f"select distinct record_key from {spec.table}")) == len(
        ask(
            raw,
            f"select record_key from {spec.table} qualify row_number() over"
            " (partition by record_key order by extraction_id) = 1",
        )
    )
    assert current(raw, spec.table) == current(fresh, spec.table)
    if spec.is_incremental and path != "files" and spec.name != "CurrencyRates":
        assert changed.mode == "incremental"
        assert changed.received < first.received + 2
    if spec.name != "CurrencyRates":
        assert changed.landed >= 1
    _deletes_are_marked(spec, path, raw, changed, first.received)


def _deletes_are_marked(
    spec: ObjectSpec, path: str, raw: Path, changed: Extraction, before: int
) -> None:
    marked = ask(raw, f"select record_key from {spec.table} where is_deleted")
    if spec.delete is DeleteRule.FLAG and spec.name not in ("User", "CurrencyRates"):
        assert len(marked) == 1
    elif spec.delete is DeleteRule.ABSENCE and not spec.is_incremental and before > 2:
        assert len(marked) == changed.deleted == 1
    else:
        assert marked == []
