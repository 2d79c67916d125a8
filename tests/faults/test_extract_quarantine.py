"""F11 and F13 as a person meets them: what is held, trying it again, and a parked read let in."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hostile_folder import write_hostile_folder
from told_source import ToldSource, ask, current, fresh, items, land

from extract import (
    FilesSource,
    Misconfigured,
    Replayed,
    extract_object,
    held_record,
    held_records,
    parked_reads,
    release_parked,
    replay,
)
from extract.landing import set_aside
from extract.source import Mode

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


def orders(count: int, **changed: object) -> list[dict[str, object]]:
    """Orders with a stamp, the first one changed."""
    rows: list[dict[str, object]] = [
        {
            "DocEntry": number,
            "DocNum": number,
            "DocDate": "2025-08-01T00:00:00Z",
            "DocTotal": 10.0,
            "UpdateDate": "2025-08-30T00:00:00Z",
            "UpdateTime": f"10:{number:02}:00",
        }
        for number in range(count)
    ]
    rows[0].update(changed)
    return rows


def numbers(raw: Path) -> list[int]:
    return [each.number for each in held_records(raw)]


def test_F11_a_whole_read_judges_again_and_an_incremental_one_does_not_forget(
    tmp_path: Path,
) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20, QuantityOnStock=1e308))
    assert numbers(raw) == [1]
    land(raw, items(20, QuantityOnStock=1e308))
    assert numbers(raw) == [2], "the same record of a later whole read, not two of them"
    land(raw, items(20))
    assert numbers(raw) == []

    extract_object(ToldSource([orders(20, DocTotal=1e308)]), "Orders", raw, AS_OF)
    extract_object(ToldSource([orders(20)[5:6]]), "Orders", raw, AS_OF)
    assert [each.record_key for each in held_records(raw)] == ["0"]
    assert "1e308 is outside" in held_record(raw, numbers(raw)[0]).reason
    extract_object(ToldSource([orders(1, DocTotal=5.0)]), "Orders", raw, AS_OF)
    assert numbers(raw) == [], "a later row of the same key has overtaken it"


def test_F11_a_replay_after_a_mended_rule_adds_up_and_moves_no_cursor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = fresh(tmp_path)
    rows = orders(20, DocTotal=5e12)
    rows += [{"DocNum": 99, "DocDate": "2025-08-01T00:00:00Z"}]
    rows[1]["DocTotal"] = 1e308
    first = extract_object(ToldSource([rows]), "Orders", raw, AS_OF)
    assert (first.received, first.landed, first.quarantined) == (21, 18, 3)
    cursor = ask(raw, "select cursor_to from extraction")
    fields = ask(raw, "select count(*) from field_seen")

    assert replay(raw, (), AS_OF) == (Replayed("sap_b1", "Orders", 3, 3),), "nothing was mended"
    assert len(numbers(raw)) == 3

    monkeypatch.setattr(set_aside, "_MONEY_LIMIT", 1e13)
    assert replay(raw, (), AS_OF) == (Replayed("sap_b1", "Orders", 3, 2),)
    landed = ask(raw, "select record_key from sap_b1__orders where extraction_id > 1")
    assert landed == [("0",)]
    assert ask(raw, "select distinct cursor_to from extraction") == cursor
    assert ask(raw, "select count(*) from field_seen") == fields
    assert ask(
        raw, "select count(*) from extraction where received <> landed + folded + quarantined"
    ) == [(0,)], "I3"


def test_F11_one_object_from_two_sources_is_counted_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = fresh(tmp_path)
    here = ToldSource([orders(2, DocTotal=5e12)], mode=Mode.INCREMENTAL)
    extract_object(here, "Orders", raw, AS_OF)
    there = [{**row, "DocEntry": 100 + n} for n, row in enumerate(orders(2, DocTotal=1e308))]
    source = ToldSource([there], mode=Mode.INCREMENTAL, label="other")
    extract_object(source, "Orders", raw, AS_OF)
    monkeypatch.setattr(set_aside, "_MONEY_LIMIT", 1e13)
    told = replay(raw, (), AS_OF)
    assert [(each.landed, each.held) for each in told] == [(1, 0), (0, 1)]
    assert len(numbers(raw)) == 1


def test_F11_an_old_record_put_back_is_not_newer_than_what_came_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = fresh(tmp_path)
    extract_object(ToldSource([orders(20, DocTotal=5e12)]), "Orders", raw, AS_OF)
    newer = orders(1, DocTotal=7.0, UpdateTime="11:00:00")
    extract_object(ToldSource([newer]), "Orders", raw, AS_OF)
    before = current(raw, "sap_b1__orders")
    monkeypatch.setattr(set_aside, "_MONEY_LIMIT", 1e13)
    assert replay(raw, (), AS_OF) == ()
    assert current(raw, "sap_b1__orders") == before


def test_F11_a_hostile_folder_is_mended_and_replayed(tmp_path: Path) -> None:
    """Every number that is none becomes 99; what is left has its own reason; the sum stays."""
    place, raw = tmp_path / "company", fresh(tmp_path)
    write_hostile_folder(place, random.Random(7))
    source = FilesSource(place)
    told = extract_object(source, "BusinessPartners", raw, AS_OF)
    orders_told = extract_object(source, "Orders", raw, AS_OF)
    held = held_records(raw)
    assert len(held) == told.quarantined + orders_told.quarantined
    assert all(each.place and each.reason and each.payload and each.what_to_do for each in held)

    unread = replay(raw, (), AS_OF)
    assert [each.landed for each in unread] == [0, 0]
    assert all("--source files:company" in each.why_not for each in unread)

    file = place / "kunden.csv"
    mended = file.read_bytes().replace(b";12,5x;", b";99;").replace(b";NaN;", b";99;")
    file.write_bytes(mended)
    partners, _ = replay(raw, [FilesSource(place)], AS_OF)
    assert partners.tried == told.quarantined == partners.landed + partners.held
    text = mended.decode("latin-1")
    assert partners.held == text.count(";1E308;") + 1, "those, and the line with too many values"
    assert ask(raw, "select count(distinct record_key) from sap_b1__business_partners") == [
        (401 - partners.held,)
    ]


def test_F13_a_parked_read_is_listed_and_let_in_by_a_person(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    land(raw, items(20)[:10])
    (parked,) = parked_reads(raw)
    assert (parked.system, parked.object) == ("sap_b1", "Items")
    assert "brought 10 records where 20 were known" in parked.note
    assert "promesa quarantine release sap_b1.Items" in parked.note
    assert release_parked(raw, "sap_b1", "Items")
    assert land(raw, items(20)[:9]).deleted == 11
    assert parked_reads(raw) == ()


def test_F13_a_parked_read_judges_its_bad_records_itself(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    land(raw, items(20) + [{"ItemName": f"keyless {n}"} for n in range(11)])
    assert len(held_records(raw)) == 11
    (told,) = replay(raw, (), AS_OF)
    assert (told.landed, told.held) == (0, 11)
    assert "parked" in told.why_not


def test_F11_a_number_that_is_not_held_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no record is set aside as Q-7"):
        held_record(fresh(tmp_path), 7)
