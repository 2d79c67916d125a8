"""A folder as a company may really send it: every record lands or is set aside, and it adds up."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime
from pathlib import Path

from hostile_folder import ORDERS, PARTNERS, write_hostile_folder
from told_source import ask

from extract import FilesSource, extract_object

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


def test_every_record_lands_or_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    chance = random.Random(7)
    place = tmp_path / "company"
    write_hostile_folder(place, chance)
    source = FilesSource(place)
    raw = tmp_path / "kept" / "raw.duckdb"

    partners = extract_object(source, "BusinessPartners", raw, AS_OF)
    orders = extract_object(source, "Orders", raw, AS_OF)

    assert (partners.state, orders.state) == ("closed", "closed")
    assert partners.received == PARTNERS + 1 == partners.landed + partners.quarantined
    assert orders.received == ORDERS + 3 == orders.landed + orders.quarantined
    assert partners.quarantined > 50
    assert orders.quarantined > 100
    assert [drift.field for drift in partners.drift] == ["Farbe"]
    assert [drift.field for drift in orders.drift] == ["nota"]
    assert ask(
        raw,
        "select count(*) from quarantine where reason is null or place not similar to"
        " '.*[.]csv line [0-9]+' or payload is null",
    ) == [(0,)]
    assert ask(raw, "select count(*), count(distinct quarantine_id) from quarantine") == [
        (partners.quarantined + orders.quarantined,) * 2
    ]


def test_what_lands_is_what_the_file_says(tmp_path: Path) -> None:
    """The same folder read by Python's own csv reader, line by line."""
    place = tmp_path / "company"
    write_hostile_folder(place, random.Random(7))
    raw = tmp_path / "kept" / "raw.duckdb"
    extract_object(FilesSource(place), "BusinessPartners", raw, AS_OF)
    text = (place / "kunden.csv").read_bytes().decode("latin-1")
    expected = {
        row[0]: (row[1] or None, row[3] or None)
        for row in list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
        if row[2] in ("1.234,50", "0", "-5", "99", "")
    }
    landed = ask(
        raw,
        "select record_key, record ->> 'CardName', record ->> 'City', record ->> 'CreditLimit'"
        " from sap_b1__business_partners",
    )
    assert {row[0]: (row[1], row[2]) for row in landed} == expected
    assert {row[3] for row in landed} == {"1234.5", "0", "-5", "99", None}
