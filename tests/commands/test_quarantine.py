"""`promesa quarantine` as a person gives it: list, explain, mend, replay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract import FilesSource, extract_object

MAPPING = """
system = "sap_b1"
object = "BusinessPartners"
file = "partners.csv"
[columns]
CardCode = "Code"
CreditLimit = "Limit"
CardName = "Name"
[defaults]
CardType = "cCustomer"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A company folder with one wrong number beside a hostile name, landed in the data folder."""
    place = tmp_path / "company"
    (place / "mapping").mkdir(parents=True)
    (place / "mapping" / "partners.toml").write_text(MAPPING, "utf-8")
    (place / "partners.csv").write_text(
        "Code,Limit,Name\nC1,100,one\nC2,12.5x,evil\u202e\x1b[31m\n", "utf-8"
    )
    raw = tmp_path / "data" / "kept" / "raw.duckdb"
    extract_object(FilesSource(place), "BusinessPartners", raw, datetime(2025, 9, 1, tzinfo=UTC))
    return place


def test_F11_a_record_is_listed_explained_mended_and_replayed(promesa, folder):
    said = promesa("quarantine", "list")
    assert said.code == 0
    first, *_, last = said.out.splitlines()
    for told in ("Q-1 ", "sap_b1.BusinessPartners.CreditLimit", "partners.csv line 3", "12.5x"):
        assert told in first
    assert last == "1 records are set aside, 0 reads are parked"

    said = promesa("quarantine", "explain", "Q-1")
    for told in ("partners.csv line 3", "C2", "CreditLimit", "is not a number", "what to do"):
        assert told in said.out
    assert "\x1b" not in said.out and "\u202e" not in said.out, "shown, never acted on (B12)"

    file = folder / "partners.csv"
    file.write_text(file.read_text("utf-8").replace("12.5x", "12.5"), "utf-8")
    said = promesa("quarantine", "replay", "--source", f"files:{folder}")
    assert said.out.splitlines()[-1] == "1 tried, 1 landed, 0 still set aside"
    assert "0 records are set aside" in promesa("quarantine", "list").out


def test_F11_a_wrong_number_or_object_is_one_sentence(promesa, folder):
    for arguments, told in (
        (("explain", "Q-9"), "no record is set aside as Q-9"),
        (("explain", "nine"), "is not the number of a record"),
        (("release", "sap_b1.Items"), 'No read of "sap_b1.Items" is parked (parked: none).'),
    ):
        said = promesa("quarantine", *arguments)
        assert said.code == 1
        assert told in said.err


def test_F11_before_the_first_run_it_says_what_to_do(promesa):
    said = promesa("quarantine", "list")
    assert (said.code, said.err.strip()) == (
        1,
        "promesa: Nothing was read yet. Run `promesa run` first.",
    )
