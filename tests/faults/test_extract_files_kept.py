"""F25, F28, F29 and B24: the raw file damaged, restored, or written by another program."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from told_source import Row, ToldSource, ask, current, fresh, items, land

from extract import DECLARED, REBUILT, Stop, extract_object, mend_raw
from extract.landing import form

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


def change(raw: Path, *statements: str) -> None:
    with duckdb.connect(str(raw)) as con:
        for statement in statements:
            con.execute(statement)


def stamped(count: int, minute: int = 0) -> list[dict[str, object]]:
    """Orders, the last one changed at 10:MM."""
    rows: list[dict[str, object]] = [
        {
            "DocEntry": number,
            "DocNum": number,
            "DocDate": "2025-08-01T00:00:00Z",
            "UpdateDate": "2025-08-30T00:00:00Z",
            "UpdateTime": "10:00:00",
        }
        for number in range(count)
    ]
    rows[-1]["UpdateTime"] = f"10:{minute:02}:00"
    return rows


def test_B24_F29_a_file_of_a_newer_program_is_refused_in_one_sentence(tmp_path: Path) -> None:
    raw = fresh(tmp_path)
    change(raw, "update file_form set form = 99, written_by = '2.3'")
    before = raw.read_bytes()
    with pytest.raises(Stop) as caught:
        land(raw, items(3))
    ours = form.program_version()
    assert str(caught.value) == (
        f"sap_b1 Items: raw.duckdb was written by Promesa 2.3; this is {ours}."
        f" Upgrade, or restore the backup of {ours}; the file was not touched."
    )
    assert raw.read_bytes() == before


def test_F29_an_older_file_is_brought_forward_as_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut before the copy takes its place the file is as it was; the next start brings it on."""
    raw = fresh(tmp_path)
    land(raw, items(3))
    held = current(raw, "sap_b1__items")
    change(raw, "drop table file_form")
    monkeypatch.setattr(form, "_looked_at", set())
    before = raw.read_bytes()

    def cut(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(form, "note_form", cut)
        land(raw, items(3))
    assert raw.read_bytes() == before
    assert land(raw, items(3)).folded == 3
    assert ask(raw, "select form from file_form") == [(form.FORM,)]
    assert current(raw, "sap_b1__items") == held
    assert [path.name for path in raw.parent.iterdir() if "migrating" in path.name] == []


def test_I21_a_file_whose_note_was_cut_off_by_a_kill_is_read_and_noted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = fresh(tmp_path)
    land(raw, items(3))
    change(raw, "delete from file_form")
    monkeypatch.setattr(form, "_looked_at", set())
    assert land(raw, items(3)).folded == 3
    assert ask(raw, "select form from file_form") == [(form.FORM,)]


def test_F25_a_foreign_file_is_told_and_not_touched(tmp_path: Path) -> None:
    raw, content = tmp_path / "kept" / "raw.duckdb", b"this is no database" * 1000
    raw.parent.mkdir()
    raw.write_bytes(content)
    for _ in range(2):
        with pytest.raises(Stop, match="is not a file of Promesa"):
            land(raw, items(3))
    assert raw.read_bytes() == content
    assert [path.name for path in raw.parent.glob("*damaged*")] == []


def test_F25_a_file_that_does_not_open_is_set_aside_and_read_from_the_source_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = fresh(tmp_path)
    land(raw, items(3))
    held = current(raw, "sap_b1__items")
    damaged = flip(raw, 100, 4200, 8300)

    monkeypatch.setattr(form, "_looked_at", set())  # as a run that starts
    told = land(raw, items(3))
    (aside,) = raw.parent.glob("raw.damaged-*.duckdb")
    assert aside.read_bytes() == damaged
    assert current(raw, "sap_b1__items") == held
    assert told.note == (
        f"raw.duckdb was damaged and is set aside as {aside.name}; {len(DECLARED)} of"
        f" {len(DECLARED)} objects are read from the source again. What the source no longer"
        " holds of them is only in that file or in a backup."
    )
    assert land(raw, items(3)).note == "", "the next run has nothing more to tell of it"


def test_F25_a_damaged_block_costs_its_own_object_alone(tmp_path: Path) -> None:
    """The run that meets it ends; the next one reads that object whole, and the others go on."""
    raw = fresh(tmp_path)
    land(raw, long_items())
    orders = ToldSource([stamped(3)])
    extract_object(orders, "Orders", raw, AS_OF)
    rows = current(raw, "sap_b1__items"), current(raw, "sap_b1__orders")
    damaged = flip(raw, *blocks_of(raw, "sap_b1__items"))

    with pytest.raises(Stop, match=r"is set aside as raw\.damaged-.*; 1 of \d+ objects") as caught:
        land(raw, long_items())
    assert caught.value.facts.code == REBUILT
    assert [path.read_bytes() for path in raw.parent.glob("raw.damaged-*")] == [damaged]
    extract_object(orders, "Orders", raw, AS_OF)
    assert orders.cursors[-1] is not None, "what could be read goes on where it was"
    assert land(raw, long_items()).landed == len(long_items())
    assert (current(raw, "sap_b1__items"), current(raw, "sap_b1__orders")) == rows


def test_F25_damage_that_only_a_model_meets_is_mended_too(tmp_path: Path) -> None:
    """Landing compares hashes and reads no old record; a model reads them all."""
    raw = fresh(tmp_path)
    land(raw, long_items())
    mend_raw(raw)
    flip(raw, *blocks_of(raw, "sap_b1__items"))
    with pytest.raises(Stop, match="Start the run again; nothing was published"):
        mend_raw(raw)
    mend_raw(raw)
    assert land(raw, long_items()).landed == len(long_items())


def long_items() -> list[Row]:
    """So many items that they have blocks of their own."""
    return [{**row, "User_Text": str(row["ItemCode"]) * 300} for row in items(900)]


def blocks_of(raw: Path, table: str) -> list[int]:
    """A byte in the midst of each block that a table's rows lie in."""
    with duckdb.connect(str(raw), read_only=True) as con:
        size = con.execute("select block_size from pragma_database_size()").fetchone()
        found = con.execute(
            f"select distinct block_id from pragma_storage_info('{table}') where block_id >= 0"
        ).fetchall()
        others = con.execute(
            "select distinct block_id from pragma_storage_info('extraction') where block_id >= 0"
            " union select block_id from pragma_storage_info('sap_b1__orders')"
        ).fetchall()
    assert size
    alone = set(found) - set(others)
    assert alone, "the table has no block of its own"
    return [3 * 4096 + number * int(size[0]) + int(size[0]) // 2 for (number,) in alone]


def flip(raw: Path, *places: int) -> bytes:
    """Flip all bits of some bytes; returns the damaged content."""
    whole = bytearray(raw.read_bytes())
    for place in places:
        whole[place] ^= 255
    raw.write_bytes(bytes(whole))
    return bytes(whole)


def test_F28_a_file_restored_from_a_backup_reads_on_from_its_old_cursor_and_folds(
    tmp_path: Path,
) -> None:
    raw, backup = fresh(tmp_path), tmp_path / "backup.duckdb"
    source = ToldSource([stamped(3)])
    extract_object(source, "Orders", raw, AS_OF)
    shutil.copy(raw, backup)
    source.pages = [stamped(4, 30)]
    extract_object(source, "Orders", raw, AS_OF)
    unbroken = current(raw, "sap_b1__orders")

    shutil.copy(backup, raw)
    told = extract_object(source, "Orders", raw, AS_OF)
    assert source.cursors[-1] == "2025-08-30T10:00:00", "from the backup's cursor"
    assert (told.landed, told.folded) == (1, 3)
    assert current(raw, "sap_b1__orders") == unbroken
