"""What becomes of arrivals: landed, folded, set aside, parked, marked deleted; all counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from told_source import AS_OF, ToldSource, ask, current, fresh, items, land

from extract import Extraction, Refuse, extract_object, release_parked
from extract.source import Mode, snake

TABLE = "sap_b1__items"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OpportunityLineItem", "opportunity_line_item"),
        ("Product2", "product2"),
        ("BusinessPartners", "business_partners"),
        ("UnitOfMeasurements", "unit_of_measurements"),
        ("LotQuantities", "lot_quantities"),
    ],
)
def test_tables_are_named_after_their_objects(name: str, expected: str) -> None:
    assert snake(name) == expected


def test_i2_the_same_read_twice_lands_once(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    first, second = land(raw, items(20)), land(raw, items(20))
    assert (first.landed, first.folded) == (20, 0)
    assert (second.landed, second.folded) == (0, 20)
    assert ask(raw, f"select count(*) from {TABLE}") == [(20,)]


def test_one_change_lands_one_row(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    changed = land(raw, items(20, QuantityOnStock=-3.0))
    assert (changed.received, changed.landed, changed.folded) == (20, 1, 19)
    assert ask(raw, f"select count(*) from {TABLE} where record_key = 'A-000'") == [(2,)]


def test_i3_every_extraction_adds_up(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    land(raw, [*items(20, QuantityOnStock=2.0), {"ItemName": "no key"}])
    assert ask(
        raw, "select received = landed + folded + quarantined from extraction where state='closed'"
    ) == [(True,), (True,)]


def test_notes_of_the_answer_and_nulls_are_no_content(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20, Remarks=None))
    rows = items(20)
    rows[0] = {"@odata.etag": 'W/"356A\\"19"', **rows[0]}
    again = land(raw, rows)
    assert again.landed == 0
    assert ask(raw, f"select count(*) from {TABLE} where record::varchar like '%odata%'") == [(0,)]


def test_a_text_that_looks_like_a_null_is_kept(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    text = 'x "Remarks":null, y {"a":null} ,"b":null}'
    land(raw, items(20, ItemName=text))
    assert ask(raw, f"select record ->> 'ItemName' from {TABLE} where record_key='A-000'") == [
        (text,)
    ]


def test_b12_b15_texts_are_kept_as_they_are(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    texts = ["#N/A", "NULL", "NA", "", " ", "007", "🏭 ‮אבג e\u0301", "a\tb\u200bc", "x" * 5_000_000]
    rows = items(20)
    for row, text in zip(rows, texts, strict=False):
        row["ItemName"] = text
    land(raw, rows)
    landed = ask(raw, f"select record ->> 'ItemName' from {TABLE} order by record_key limit 9")
    assert [row[0] for row in landed] == texts


def test_a_delete_repeats_the_row_marked(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    gone = land(raw, items(20)[1:])
    assert gone.deleted == 1
    assert ask(
        raw, f"select record_key, is_deleted, record ->> 'ItemName' from {TABLE} where is_deleted"
    ) == [("A-000", True, "Item 0")]
    assert len(current(raw, TABLE)) == 19
    assert land(raw, items(20)[1:]).deleted == 0


def test_what_returns_after_a_delete_is_there_again(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    for rows in (items(20), items(20)[1:], items(20)):
        land(raw, rows)
    assert len(current(raw, TABLE)) == 20


def test_i6_an_incomplete_read_deletes_nothing(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    assert land(raw, items(20)[1:], is_complete=False).deleted == 0


def test_i6_an_unreadable_record_is_not_taken_for_deleted(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    broken = land(raw, items(20, QuantityOnStock=1e308))
    assert (broken.quarantined, broken.deleted) == (1, 0)
    keyless = land(raw, [*items(20)[1:], {"ItemName": "?"}])
    assert (keyless.quarantined, keyless.deleted) == (1, 0)


@pytest.mark.parametrize("left", [0, 17])
def test_f13_a_read_that_shrank_is_parked(tmp_path: Path, left: int) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    parked = land(raw, items(20)[:left]) if left else _empty(raw)
    assert parked.state == "parked"
    assert parked.landed == parked.deleted == 0
    assert f"brought {left} records where 20 were known" in parked.note
    assert len(current(raw, TABLE)) == 20


def _empty(raw: Path) -> Extraction:
    return extract_object(ToldSource([[]]), "Items", raw, AS_OF)


def test_f13_a_second_identical_read_lets_it_in(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    assert land(raw, items(20)[:10]).state == "parked"
    assert land(raw, items(20)[:9]).state == "parked"
    second = land(raw, items(20)[:9])
    assert (second.state, second.deleted) == ("closed", 11)


def test_f13_a_person_lets_it_in(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    land(raw, items(20)[:10])
    assert release_parked(raw, "sap_b1", "Items")
    assert land(raw, items(20)[:5]).state == "closed"
    assert not release_parked(raw, "sap_b1", "Items")


def test_f11_more_bad_records_than_the_limit_keep_the_last_read(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    bad = land(raw, items(20) + [{"ItemName": f"keyless {n}"} for n in range(11)])
    assert (bad.state, bad.quarantined, bad.landed) == ("parked", 11, 0)
    assert "11 of 31 records could not be read" in bad.note


def test_b13_a_key_twice_is_reported_and_the_newer_counts(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    rows = items(20)
    rows.append({**rows[0], "ItemName": "newer", "UpdateTime": "10:42:07"})
    told = land(raw, rows)
    assert told.notices == (
        'Item "A-000" stands 2 times in the source; the newer (10:42:07) is used.',
    )
    assert ask(
        raw,
        f"select arg_max(record ->> 'ItemName', changed_at) from {TABLE} where record_key='A-000'",
    ) == [("newer",)]


def test_f12_a_page_repeated_in_one_read_folds(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    source = ToldSource([items(20), items(20)[:5]])
    told = extract_object(source, "Items", raw, AS_OF)
    assert (told.received, told.landed, told.folded) == (25, 20, 5)


def test_b16_a_number_that_money_cannot_hold_is_quarantined(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    rows = items(20)
    rows[3]["ItemPrices"] = [{"PriceList": 1, "Price": 1e308}]
    land(raw, rows)
    assert ask(raw, "select record_key, field, place, reason from quarantine") == [
        (
            "A-003",
            "Price",
            "page 1 row 4",
            "Item A-003, `Price`: 1e308 is outside what money and quantities can hold."
            " Record quarantined as Q-1.",
        )
    ]
    [(payload,)] = ask(raw, "select payload from quarantine")
    assert b'"ItemCode":"A-003"' in bytes(payload)  # type: ignore[arg-type]


def test_f10_a_new_field_lands_and_is_reported_once(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    added = land(raw, [{**row, "U_New": "x"} for row in items(20)])
    assert [(drift.field, drift.kind) for drift in added.drift] == [("U_New", "added")]
    assert land(raw, [{**row, "U_New": "x"} for row in items(20)]).drift == ()
    gone = land(raw, items(20))
    assert [(drift.field, drift.kind) for drift in gone.drift] == [("U_New", "missing")]


def test_f10_a_field_that_models_need_is_named(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    rows = [{k: v for k, v in row.items() if k != "ItemName"} for row in items(20)]
    with pytest.raises(Refuse) as caught:
        land(raw, rows)
    assert caught.value.facts.field == "ItemName"
    assert len(current(raw, TABLE)) == 20


def test_f10_a_number_that_became_text_keeps_the_last_read(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    land(raw, items(20))
    with pytest.raises(Refuse, match="QuantityOnStock was a number"):
        land(raw, [{**row, "QuantityOnStock": "12,5x"} for row in items(20)])


def test_the_cursor_is_the_newest_stamp_of_the_source(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    orders = [
        {
            "DocEntry": number,
            "DocNum": number,
            "DocDate": "2025-08-01T00:00:00Z",
            "UpdateDate": "2025-08-30T00:00:00Z",
            "UpdateTime": f"10:{number:02}:07",
        }
        for number in range(20)
    ]
    source = ToldSource([orders])
    assert extract_object(source, "Orders", raw, AS_OF).cursor == "2025-08-30T10:19:07"
    source.pages = [[]]
    assert extract_object(source, "Orders", raw, AS_OF).cursor == "2025-08-30T10:19:07"
    extract_object(source, "Orders", raw, AS_OF, full=True)
    assert source.cursors == [None, "2025-08-30T10:19:07", None]


def test_i5_an_incomplete_first_read_leaves_no_cursor(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    order: dict[str, object] = {
        "DocEntry": 2,
        "DocNum": 2,
        "DocDate": "2025-08-01T00:00:00Z",
        "UpdateDate": "2025-08-30T00:00:00Z",
        "UpdateTime": "10:00:07",
    }
    source = ToldSource([[order]], mode=Mode.FULL, is_complete=False)
    assert extract_object(source, "Orders", raw, AS_OF).cursor is None
    earlier = {**order, "DocEntry": 1, "UpdateDate": "2025-07-01T00:00:00Z"}
    source.pages, source.is_complete = [[earlier, order]], True
    assert extract_object(source, "Orders", raw, AS_OF).landed == 1
    assert source.cursors == [None, None]


def test_i5_a_record_that_lost_its_key_on_the_way_is_read_again(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    order: dict[str, object] = {
        "DocEntry": 1,
        "DocNum": 1,
        "DocDate": "2025-08-01T00:00:00Z",
        "UpdateDate": "2025-08-30T00:00:00Z",
        "UpdateTime": "10:00:07",
    }
    source = ToldSource([[order]], mode=Mode.FULL)
    first = extract_object(source, "Orders", raw, AS_OF).cursor
    changed = {**order, "UpdateTime": "11:00:00", "Comments": "changed"}
    later = {**order, "DocEntry": 2, "UpdateTime": "12:00:00"}
    source.pages = [[{"garbled": True}, later]]
    told = extract_object(source, "Orders", raw, AS_OF)
    assert (told.quarantined, told.landed, told.cursor) == (1, 1, first)
    source.pages = [[changed, later]]
    told = extract_object(source, "Orders", raw, AS_OF)
    assert (told.landed, told.folded, told.cursor) == (1, 1, "2025-08-30T12:00:00")


def test_salesforce_says_itself_what_was_deleted(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    rows = [
        {
            "attributes": {"type": "Account", "url": "/x"},
            "Id": f"001{number:015}",
            "Name": f"N{number}",
            "IsDeleted": number == 3,
            "SystemModstamp": "2025-08-30T10:00:00.000+0000",
        }
        for number in range(12)
    ]
    told = land(raw, rows, "Account", label="salesforce")
    assert (told.landed, told.deleted) == (12, 1)
    assert ask(raw, "select changed_at::varchar from salesforce__account limit 1") == [
        ("2025-08-30 10:00:00",)
    ]
    assert len(current(raw, "salesforce__account")) == 11
