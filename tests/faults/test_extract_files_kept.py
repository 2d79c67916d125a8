"""F25, F28, F29 and B24: the raw file damaged, restored, or written by another program."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from told_source import ToldSource, ask, current, fresh, items, land

from extract import Stop, extract_object
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


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"this is no database" * 1000, "is not a file of Promesa"), (None, "is damaged")],
)
def test_F25_a_foreign_and_a_damaged_file_are_told_apart_and_not_touched(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    raw = tmp_path / "kept" / "raw.duckdb"
    if content is None:
        land(fresh(tmp_path), items(3))
        whole = bytearray(raw.read_bytes())
        for place in (100, 4200, 8300):
            whole[place] ^= 255
        content = bytes(whole)
        raw.unlink()
    raw.parent.mkdir(exist_ok=True)
    raw.write_bytes(content)
    for _ in range(2):
        with pytest.raises(Stop, match=told):
            land(raw, items(3))
    assert raw.read_bytes() == content


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
