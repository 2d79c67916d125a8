"""Every page in both languages, at a desk and on a phone: drawn, accessible, within its width."""

from __future__ import annotations

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

LATE = "v00000002.duckdb"
PAGES = {
    "": ("Resumen", "Overview"),
    "mapping": ("Correspondencias", "Mapping"),
    "promise": ("¿Lo podemos prometer?", "Can we promise it?"),
    "deals": ("Negocios", "Deals"),
    "customers": ("Clientes y cobros", "Customers and receivables"),
    "accuracy": ("Cumplimiento de promesas", "Promise accuracy"),
    "margin": ("Margen real", "Real margin"),
    "capacity": ("Capacidad", "Capacity"),
    "lots": ("Lotes", "Lots"),
    "campaigns": ("Campañas", "Campaigns"),
    "materials": ("Materiales", "Materials"),
}
# Pages that open from a row of another one, not from the menu.
DETAILS = {
    "deal": (
        "select opportunity_id from marts.fct_deal where deal_name = 'K4 Deal 1,026 units'",
        "id",
        "K4 Deal 1,026 units",
    ),
    "customer": ("select 'CK04'", "code", "Bombeos K4 Mediterráneo S.A."),
}
WITH_QUESTION = {
    "promise": {"item": "K4-PUMP", "quantity": 1000, "by": "2025-10-01"},
    "lots": {"case": "00001075"},
}


def require_sound(reader, language: str) -> None:
    page = reader.page
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(
        page.locator("[data-testid=stException], [data-testid=stAlertContentError]")
    ).to_have_count(0)
    for width in page.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map(element => element.scrollWidth - element.clientWidth)"
    ):
        assert width <= 0, f"{width} pixels too wide"
    for canvas in page.locator("[data-testid=stDataFrame]").all():
        assert canvas.locator("[aria-label]").count()
    found = Axe().run(page)
    told = [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert not told, "\n".join(told)
    assert not reader.asked_elsewhere, reader.asked_elsewhere


@pytest.mark.parametrize("path", PAGES)
def test_at_a_desk_in_spanish(reader, path: str) -> None:
    page = reader.open(path, **WITH_QUESTION.get(path, {}))
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path][0])
    require_sound(reader, "es")


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_in_english_and_dark(phone, path: str) -> None:
    page = phone.open(path, language="English", **WITH_QUESTION.get(path, {}))
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path][1])
    require_sound(phone, "en")


@pytest.mark.parametrize("path", DETAILS)
def test_a_page_behind_a_row_at_a_desk_and_on_a_phone(reader, phone, path: str) -> None:
    statement, parameter, heading = DETAILS[path]
    with duckdb.connect(str(reader.dashboards.published / LATE), read_only=True) as warehouse:
        (key,) = warehouse.execute(statement).fetchone()
    for somebody, language, chosen in ((reader, "es", "Español"), (phone, "en", "English")):
        page = somebody.open(path, language=chosen, **{parameter: key})
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        require_sound(somebody, language)
