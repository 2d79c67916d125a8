"""The faces that are not full: empty, late, degraded, broken; and data that means harm."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=alert(1)> [link](javascript:alert(1)) **b** $x$ :red[y] =1+1"


def test_before_the_first_run_the_page_says_what_to_do(reader, dashboards) -> None:
    dashboards.show("")
    reader.open("deals")
    reader.sees("Todavía no hay cifras publicadas", "promesa run")


def test_late_figures_say_so(reader, dashboards) -> None:
    file = dashboards.published / "v00000002.duckdb"
    then = time.time() - 50 * 3600
    before = file.stat()
    os.utime(file, (then, then))
    try:
        reader.open("deals")
        reader.sees("Estas cifras llevan retraso: la última ejecución se publicó hace 50 horas")
    finally:
        os.utime(file, (before.st_atime, before.st_mtime))


def test_degraded_figures_name_the_sources(reader, another_version: Callable[..., str]) -> None:
    another_version(
        "update meta.version set state = 'degraded',"
        " causes = ['sap_b1/invoices: **service** unavailable']"
    )
    page = reader.open("deals")
    reader.sees("1 orígenes no se pudieron leer")
    page.get_by_text("Qué orígenes").click()
    reader.sees("sap_b1/invoices: **service** unavailable")


def test_a_damaged_file_is_said_and_not_shown(reader, another_version, dashboards) -> None:
    name = another_version("update meta.version set number = 9")
    with (dashboards.published / name).open("r+b") as stream:
        stream.seek(8192)
        stream.write(b"damaged")
    reader.open("deals")
    reader.sees("Las cifras publicadas no se pueden leer", "promesa run")


def test_a_missing_file_is_said(reader, dashboards) -> None:
    dashboards.show("v00099999.duckdb")
    reader.open()
    reader.sees("Las cifras publicadas no se pueden leer")


def test_a_page_that_fails_shows_a_number_and_no_traceback(reader, another_version) -> None:
    another_version("drop table marts.fct_capacity_load")
    page = reader.open("capacity")
    reader.sees("No se ha podido dibujar esta página. Error ")
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("Traceback")
    expect(page.locator("body")).not_to_contain_text("CatalogException")


def test_s6_hostile_text_is_shown_as_text(reader, another_version, dashboards) -> None:
    another_version(
        f"update marts.fct_deal set deal_name = '{HOSTILE}', customer_name = '{HOSTILE}',"
        f" sales_stage = '{HOSTILE}', reason_es = '{HOSTILE}', customer_text = '{HOSTILE}'"
        " where opportunity_id = (select min(opportunity_id) from marts.fct_deal where is_open)",
        f"update marts.fct_exposure set customer_name = '{HOSTILE}'"
        " where card_code = (select arg_max(card_code, over_amount) from marts.fct_exposure)",
        f"update questions.q_customer set card_name = '{HOSTILE}'",
    )
    alerts: list[str] = []
    reader.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    import duckdb

    with duckdb.connect(
        str(dashboards.published / (dashboards.published / "CURRENT").read_text()), read_only=True
    ) as connection:
        (deal,) = connection.execute(
            "select min(opportunity_id) from marts.fct_deal where is_open"
        ).fetchall()[0]
    page = reader.open("deal", id=deal)
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    reader.open("customers")
    assert HOSTILE in reader.table("Clientes con su riesgo")
    reader.open("promise", item="K4-PUMP", quantity=1, customer="CK04")
    for path in ("deal", "customers", "promise"):
        assert not page.locator("[data-testid=stMain] img[src=x]").count(), path
        assert not page.locator("a[href^='javascript']").count(), path
    assert not alerts
