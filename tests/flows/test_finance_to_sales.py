"""Finance to sales on the demo company: the seller sees the limit before the deal is closed.

CCRED may owe 40,000 and owes 30,000; its open deal is 50,000 with tax. First the alert, then a
release that a person signs, then, the release gone, the money. The round is that of all tests;
what changes here changes in a copy of its data folder.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import Any

import duckdb
import pytest

from dagster_project.warehouse import DataFolder
from dagster_project.warehouse.transform import Transform

PAYER = "CCRED"
OWED = ("stg_sap_b1__journal_entry", "stg_sap_b1__journal_entry_line",
        "stg_sap_b1__business_partner", "stg_promesa__extraction", "int_ledger_item",
        "int_receivable_item", "int_exposure_line", "int_expected_payment", "int_customer",
        "int_customer_exposure", "fct_tie_out", "int_credit_relief")  # fmt: skip
CREDIT = ("int_override", "int_credit_release", "int_payer_credit", "int_credit_band",
          "int_deal_credit", "fct_deal_fit", "int_deal_verdict", "int_deal_override", "fct_deal",
          "fct_exposure")  # fmt: skip


class Books:
    """A copy of the demo's data folder, and what finance does to it."""

    def __init__(self, data: DataFolder, deal: str) -> None:
        self.deal, self._build, self._raw = deal, data.build, data.raw
        ((self._as_of,),) = self._ask("select as_of_at from questions.q_as_of")
        self._transform = Transform(data, self._as_of)

    def _ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self._build)) as warehouse:
            return warehouse.execute(statement, list(values)).fetchall()

    def on_the_deal(self, *columns: str) -> tuple[Any, ...]:
        """Columns of the deal's row, and of its fit into credit."""
        (row,) = self._ask(
            f"select {', '.join(columns)} from marts.fct_deal as deal"
            " inner join marts.fct_deal_fit as fit using (opportunity_id) where opportunity_id = ?",
            self.deal,
        )
        return row

    def ways(self, name: str) -> list[tuple[Any, ...]]:
        """The ways to serve a deal: first and last day, days late, cost, what it leaves."""
        return self._ask(
            "select option, first_date, complete_date, way.days_late, extra_cost_amount,"
            " way.contribution_amount, is_cheapest_in_time from marts.fct_deal_option as way"
            " inner join marts.fct_deal as deal using (opportunity_id) where deal_name = ?"
            " order by option_place",
            name,
        )

    def release(self, key: str, amount: int, until: date) -> None:
        """A person signs that the payer may stand above its limit by so much more."""
        self._ask(
            "insert into mappings.override values"
            " (?, 'release', ?, null, ?, ?, ?, 'Ana Ruiz', ?, 'Guaranteed by the bank')",
            key, PAYER, amount, self._as_of.date(), until, self._as_of.date(),
        )  # fmt: skip
        self._transform.build(CREDIT)

    def payment_comes_in(self, amount: int) -> None:
        """The ERP books a receipt, and the partner's balance moves; releases are taken back."""
        self._ask("delete from mappings.override where kind = 'release'")
        day = f"{self._as_of:%Y-%m-%d}T00:00:00Z"
        receipt = {
            "JdtNum": 900_001, "ReferenceDate": day, "OriginalJournal": "ttReceipt",
            "Original": 900_001, "Reference": "900001",
            "JournalEntryLines": [
                {"Line_ID": 0, "ShortName": PAYER, "DueDate": day, "Debit": 0, "Credit": amount}
            ],
        }  # fmt: skip
        with duckdb.connect(str(self._raw)) as raw:
            (partner,) = raw.execute(
                "select record from sap_b1__business_partners where record_key = ?"
                " order by extraction_id desc limit 1",
                [PAYER],
            ).fetchone() or ("{}",)
            after = json.loads(partner)
            after["CurrentAccountBalance"] -= amount
            for table, name, key, record in (
                ("sap_b1__journal_entries", "JournalEntries", "900001", receipt),
                ("sap_b1__business_partners", "BusinessPartners", PAYER, after),
            ):
                (number,) = raw.execute("select max(extraction_id) + 1 from extraction").fetchall()[
                    0
                ]
                raw.execute(
                    "insert into extraction (extraction_id, system, object, source, mode, state,"
                    " seen_at) values (?, 'sap_b1', ?, 'sap_b1', 'incremental', 'closed', ?)",
                    [number, name, self._as_of],
                )
                raw.execute(
                    f"insert into {table} values (?, 1, 0, ?, '', ?, false, ?)",
                    [number, key, self._as_of, json.dumps(record)],
                )
        self._transform.build([*OWED, *CREDIT])


