"""Who buys from the plant and who sells to it."""

from __future__ import annotations

from sandbox.plant.chance import stream
from sandbox.plant.master import Customer, Habit, Supplier

_FIRST = (
    "Hidráulica",
    "Maquinaria",
    "Talleres",
    "Envasados",
    "Riegos",
    "Metalúrgica",
    "Bombeos",
    "Automatismos",
    "Transportadores",
    "Elevadores",
    "Química",
    "Papelera",
    "Conservas",
    "Agro",
)
_LAST = (
    "Turia",
    "del Ebro",
    "Castellana",
    "Levante",
    "Iberia",
    "Norte",
    "Guadiana",
    "Albufera",
    "Montseny",
    "Cantábrica",
    "Segura",
    "Moncayo",
)
_CITIES = (
    "Valencia",
    "Zaragoza",
    "Madrid",
    "Alicante",
    "Barcelona",
    "Bilbao",
    "Murcia",
    "Pamplona",
    "Vigo",
    "Sevilla",
)
_ABROAD = (
    ("Lyon", "FR"),
    ("Porto", "PT"),
    ("Milano", "IT"),
    ("Stuttgart", "DE"),
    ("Toulouse", "FR"),
)
_SUPPLIERS = (
    "Aceros Bergara",
    "Fundiciones Aranda",
    "Inoxidables Vallès",
    "Chapas Sagunto",
    "Bronces Elgoibar",
    "Tubos Reunidos del Sur",
    "Pinturas Paterna",
    "Lubricantes Ría",
    "Plásticos Técnicos Rubí",
    "Suministros Alfafar",
    "Rodamientos Hispania",
    "Retenes del Vallès",
    "Tornillería Durango",
    "Motores Carlet",
    "Acoplamientos Ubis",
    "Cierres Mecánicos Leioa",
    "Muelles Terrassa",
    "Cartonajes La Plana",
    "Gomas Elche",
    "Rotulación Torrent",
    "Ferretería Industrial Gandia",
    "Herramientas Onda",
    "Transportes Albal",
    "Tratamientos Térmicos Mondragón",
    "Recubrimientos Ibi",
)
NUMBER_OF_CUSTOMERS = 60


def customers(seed: int) -> dict[str, Customer]:
    """Sixty customers: limits from nothing to much, payers from prompt to very late."""
    chance = stream(seed, "customers")
    found: dict[str, Customer] = {}
    for number in range(1, NUMBER_OF_CUSTOMERS + 1):
        code = f"C{20_000 + number}"
        form = "S.L." if number % 3 else "S.A."
        name = f"{_FIRST[number % len(_FIRST)]} {_LAST[(number * 5) % len(_LAST)]} {form}"
        abroad = number % 9 == 0
        in_dollars = number in (27, 54)
        city, country = (
            ("Houston", "US")
            if in_dollars
            else _ABROAD[number % len(_ABROAD)]
            if abroad
            else (chance.choice(_CITIES), "ES")
        )
        found[code] = Customer(
            code,
            name,
            city,
            country,
            tax_percent=0.0 if abroad else 21.0,
            currency="USD" if in_dollars else "EUR",
            limit=None if number == 40 else float(chance.choice((20, 35, 50, 80, 140)) * 1000),
            terms_group=3,
            terms_days=chance.choice((30, 30, 60, 60, 90)),
            transit_days=7 if in_dollars else 3 if abroad else 1,
            salesperson=4 if abroad else number % 3 + 1,
            discount=float(chance.choice((0, 0, 0, 3, 5))),
            habit=Habit(
                chance.choice((-2.0, 0.0, 4.0, 12.0, 35.0)),
                chance.choice((2.0, 4.0, 9.0)),
                "cheque" if number % 8 == 3 else "bill" if number % 20 == 6 else "transfer",
            ),
            weight=chance.choice((0.3, 0.6, 1.0, 1.0, 2.0, 4.0)),
            keeps_arrival=number % 3 == 0,
            invoices=chance.choice(("daily", "daily", "weekly", "monthly")),
            language="en" if abroad else "es",
            in_crm=number not in (13, 33, 53),
            crm_number="" if number == 26 else None,
        )
    return found


def suppliers(seed: int) -> dict[str, Supplier]:
    """Twenty-five suppliers, each with its own punctuality."""
    chance = stream(seed, "suppliers")
    return {
        f"P{1001 + number}": Supplier(
            f"P{1001 + number}",
            f"{name} S.L.",
            chance.choice(_CITIES),
            lead_days=chance.choice((7, 10, 14, 21)),
            late_mean=chance.choice((-1.0, 0.5, 2.0, 6.0)),
            late_spread=chance.choice((1.0, 2.0, 4.0)),
            terms_days=chance.choice((30, 60)),
        )
        for number, name in enumerate(_SUPPLIERS)
    }
