"""B rows of files: what a person reads when a file is bad; the rest goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import HEADER, folder, read, rows, set_aside

from extract import Misconfigured, Refuse

LINES = """
[[children]]
field = "DocumentLines"
file = "lines.csv"
on = { Number = "Order" }
order_by = ["Line"]
[children.columns]
LineNum = "Line"
ItemCode = "Item"
Quantity = "Qty"
"""


def test_b5_a_line_with_a_wrong_number_sets_its_order_aside(tmp_path: Path) -> None:
    text = HEADER + "1041,2025-08-01,,C1,10\n1042,2025-08-01,,C1,10\n"
    folder(tmp_path, text, "", LINES)
    (tmp_path / "lines.csv").write_text(
        'Order,Line,Item,Qty\n1042,0,A,1\n1042,1,A,1\n1042,2,A,"12,5x"\n1041,0,A,1\n'
    )
    told = read(tmp_path)
    assert (told.received, told.landed, told.quarantined) == (2, 1, 1)
    assert set_aside(tmp_path) == [
        (
            "lines.csv line 4",
            "Quantity",
            "bad_number",
            'Order 1042, line 3, `Quantity`: "12,5x" is not a number. Record quarantined as Q-1.',
        )
    ]


def test_b5_a_wrong_date_keeps_its_bytes(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1,2025-02-30,,C1,10\n")
    read(tmp_path)
    [(place, field, code, reason)] = set_aside(tmp_path)
    assert (place, field, code) == ("orders.csv line 2", "DocDate", "bad_date")
    assert reason == 'Order 1, `DocDate`: "2025-02-30" is not a date. Record quarantined as Q-1.'


def test_b10_an_impossible_date_lands_and_is_said(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1042,2025-08-01,0001-01-01,C1,10\n")
    assert read(tmp_path).notices == (
        "Order 1042: due date 0001-01-01 is not a date a plant can keep; left out of OTIF,"
        " counted there.",
    )
    assert rows(tmp_path, "DocDueDate") == [("0001-01-01T00:00:00Z",)]


def test_b13_the_same_key_twice(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1,2025-08-01,,C1,10\n1,2025-08-01,,C1,11\n")
    told = read(tmp_path)
    assert told.notices == ('Order "1" stands 2 times in the source; the newer is used.',)
    assert told.landed == 2


def test_b15_words_for_nothing_are_data(tmp_path: Path) -> None:
    text = "".join(
        f"{n},2025-08-01,,{text},1\n" for n, text in enumerate(["#N/A", "NULL", "NA", "", "007"], 1)
    )
    folder(tmp_path, HEADER + text)
    read(tmp_path)
    assert [row[0] for row in rows(tmp_path, "CardCode")] == ["#N/A", "NULL", "NA", None, "007"]


@pytest.mark.parametrize(
    ("number", "landed"),
    [
        ("-0", "0"),
        ("0.1", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("999999999999.99", "999999999999.99"),
        ("1e3", "1000"),
    ],
)
def test_b16_odd_numbers_that_fit(tmp_path: Path, number: str, landed: str) -> None:
    folder(tmp_path, HEADER + f"1,2025-08-01,,C1,{number}\n")
    read(tmp_path)
    assert rows(tmp_path, "DocTotal") == [(landed,)]


@pytest.mark.parametrize("number", ["NaN", "inf", "1E308", "123456789012345678901234567890"])
def test_b16_numbers_that_money_cannot_hold(tmp_path: Path, number: str) -> None:
    folder(tmp_path, HEADER + f"1,2025-08-01,,C1,{number}\n")
    told = read(tmp_path)
    assert (told.landed, told.quarantined) == (0, 1)
    assert set_aside(tmp_path)[0][3] == (
        f'Order 1, `DocTotal`: "{number}" is outside what money and quantities can hold.'
        " Record quarantined as Q-1."
    )


def test_b22_a_missing_column(tmp_path: Path) -> None:
    folder(tmp_path, "Number,Date,Customer,Total\n1,2025-08-01,C1,1\n")
    with pytest.raises(Refuse) as caught:
        read(tmp_path)
    assert caught.value.sentence == (
        "orders.csv, line 1: column `Due` is missing (found: Number, Date, Customer, Total)."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "orders.csv is empty"),
        (b"\n1,2\n", "orders.csv, line 1: there is no header"),
        (b"PAR1xxxxPAR1", "orders.csv is not CSV text"),
        (b"PK\x03\x04zip", "orders.csv is not CSV text"),
        (HEADER.encode() + b"1,2025-08-01,,Mu\xf1oz,1\n", "orders.csv, line 2: not utf-8 text"),
        (b"Number,Number,Due,Customer,Total\n", "column `Number` stands more than once"),
    ],
)
def test_b22_a_bad_file_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    folder(tmp_path, content)
    with pytest.raises(Refuse) as caught:
        read(tmp_path)
    assert sentence in str(caught.value)


def test_b22_a_wrong_delimiter_names_what_was_found(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1,2025-08-01,,C1,1\n", 'delimiter = ";"')
    with pytest.raises(Refuse, match=r"found: Number,Date,Due,Customer,Total"):
        read(tmp_path)


def test_b22_a_missing_file(tmp_path: Path) -> None:
    folder(tmp_path, HEADER)
    (tmp_path / "orders.csv").unlink()
    with pytest.raises(Refuse, match=r"orders.csv is not in"):
        read(tmp_path)


def test_b22_a_text_named_parquet(tmp_path: Path) -> None:
    folder(tmp_path, HEADER)
    (tmp_path / "orders.csv").rename(tmp_path / "orders.parquet")
    path = tmp_path / "mapping" / "orders.toml"
    path.write_text(path.read_text().replace("orders.csv", "orders.parquet"))
    with pytest.raises(Refuse, match="is not a Parquet file"):
        read(tmp_path)


def test_f11_lines_that_are_no_csv_are_set_aside_with_their_line(tmp_path: Path) -> None:
    text = (
        '1,2025-08-01,,"two\nlines",1\n'  # lines 2 and 3
        "2,2025-08-01,,C1,1,9\n"  # 4: more values than columns
        "3,2025-08-01\n"  # 5: too few
        '4,2025-08-01,,"C"1",1\n'  # 6: quotation
        "5,2025-08-01,,C1,x\n"  # 7: no number
        "6,2025-08-01,,C1,1\n"
    )
    folder(tmp_path, HEADER + text)
    told = read(tmp_path)
    assert (told.received, told.landed, told.quarantined) == (6, 2, 4)
    assert sorted(str(row[0]) for row in set_aside(tmp_path)) == [
        f"orders.csv line {line}" for line in (4, 5, 6, 7)
    ]


def test_f11_a_child_without_parent_is_set_aside(tmp_path: Path) -> None:
    folder(tmp_path, HEADER + "1,2025-08-01,,C1,1\n", "", LINES)
    (tmp_path / "lines.csv").write_text("Order,Line,Item,Qty\n1,0,A,1\n9,0,A,1\n")
    told = read(tmp_path)
    assert (told.received, told.landed, told.quarantined) == (2, 1, 1)
    assert set_aside(tmp_path)[0][:3] == ("lines.csv line 3", None, "orphan")


def test_f11_the_limit_can_be_raised_by_a_person(tmp_path: Path) -> None:
    text = HEADER + "".join(f"{n},2025-08-01,,C1,{'x' if n % 2 else n}\n" for n in range(40))
    folder(tmp_path, text)
    assert read(tmp_path).state == "parked"
    folder(tmp_path, text, "quarantine_limit_pct = 60")
    told = read(tmp_path)
    assert (told.state, told.landed, told.quarantined) == ("closed", 20, 20)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd"])
def test_s15_no_file_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    place = folder(tmp_path / "company", HEADER)
    (tmp_path / "secret.csv").write_text(HEADER + "1,2025-08-01,,C1,1\n")
    path = place / "mapping" / "orders.toml"
    path.write_text(path.read_text().replace("orders.csv", name))
    with pytest.raises(Refuse, match="leaves the folder"):
        read(place)


def test_s15_no_link_is_followed(tmp_path: Path) -> None:
    place = folder(tmp_path / "company", HEADER)
    (tmp_path / "secret.csv").write_text(HEADER + "1,2025-08-01,,C1,1\n")
    (place / "orders.csv").unlink()
    (place / "orders.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(Refuse, match="links are not followed"):
        read(place)
    mapping = place / "mapping" / "orders.toml"
    mapping.rename(tmp_path / "orders.toml")
    mapping.symlink_to(tmp_path / "orders.toml")
    with pytest.raises(Misconfigured, match="link"):
        read(place)


@pytest.mark.parametrize(
    "name", ["a'b", 'a"b', "x; drop table t", "$(id)", "${file}", "a}b{c", "日本"]
)
def test_s4_names_and_values_of_files_are_only_names_and_values(tmp_path: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    key = name.replace("\\", "\\\\").replace('"', '\\"')
    folder(
        tmp_path,
        f"Number,Date,Due,Customer,Total,{quoted}\n1,2025-08-01,,{quoted},1,{quoted}\n",
        "",
        f'NumAtCard = {{ column = "{key}", values = {{ "{key}" = "{key}" }} }}',
    )
    read(tmp_path)
    assert rows(tmp_path, "CardCode", "NumAtCard") == [(name, name)]
