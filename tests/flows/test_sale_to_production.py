"""From the sale to the invoice: what the seller reads on the deal while the ERP works on its order.

The orders of K11 stand in every state side by side; each moves one step on, and a deal is won.
"""

from __future__ import annotations

import json

import duckdb
import pytest


@pytest.fixture(scope="module")
def plant(plant_after_one_round):
    return plant_after_one_round


@pytest.fixture(scope="module")
def cases(plant):
    """The named records of the demo company, with the figures worked out by hand."""
    return json.loads((plant.company / "truth" / "cases.json").read_text())


FIELDS = (
    "StageName, OwnerId, Promesa_Verdict__c, Promesa_Earliest_Date__c, Promesa_Order_Number__c,"
    " Promesa_Order_Status__c, Promesa_Progress__c, Promesa_Expected_Date__c, Promesa_Reason__c,"
    " Promesa_Customer_Text__c"
)


def on_the_deal(plant, deal: str):
    (found,) = plant.crm().query(f"SELECT {FIELDS} FROM Opportunity WHERE Id = '{deal}'")["records"]
    return found


def tasks_of(plant, deal: str):
    return plant.crm().query(
        f"SELECT Subject, OwnerId, Priority FROM Task WHERE WhatId = '{deal}'"
    )["records"]


def test_the_seller_reads_a_date_to_offer_and_a_sentence_for_the_customer(plant, cases):
    deal = on_the_deal(plant, cases["K16"]["opportunity"])
    assert deal["Promesa_Verdict__c"] == "Go"
    assert deal["Promesa_Earliest_Date__c"] == cases["K16"]["figures"]["earliest_date"]
    assert deal["Promesa_Customer_Text__c"] == (
        "Si nos hace hoy el pedido, podemos entregarlo completo el 09/09/2025."
    )


def test_K11_every_state_of_an_order_stands_on_its_deal(plant, cases):
    case = cases["K11"]
    deals = {name: on_the_deal(plant, deal) for name, deal in case["opportunities"].items()}
    for name, deal in deals.items():
        assert deal["Promesa_Order_Number__c"] == str(case["orders"][name])
        assert deal["Promesa_Order_Status__c"] == case["figures"]["status"][name]
        assert deal["Promesa_Expected_Date__c"], "expected, or delivered, on a day"
        print(deal["Promesa_Reason__c"], deal["Promesa_Customer_Text__c"])
    assert deals["B"]["Promesa_Progress__c"] == 40
    assert "en producción" in deals["B"]["Promesa_Customer_Text__c"]
    # delivered by a reserve invoice, and told like any other delivery
    assert deals["F"]["Promesa_Customer_Text__c"].startswith("Su pedido 21362 se entregó el")


def test_a_deal_is_won_and_each_order_moves_a_step_and_every_owner_is_told_once(second_day, cases):
    plant, order = second_day.plant, second_day.order
    k11, k16 = cases["K11"], cases["K16"]

    won = on_the_deal(plant, k16["opportunity"])
    assert won["Promesa_Order_Number__c"] == str(order)
    assert won["Promesa_Order_Status__c"] == "Ordered"
    # it could be there on the 9th, and is wanted on the 15th
    assert won["Promesa_Expected_Date__c"] == "2025-09-15"
    assert won["Promesa_Customer_Text__c"] == (
        f"Su pedido {order} está confirmado; prevemos entregarlo el 15/09/2025."
    )

    moved = {name: on_the_deal(plant, k11["opportunities"][name]) for name in "ACD"}
    assert {name: deal["Promesa_Order_Status__c"] for name, deal in moved.items()} == {
        "A": "In production",
        "C": "Shipped",
        "D": "Invoiced",
    }
    assert moved["A"]["Promesa_Progress__c"] == 25
    for deal, words in (
        (k16["opportunity"], "registrado: previsto en el cliente el 15/09/2025"),
        (k11["opportunities"]["A"], "en producción"),
        (k11["opportunities"]["C"], "enviado"),
        (k11["opportunities"]["D"], "facturado"),
    ):
        (task,) = tasks_of(plant, deal)
        print(task["Subject"])
        assert words in task["Subject"]
        assert task["OwnerId"] == on_the_deal(plant, deal)["OwnerId"]
    for name in "BEF":
        assert tasks_of(plant, k11["opportunities"][name]) == [], "nothing new, nobody is told"


def test_K24_the_deal_and_its_order_are_one_and_counted_once(second_day, cases):
    with duckdb.connect(str(second_day.plant.data.build), read_only=True) as warehouse:
        assert warehouse.execute(
            "select link_rule, order_status, opportunity_id from marts.fct_sales_order"
            " where card_code = ? order by document_number desc limit 1",
            [cases["K16"]["customer"]],
        ).fetchone() == ("order_field", "Ordered", cases["K16"]["opportunity"])
        counted = warehouse.execute(
            "select component, sum(amount) from marts.fct_exposure_line where card_code = ?"
            " and component in ('open_order', 'unlinked_won_deal') group by 1",
            [cases["K16"]["customer"]],
        ).fetchall()
    # 160 x 30 and 21 % tax, once: as the order
    assert counted == [("open_order", 5808)]
