"""One question, two surfaces: the page and `promesa promise` tell the same answer."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb

LATE = "v00000002.duckdb"


def said(dashboards, *arguments: str) -> str:
    """What the command prints over the data folder that the page reads."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("promesa")), "promise", *arguments],
        cwd=dashboards.log.parent,
        env={**os.environ, "PROMESA_DATA": str(dashboards.log.parent)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_K4_the_pump_has_one_answer_on_both_surfaces(reader, dashboards) -> None:
    """By hand: 1,000 at 40 less 22 of parts each leaves 18,000 of 40,000; with 21 % tax 48,400."""
    told = said(
        dashboards, "K4-PUMP", "1000", "--by", "2025-10-01", "--customer", "CK04", "--price", "40"
    )
    for line in (
        "alone      2025-10-01 (day 30), in time",
        "net amount 40,000.00 at 40.00",
        "cost       22,000.00 variable",
        "leaves     18,000.00, 45.0 %",
        "limit      500,000.00",
        "exposure   0.00",
        "this deal  48,400.00 with tax",
        "from stock 500, to make 500, to buy 0",
        "  20  run             K4-WC",
        "  30  in all",
        "2025-09-03         500 PCS of K4-PUMP (alone)",
        "2025-10-01         500 PCS of K4-PUMP (alone)",
    ):
        assert line in told, told
    # No pump was ever delivered, nor anything of its work centre: the plant's own error counts.
    with duckdb.connect(str(dashboards.published / LATE), read_only=True) as warehouse:
        errors = [
            error
            for (error,) in warehouse.execute(
                "select first_error_days from marts.fct_delivery_line where exclusion_reason is"
                " null and first_error_days is not null and delivered_date"
                " between '2023-09-01' and '2025-08-31'"
            ).fetchall()
        ]
    nine_in_ten = math.ceil(statistics.quantiles(errors, n=10, method="inclusive")[8])
    safe = date(2025, 10, 1) + timedelta(days=nine_in_ten)
    assert nine_in_ten > 0
    assert f"safe       {safe} (day {30 + nine_in_ten}), alone" in told
    assert "Check (Capacity binds): In time alone (1 Oct 2025)" in told

    reader.open(
        "promise", item="K4-PUMP", quantity=1000, by="2025-10-01", customer="CK04", price=40
    )
    reader.sees(
        "A tiempo por sí solo (01/10/2025)", "mié, 1 oct 2025 (día 30)", "40.000 €", "22.000 €",
        f"(día {30 + nine_in_ten})", "18.000 €", "45,0 %", "500.000 €", "48.400 €",
    )  # fmt: skip
    split = reader.table("Cantidades por el día")
    assert "En solitario 2025-09-03 500" in split and "En solitario 2025-10-01 500" in split


def test_K7_a_kit_tells_its_whole_kits_and_each_component_by_day(reader, dashboards) -> None:
    """By hand: 500 of K7-A less 20, 20 and 5 sold are 455 = 227 kits of two; 500 of K7-B less 10,
    10 and 20 are 460. The other 745 and 140 are bought (30 days), two days from the customer."""
    told = said(dashboards, "K7-KIT-S", "600", "--by", "2025-09-20", "--customer", "CK04")
    assert "from stock 227, to make 0, to buy 373" in told
    for line in (
        "2025-09-03         227 PCS of K7-KIT-S (alone)",
        "2025-10-03         373 PCS of K7-KIT-S (alone)",
        "2025-09-03         455 PCS of K7-A (alone)",
        "2025-10-03         745 PCS of K7-A (alone)",
        "2025-09-03         460 PCS of K7-B (alone)",
        "2025-10-03         140 PCS of K7-B (alone)",
    ):
        assert line in told, told

    reader.open("promise", item="K7-KIT-S", quantity=600, by="2025-09-20", customer="CK04")
    reader.sees("13 días tarde", "vie, 3 oct 2025 (día 32)")
    split = reader.table("Cantidades por el día")
    for row in (
        "K7-KIT-S En solitario 2025-09-03 227 PCS Kit de venta K7",
        "K7-KIT-S En solitario 2025-10-03 373",
        "K7-A En solitario 2025-09-03 455",
        "K7-B En solitario 2025-10-03 140 PCS Tornillería K7",
    ):
        assert row in split, split


def test_without_a_price_both_ask_at_the_one_last_invoiced(reader, dashboards) -> None:
    told = said(dashboards, "GEA-200", "10", "--by", "2025-12-01", "--customer", "CK04")
    assert ", last invoiced on " in told
    net = told.split("net amount ")[1].split(" at ")[0]
    reader.open("promise", item="GEA-200", quantity=10, by="2025-12-01", customer="CK04")
    whole = f"{round(float(net.replace(',', ''))):,}".replace(",", ".")
    reader.sees("Al último precio unitario facturado", f"{whole} €")
