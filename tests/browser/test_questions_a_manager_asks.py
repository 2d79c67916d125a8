"""Each question a manager asks is a test with that question as its name."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect


def test_can_we_promise_1000_pumps_by_the_first_of_october(reader) -> None:
    reader.open(
        "promise", item="K4-PUMP", quantity=1000, by="2025-10-01", customer="CK04", price=40
    )
    reader.sees("mié, 1 oct 2025 (día 30)", "De dónde sale la cantidad")
    expect(reader.page.get_by_test_id("stMetricValue")).to_have_text(["500", "500", "0"])
    days = reader.table("Días hasta la fecha")
    assert re.search(r"Trabajo\s+K4-WC\s+20", days)
    assert re.search(r"Suma\s+30", days)


def test_can_we_promise_1026_valves_and_what_would_open_it(reader) -> None:
    reader.open("promise", item="K4-VALVE", quantity=1026, by="2025-10-01", customer="CK04")
    reader.sees(
        "2 días tarde", "vie, 3 oct 2025 (día 32)", "centro de trabajo K4V-WC, 22 días",
        "En solitario, sin esa restricción",
    )  # fmt: skip


def test_what_would_this_order_leave_and_is_the_customer_good_for_it(reader) -> None:
    page = reader.open(
        "promise", item="CR-VALVE", quantity=100, by="2025-10-01", customer="CK04", price=50
    )
    reader.sees("5.000 €", "Este negocio con impuestos", "500.000 €")
    expect(page.get_by_text("Sin preguntar")).to_have_count(0)


def test_can_we_promise_a_part_that_cannot_be_made(reader) -> None:
    reader.open("promise", item="B8-A", quantity=10)
    reader.sees("Sin datos", "la lista de materiales de B8-A forma un círculo", "Sin fecha")


def test_which_deals_stop_for_credit_and_how_much_is_short(reader) -> None:
    page = reader.open("deals", verdict="Stop", lock="Credit", q="Credit Deal")
    assert "Credit Deal 50,000 gross" in reader.table("Negocios abiertos")
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + 20, box["y"] + 52)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Credit Deal 50,000 gross")
    reader.drawn()
    reader.sees("Falta", "40.000 €", "10.000 €", "Parar")
    # the deposit with which it fits today, the part that fits without one, and what SAP would say
    reader.sees("Cuándo cabe en el crédito", "un anticipo de 40.000 € (80,0 % del total)")
    reader.sees("El control propio de SAP diría con este negocio: Sobre el límite")
    assert "id=" in page.url


def test_who_is_over_the_limit(reader) -> None:
    reader.open("customers", level="Over")
    shown = reader.table("Clientes con su riesgo")
    assert "Sobre el límite" in shown
    assert "Bloqueado" not in shown


def test_how_fast_do_customers_pay(reader) -> None:
    reader.open("customers")
    reader.sees("Días de cobro (DSO)", "Eficacia de cobro (CEI)")
    assert re.search(r"DSO.*CEI", reader.table("Días de cobro junto"), re.S)


def test_what_does_this_customer_owe(reader) -> None:
    reader.open("customer", code="CK04")
    reader.sees("De qué se compone el riesgo", "500.000 €", "SAP diría")


def test_do_we_keep_our_promises_or_move_them(reader) -> None:
    reader.open("accuracy")
    reader.sees("OTIF, primera promesa", "OTIF, última promesa", "se ganaron moviendo la fecha")
    assert "Salida" in reader.table("A tiempo y completo en todas")


def test_where_did_the_margin_go(reader) -> None:
    reader.open("margin")
    shown = reader.table("Términos del puente")
    assert "Margen ofertado" in shown and "Consumo" in shown


def test_is_the_mill_full(reader) -> None:
    page = reader.open("capacity", centre="WC-MILL", weeks=8)
    expect(page.get_by_role("combobox", name="Centro de trabajo")).to_have_value(
        "WC-MILL · Fresadora CNC"
    )
    reader.sees("Carga por semana en h")
    assert reader.table("Carga del centro").count("2025-") >= 8


def test_what_does_this_figure_mean(reader) -> None:
    page = reader.open()
    page.locator(".st-key-explain_otif_first").get_by_role("button", name="Explicar").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("OTIF, primera promesa")
    expect(dialog).to_contain_text("Numerador")
    expect(dialog).to_contain_text("Denominador")
    expect(dialog).to_contain_text("fct_promise_accuracy")


def test_can_i_read_it_in_english_and_keep_my_filter(reader) -> None:
    page = reader.open("deals", q="K4")
    page.get_by_role("combobox", name="Idioma · Language").click()
    page.get_by_role("option", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deals")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "K4 Deal 1,000 units" in reader.table("Open deals")
    assert "q=K4" in page.url and "language=English" in page.url


def test_are_the_figures_of_one_page_of_one_version(
    reader, another_version: Callable[..., str]
) -> None:
    another_version("update meta.version set number = 4711")
    reader.open("deals")
    reader.sees("versión 4711")
    page = reader.page
    another_version("update meta.version set number = 4712")
    page.get_by_role("link", name="Capacidad").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Capacidad")
    reader.sees("versión 4712")
    expect(page.locator("[data-testid=stApp]")).not_to_contain_text("versión 4711")
