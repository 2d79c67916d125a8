"""Service to production: a case in the CRM becomes its lot's origin, reach and replacement.

The story of the practice company's bad rubber: H-7781 went into seals and with them into three
lots of pumps; H-7790 is good. On the one round of the demo that every test shares.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

pytestmark = pytest.mark.xdist_group("main_job")

FIELDS = (
    "Promesa_Lot__c, Promesa_Production_Date__c, Promesa_Materials__c, Promesa_Affected_Lots__c,"
    " Promesa_Affected_Customers__c, Promesa_Affected_Stock__c, Promesa_Replacement_Date__c,"
    " Promesa_Reason__c, Promesa_As_Of__c, Promesa_Expires__c"
)


@pytest.fixture(scope="module")
def plant(plant_after_one_round):
    return plant_after_one_round


@pytest.fixture(scope="module")
def truth(plant):
    """What the practice company knows of the story, worked out by hand."""
    return json.loads((plant.company / "truth" / "cases.json").read_text())["Service"]


@pytest.fixture(scope="module")
def first_case(truth):
    return truth["cases"][0]


def case_in_the_crm(plant, case: str):
    found = plant.crm().query(f"SELECT {FIELDS} FROM Case WHERE Id = '{case}'")
    return found["records"][0]


def test_the_answer_stands_on_the_case(plant, first_case):
    """`Lote SRV-P-0101` of 2 June: three lots, 35 in stock, four customers."""
    case = case_in_the_crm(plant, first_case)
    assert case["Promesa_Lot__c"] == "Lote SRV-P-0101"  # as the customer wrote it, untouched
    assert case["Promesa_Production_Date__c"] == "2025-06-02"
    assert case["Promesa_Affected_Lots__c"] == 3
    assert case["Promesa_Affected_Customers__c"] == 4
    assert case["Promesa_Affected_Stock__c"] == 35
    assert case["Promesa_As_Of__c"] < case["Promesa_Expires__c"]


def test_the_raw_lot_stands_first_with_its_supplier_and_both_counts(plant, first_case):
    """3 of 4 complaints are of H-7781, which is in 140 of 300 pumps: 46.7 %."""
    (line,) = case_in_the_crm(plant, first_case)["Promesa_Materials__c"].splitlines()
    assert line.startswith("SOSPECHOSO SRV-RUBBER H-7781: P1010")
    assert "02/06/2025" in line
    assert line.endswith("en 3 de 4 reclamaciones, 46,7 % de lo fabricado")


def test_the_reason_says_what_is_certain(plant, first_case):
    reason = case_in_the_crm(plant, first_case)["Promesa_Reason__c"]
    assert "100 de 140 unidades" in reason


def test_a_replacement_comes_from_the_lot_without_the_bad_rubber(plant, demo_marts, first_case):
    """100 pumps of SRV-P-0103 are free today, 30 are to be replaced, transport takes a day."""
    assert case_in_the_crm(plant, first_case)["Promesa_Replacement_Date__c"] == "2025-09-02"
    assert demo_marts.execute(
        "select replacement_qty, clean_stock_qty, replacement_date"
        " from marts.fct_case_impact where case_id = ?",
        [first_case],
    ).fetchone() == (30, 100, date(2025, 9, 2))


def test_a_number_that_two_lots_carry_is_a_reason_and_no_guess(plant, truth):
    case = case_in_the_crm(plant, truth["ambiguous_case"])
    assert case["Promesa_Production_Date__c"] is None
    assert case["Promesa_Affected_Lots__c"] is None
    assert "2 lotes de artículos distintos" in case["Promesa_Reason__c"]


def test_the_complaint_of_the_good_rubber_accuses_nobody(plant, truth):
    case = case_in_the_crm(plant, truth["cases"][3])
    assert case["Promesa_Lot__c"] == "SRV-P-0103"
    assert "SOSPECHOSO" not in case["Promesa_Materials__c"]


def test_every_customer_who_has_some_is_named_with_how_much(demo_marts, first_case, truth):
    found = demo_marts.execute(
        "select card_code, sum(shipped_qty) from marts.fct_case_shipment"
        " where case_id = ? group by card_code",
        [first_case],
    ).fetchall()
    assert dict(found) == {"CSVA": 30, "CSVB": 15, "CSVC": 40, "CSVD": 20}


def test_what_is_left_is_proposed_to_be_held_raw_material_too(demo_marts, first_case):
    """5 and 10 pumps and 80 kg of rubber; the 20 pumps of 0104 are held already."""
    found = demo_marts.execute(
        "select lot_number, stock_qty - held_qty from marts.fct_case_lot"
        " where case_id = ? and is_hold_proposed and stock_qty > held_qty order by lot_number",
        [first_case],
    ).fetchall()
    assert found == [("H-7781", 80), ("SRV-P-0101", 5), ("SRV-P-0102", 10)]


def test_the_open_deal_that_waits_for_such_pumps_is_named(demo_marts, first_case, truth):
    found = demo_marts.execute(
        "select opportunity_id, asked_qty, net_amount from marts.fct_case_deal where case_id = ?",
        [first_case],
    ).fetchall()
    assert found == [(truth["opportunity"], 30, Decimal(2700))]


def test_every_lot_of_the_company_ties(demo_marts):
    """The plant's books are kept in step, so no lot may be off; K35's two are told one by one."""
    assert demo_marts.execute(
        "select count(*) filter (where difference_qty <> 0), count(*) > 1000 from marts.fct_lot"
    ).fetchone() == (0, True)
    assert demo_marts.execute(
        "select lot_number, received_qty, returned_qty, consumed_qty, supplier_return_qty,"
        " stock_qty from marts.fct_lot where item_code = 'K35-RAW' order by lot_number"
    ).fetchall() == [("K35-L1", 100, 5, 60, 0, 45), ("K35-L2", 40, 0, 0, 15, 25)]
