"""Our own client: what `extract` reads, beside what the small company holds."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from extract.sap_b1 import SapB1Source
from extract.sap_b1.objects import OBJECTS
from extract.sap_b1.settings import SapB1Settings
from extract.source import Mode, ReadPlan

pytestmark = pytest.mark.skipif(
    "PROMESA_CONFORMANCE_SAP_B1" in os.environ, reason="knows the small company's records"
)

SPECS = {spec.name: spec for spec in OBJECTS}
NOW = datetime(2025, 9, 1, 6, tzinfo=UTC)


@pytest.fixture
def source(shared):
    settings = SapB1Settings(
        url=shared.url,
        company=shared.credentials["CompanyDB"],
        user=shared.credentials["UserName"],
        password=shared.credentials["Password"],
        page_size=7,
    )
    source = SapB1Source(settings)
    yield source
    source.close()
    shared.clear_faults()


def rows(reading):
    return [
        row
        for page in reading.pages
        for row in json.loads(page.path.read_text(encoding="utf-8"))[page.array]
    ]


def test_A4_every_order_is_read_once_in_pages_of_seven(source, tmp_path):
    reading = source.read(SPECS["Orders"], ReadPlan(NOW, None, tmp_path))
    assert [row["DocEntry"] for row in rows(reading)] == list(range(1, 46))
    assert (reading.mode, len(reading.pages), reading.declared) == (Mode.FULL, 7, 45)


def test_A2_a_session_that_ends_between_pages_is_renewed(shared, source, tmp_path):
    shared.plan("expired_session", method="GET", path="/Orders$", skip=3)
    reading = source.read(SPECS["Orders"], ReadPlan(NOW, None, tmp_path))
    assert [row["DocEntry"] for row in rows(reading)] == list(range(1, 46))
    logins = [
        entry
        for entry in shared.journal("request")
        if entry["detail"]["path"] == "/b1s/v2/Login" and entry["detail"]["method"] == "POST"
    ]
    assert len(logins) >= 2


def test_A11_only_what_moved_is_read_after_a_cursor(shared, source, company_records, tmp_path):
    """The cursor is a stamp: the day and the minute filter, what is older stays away."""
    cursor = "2025-07-25T00:00:00"
    reading = source.read(SPECS["Orders"], ReadPlan(NOW, cursor, tmp_path))
    found = {row["DocEntry"] for row in rows(reading)}
    moved = {
        order["DocEntry"]
        for order in company_records["Orders"]
        if order["UpdateDate"][:10] >= "2025-07-25"
    }
    day_before = {
        order["DocEntry"]
        for order in company_records["Orders"]
        if order["UpdateDate"][:10] < "2025-07-24"
    }
    assert reading.mode is Mode.INCREMENTAL
    assert moved <= found
    assert not found & day_before


def test_A10_lot_quantities_come_by_a_query_of_our_own(source, tmp_path):
    reading = source.read(SPECS["LotQuantities"], ReadPlan(NOW, None, tmp_path))
    assert [(row["SysNumber"], row["Quantity"]) for row in rows(reading)] == [
        (1, 100.0),
        (2, 200.0),
    ]