@pytest.fixture(scope="module")
def books(demo_round: Any, tmp_path_factory: pytest.TempPathFactory) -> Books:
    data = DataFolder(tmp_path_factory.mktemp("books"))
    there = demo_round.home / "data"
    for path in (data.build, data.raw):
        path.parent.mkdir(parents=True)
        shutil.copy(there / path.relative_to(data.root), path)
    cases = json.loads((there / "made/sandbox/company/truth/cases.json").read_text())
    return Books(data, cases["credit"]["opportunity"])


def test_the_alert_stands_on_the_deal_before_it_is_closed(books: Books) -> None:
    assert books.on_the_deal("is_open", "verdict", "binding_lock", "credit_level") == (
        True, "Stop", "Credit", "Over",
    )  # fmt: skip
    # 30,000 + 50,000 is 40,000 over: that much is the deposit, and 10,000 of it fit without one
    assert books.on_the_deal("credit_short_amount", "deposit_amount", "part_amount") == (
        40_000, 40_000, 10_000,
    )  # fmt: skip
    (reason,) = books.on_the_deal("reason_en")
    print(reason)
    assert "A deposit or a release of 40,000 opens it today" in reason


def test_saps_own_check_says_the_same_beside_it(books: Books) -> None:
    assert books.on_the_deal("sap_exposure_after_amount", "sap_would_say") == (80_000, "over")


def test_a_release_that_is_a_euro_short_changes_nothing(books: Books) -> None:
    books.release("R-1", 39_999, date(2025, 9, 30))
    assert books.on_the_deal("verdict", "credit_level", "deposit_amount") == ("Stop", "Over", 1)


def test_a_release_lets_it_pass_and_says_who_signed_how_much_until_when(books: Books) -> None:
    books.release("R-2", 1, date(2025, 10, 15))
    assert books.on_the_deal("credit_level", "credit_verdict", "fit_code") == (
        "Near", "Check", "fits",
    )  # fmt: skip
    (reason,) = books.on_the_deal("reason_en")
    print(reason)
    assert "released for up to 40,000 until 30 Sep 2025" in reason
    assert "Override by Ana_Ruiz until 30 Sep 2025" in reason


def test_the_payment_frees_it(books: Books) -> None:
    # 30,000 of invoices and 10,000 on account: 40,000 - (-10,000) is room for just the 50,000
    books.payment_comes_in(40_000)
    assert books.on_the_deal("credit_available_amount", "credit_short_amount", "fit_code") == (
        50_000, 0, "fits",
    )  # fmt: skip
    assert books.on_the_deal("credit_level", "credit_verdict") == ("Near", "Check")


def test_three_ways_to_serve_the_1026_valves_and_what_each_costs(books: Books) -> None:
    # 526 x 0.32 h = 168.32 h at 8 h a day end on 1 Oct; at 16 h on the 11th day, Tue 16 Sep. 88 of
    # them are normal hours, 80.32 overtime at 18.75: 1,506. 500 of 1,026 are in stock.
    assert books.ways("K4 Deal 1,026 units") == [
        ("all_later", date(2025, 10, 3), date(2025, 10, 3), 2, 0, 18_468, False),
        ("part_now", date(2025, 9, 3), date(2025, 10, 3), 2, 60, 18_408, False),
        ("overtime", date(2025, 9, 18), date(2025, 9, 18), 0, 1506, 16_962, True),
    ]
