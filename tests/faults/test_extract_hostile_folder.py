"""A folder as a company may really send it: every record lands or is set aside, and it adds up."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime
from pathlib import Path

from told_source import ask

from extract import FilesSource, extract_object

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)

PARTNERS = 400
ORDERS = 600

PARTNER_MAPPING = """
system = "sap_b1"
object = "BusinessPartners"
file = "kunden.csv"
encoding = "latin-1"
decimal = ","
thousands = "."
quarantine_limit_pct = 50
[columns]
CardCode = "Nr."
CardName = "Name / Razón"
CreditLimit = "Límite (€)"
City = "Ciudad"
[defaults]
CardType = "cCustomer"
"""

ORDER_MAPPING = """
system = "sap_b1"
object = "Orders"
file = "pedidos.csv"
encoding = "latin-1"
decimal = ","
date_format = "%d.%m.%Y"
quarantine_limit_pct = 50
[columns]
DocEntry = "id"
DocNum = "id"
DocDate = "fecha"
DocDueDate = "entrega"
CardCode = "cliente"
[[children]]
field = "DocumentLines"
file = "lineas.csv"
encoding = "latin-1"
decimal = ","
on = { id = "pedido" }
order_by = ["linea"]
[children.columns]
LineNum = "linea"
ItemCode = "artículo"
Quantity = "cantidad"
UnitPrice = "precio"
"""


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("latin-1")


def _write(place: Path, chance: random.Random) -> None:
    def maybe(text: str) -> str:
        return "" if chance.random() < 0.3 else text

    partners = [["Nr.", "Name / Razón", "Límite (€)".replace("€", "EUR"), "Ciudad", "Farbe"]]
    for number in range(PARTNERS):
        limit = chance.choice(["1.234,50", "0", "-5", "99", "12,5x", "NaN", "1E308", ""])
        name = maybe(chance.choice(["Muñoz; Hijos", 'El "Rápido"', "línea\nnueva", "=1+1", "#N/A"]))
        partners.append([f"C{number:04}", name, limit, maybe("Málaga"), "rot"])
    orders = [["id", "fecha", "entrega", "cliente", "nota"]]
    lines = [["pedido", "linea", "artículo", "cantidad", "precio"]]
    for number in range(ORDERS):
        due = chance.choice(["05.09.2025", "31.02.2025", "01.01.0001", "", "05.09.2025"])
        orders.append([str(number), "01.08.2025", due, maybe(f"C{number % 500:04}"), "x"])
        for line in range(chance.randrange(4)):
            qty = chance.choice(["1", "2,5", "-3", "0", "zwei", ""])
            lines.append([str(number), str(line), maybe("A-1"), qty, maybe("10,00")])
    lines += [["99999", "0", "A-1", "1", "1"]] * 3
    place.mkdir(parents=True)
    (place / "mapping").mkdir()
    (place / "kunden.csv").write_bytes(_csv(partners) + b"C9999;too;many;values;for;the;header\r\n")
    (place / "pedidos.csv").write_bytes(_csv(orders))
    (place / "lineas.csv").write_bytes(_csv(lines))
    mapping = PARTNER_MAPPING.replace("€", "EUR")
    (place / "mapping" / "kunden.toml").write_text(mapping, "utf-8")
    (place / "mapping" / "pedidos.toml").write_text(ORDER_MAPPING, "utf-8")


def test_every_record_lands_or_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    chance = random.Random(7)
    place = tmp_path / "company"
    _write(place, chance)
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
    _write(place, random.Random(7))
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
