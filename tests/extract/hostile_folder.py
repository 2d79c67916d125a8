"""A folder as a company may really send it, made from a seed: what is wrong in it is counted."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

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


def write_hostile_folder(place: Path, chance: random.Random) -> None:
    """Partners and orders with their mappings, one in a few of them unreadable."""

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
