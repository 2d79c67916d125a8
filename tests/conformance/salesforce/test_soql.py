"""SOQL over HTTP and plain Python over the same records: generated statements, equal answers."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.salesforce.keys import make_id
from sandbox.serve import start_servers

NAMES = ["Ánodo", "anodo", "Bisagra 10%", "bisagra_x", "O'Hara", 'He said "no"', "back\\slash", "z"]
TODAY = date(2025, 9, 1)


def deal(number: int) -> dict:
    """One of 60 deals with gaps, repeats and awkward text, all of it following from `number`."""
    instant = datetime(2025, 8, 1) + timedelta(hours=7 * number)
    return {
        "Id": make_id("006", number),
        "Name": f"{NAMES[number % len(NAMES)]}",
        "NextStep": None if number % 3 == 0 else NAMES[(number * 5) % len(NAMES)],
        "Amount": None if number % 5 == 0 else float(number % 7 * 100) + 0.25,
        "FiscalYear": None if number % 4 == 0 else 2023 + number % 3,
        "IsPrivate": number % 2 == 0,
        "CloseDate": (TODAY + timedelta(days=number % 40 - 20)).isoformat(),
        "LastActivityDate": None if number % 3 else (TODAY - timedelta(days=number)).isoformat(),
        "AccountId": None if number % 6 == 0 else make_id("001", number % 4 + 1),
        "StageName": "Prospecting",
        "IsDeleted": number % 10 == 0,
        "CreatedDate": "2025-07-01T00:00:00.000+0000",
        "SystemModstamp": f"{instant:%Y-%m-%dT%H:%M:%S}.000+0000",
    }


ACCOUNTS = {
    make_id("001", number): {
        "Id": make_id("001", number),
        "Name": NAMES[number],
        "Industry": "Energy" if number % 2 else None,
        "IsDeleted": False,
        "SystemModstamp": "2025-07-01T00:00:00.000+0000",
    }
    for number in range(1, 5)
}
DEALS = [deal(number) for number in range(1, 61)]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Runs a statement and returns the answer's JSON, or its first error."""
    folder = tmp_path_factory.mktemp("soql")
    (folder / "company" / "salesforce").mkdir(parents=True)
    (folder / "company" / "sap_b1").mkdir()
    (folder / "company" / "company.json").write_text(
        json.dumps(
            {
                "name": "S",
                "clock": "2025-09-01T06:00:00Z",
                "currency": "EUR",
                "country": "ES",
                "time_zone": "Europe/Madrid",
            }
        )
    )
    user = {"Id": make_id("005", 1), "Username": "integration@s.example", "LastName": "I"}
    for name, records in {
        "User": [{**user, "IsActive": True}],
        "Account": list(ACCOUNTS.values()),
        "Opportunity": DEALS,
    }.items():
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / "company" / "salesforce" / f"{name}.jsonl").write_text(lines)
    with (
        start_servers(folder / "company", folder / "state") as servers,
        httpx.Client(base_url=servers.salesforce_url, trust_env=False) as client,
    ):
        settings_ = servers.environment
        token = client.post(
            "/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": settings_["SALESFORCE_CLIENT_ID"],
                "client_secret": settings_["SALESFORCE_CLIENT_SECRET"],
            },
        ).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"

        def ask(soql: str, kind: str = "query"):
            answer = client.get(f"/services/data/v60.0/{kind}", params={"q": soql}).json()
            return answer[0] if isinstance(answer, list) else answer

        ask.client = client
        yield ask


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"') + "'"


# A condition is (its SOQL, what it says of a record).


def comparison(name, literal, value, operator):
    folded = value.casefold() if isinstance(value, str) else value

    def holds(record):
        own = record[name]
        if own is None:
            return operator == "!="
        own = own.casefold() if isinstance(own, str) else own
        return {
            "=": own == folded,
            "!=": own != folded,
            "<": own < folded,
            "<=": own <= folded,
            ">": own > folded,
            ">=": own >= folded,
        }[operator]

    return f"{name} {operator} {literal}", holds


def null_test(name, operator):
    return f"{name} {operator} null", lambda record: (record[name] is None) == (operator == "=")


def membership(name, values, is_negated):
    chosen = [value.casefold() for value in values]
    word = "NOT IN" if is_negated else "IN"
    listed = ", ".join(quoted(value) for value in values)

    def holds(record):
        own = record[name]
        return (own is not None and own.casefold() in chosen) != is_negated

    return f"{name} {word} ({listed})", holds


def likeness(name, stem, form):
    """`form` says on which sides a % stands."""
    pattern = stem.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = pattern.replace("'", "\\'").replace('"', '\\"')
    before, after = form

    def holds(record):
        own = record[name]
        if own is None:
            return False
        own, part = own.casefold(), stem.casefold()
        if before and after:
            return part in own
        return own.endswith(part) if before else own.startswith(part) if after else own == part

    return f"{name} LIKE '{'%' * before}{pattern}{'%' * after}'", holds


operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
texts = st.sampled_from(NAMES)
leaves = st.one_of(
    st.builds(
        lambda name, text, operator: comparison(name, quoted(text), text, operator),
        st.sampled_from(["Name", "NextStep"]),
        texts,
        operators,
    ),
    st.builds(
        lambda number, operator: comparison("Amount", repr(number), number, operator),
        st.sampled_from([0.25, 100.25, 300.25, 350.0]),
        operators,
    ),
    st.builds(
        lambda number, operator: comparison("FiscalYear", str(number), number, operator),
        st.integers(2022, 2026),
        operators,
    ),
    st.builds(
        lambda truth, operator: comparison("IsPrivate", str(truth).lower(), truth, operator),
        st.booleans(),
        st.sampled_from(["=", "!="]),
    ),
    st.builds(
        lambda name, days, operator: comparison(
            name,
            (TODAY + timedelta(days=days)).isoformat(),
            (TODAY + timedelta(days=days)).isoformat(),
            operator,
        ),
        st.sampled_from(["CloseDate", "LastActivityDate"]),
        st.integers(-25, 25),
        operators,
    ),
    st.builds(
        lambda number, operator: comparison(
            "SystemModstamp",
            deal(number)["SystemModstamp"].replace(".000+0000", "Z"),
            deal(number)["SystemModstamp"],
            operator,
        ),
        st.integers(1, 60),
        operators,
    ),
    st.builds(
        lambda number, operator: comparison(
            "AccountId", quoted(make_id("001", number)[:15]), make_id("001", number), operator
        ),
        st.integers(1, 4),
        st.sampled_from(["=", "!="]),
    ),
    st.builds(
        null_test,
        st.sampled_from(["Amount", "NextStep", "LastActivityDate", "AccountId"]),
        st.sampled_from(["=", "!="]),
    ),
    st.builds(
        membership,
        st.sampled_from(["Name", "NextStep"]),
        st.lists(texts, min_size=1, max_size=3),
        st.booleans(),
    ),
    st.builds(
        likeness,
        st.sampled_from(["Name", "NextStep"]),
        st.sampled_from(["bis", "ÁN", "10%", "_x", "O'H", '"', "\\", "z"]),
        st.tuples(st.booleans(), st.booleans()),
    ),
)


def joined(parts, word):
    return (
        f" {word} ".join(f"({soql})" for soql, _ in parts),
        lambda record: (all if word == "AND" else any)(holds(record) for _, holds in parts),
    )


conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(joined, st.lists(inner, min_size=2, max_size=3), st.sampled_from(["AND", "OR"])),
        st.builds(lambda part: (f"NOT ({part[0]})", lambda record: not part[1](record)), inner),
    ),
    max_leaves=6,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(conditions)
def test_generated_filters_choose_what_plain_python_chooses(ask, condition):
    """B3."""
    soql, holds = condition
    answer = ask(f"SELECT Id FROM Opportunity WHERE {soql} ORDER BY Id")
    expected = sorted(r["Id"] for r in DEALS if not r["IsDeleted"] and holds(r))
    assert "records" in answer, (soql, answer)
    assert [record["Id"] for record in answer["records"]] == expected, soql


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["Amount", "CloseDate", "NextStep", "SystemModstamp"]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 15),
    st.integers(1, 70),
)
def test_generated_orders_and_slices(ask, name, is_descending, nulls_last, offset, limit):
    """B3."""
    direction = "DESC" if is_descending else "ASC"
    place = "LAST" if nulls_last else "FIRST"
    answer = ask(
        f"SELECT Id, {name} FROM Opportunity ORDER BY {name} {direction} NULLS {place}, Id"
        f" LIMIT {limit} OFFSET {offset}"
    )
    alive = sorted((r for r in DEALS if not r["IsDeleted"]), key=lambda r: r["Id"])
    known = [r for r in alive if r[name] is not None]
    known.sort(
        key=lambda r: r[name].casefold() if isinstance(r[name], str) else r[name],
        reverse=is_descending,
    )
    if is_descending:  # equal values stay in the order of their ids
        known.sort(key=lambda r: r["Id"])
        known.sort(
            key=lambda r: r[name].casefold() if isinstance(r[name], str) else r[name],
            reverse=True,
        )
    unknown = [r for r in alive if r[name] is None]
    ordered = known + unknown if nulls_last else unknown + known
    expected = [(r["Id"], r[name]) for r in ordered[offset : offset + limit]]
    assert [(r["Id"], r[name]) for r in answer["records"]] == expected


def test_parents_nest_and_are_null_without_one(ask):
    """B3."""
    records = ask("SELECT Id, account.name, Account.Industry FROM Opportunity ORDER BY Id")
    for record in records["records"]:
        source = next(r for r in DEALS if r["Id"] == record["Id"])
        if source["AccountId"] is None:
            assert record["Account"] is None
        else:
            parent = ACCOUNTS[source["AccountId"]]
            assert record["Account"]["Name"] == parent["Name"]
            assert record["Account"]["Industry"] == parent["Industry"]
            assert record["Account"]["attributes"]["type"] == "Account"


def test_filters_reach_parents_and_children(ask):
    """B3."""
    energy = {key for key, account in ACCOUNTS.items() if account["Industry"] == "Energy"}
    alive = [r for r in DEALS if not r["IsDeleted"]]
    found = ask("SELECT count() FROM Opportunity WHERE Account.Industry = 'energy'")
    assert found["totalSize"] == sum(r["AccountId"] in energy for r in alive)
    nested = ask("SELECT Id, (SELECT Id FROM Opportunities ORDER BY Id LIMIT 3) FROM Account")
    for record in nested["records"]:
        own = sorted(r["Id"] for r in alive if r["AccountId"] == record["Id"])
        assert [r["Id"] for r in record["Opportunities"]["records"]] == own[:3]
    inside = ask(
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE Amount > 600)"
    )
    expected = {r["AccountId"] for r in alive if (r["Amount"] or 0) > 600} - {None}
    assert {r["Id"] for r in inside["records"]} == expected


def test_totals_and_groups(ask):
    """B3."""
    alive = [r for r in DEALS if not r["IsDeleted"]]
    amounts = [r["Amount"] for r in alive if r["Amount"] is not None]
    (total,) = ask("SELECT count(Id), sum(Amount) total, min(CloseDate) FROM Opportunity")[
        "records"
    ]
    assert total == {
        "attributes": {"type": "AggregateResult"},
        "expr0": len(alive),
        "total": sum(amounts),
        "expr1": min(r["CloseDate"] for r in alive),
    }
    groups = ask("SELECT FiscalYear, count(Id) n FROM Opportunity GROUP BY FiscalYear")["records"]
    assert {g["FiscalYear"]: g["n"] for g in groups} == {
        year: sum(r["FiscalYear"] == year for r in alive) for year in (None, 2023, 2024, 2025)
    }


def test_deleted_records_are_seen_by_query_all_alone(ask):
    """B3."""
    assert ask("SELECT count() FROM Opportunity")["totalSize"] == 54
    assert ask("SELECT count() FROM Opportunity", "queryAll")["totalSize"] == 60
    gone = ask("SELECT Id FROM Opportunity WHERE IsDeleted = true", "queryAll")["records"]
    assert [r["Id"] for r in gone] == [r["Id"] for r in DEALS if r["IsDeleted"]]


@pytest.mark.parametrize(
    ("literal", "first", "last"),
    [
        ("TODAY", "2025-09-01", "2025-09-01"),
        ("YESTERDAY", "2025-08-31", "2025-08-31"),
        ("LAST_N_DAYS:3", "2025-08-29", "2025-09-01"),
        ("NEXT_N_DAYS:3", "2025-09-02", "2025-09-04"),
        ("THIS_WEEK", "2025-08-31", "2025-09-06"),
        ("LAST_MONTH", "2025-08-01", "2025-08-31"),
        ("THIS_QUARTER", "2025-07-01", "2025-09-30"),
        ("NEXT_YEAR", "2026-01-01", "2026-12-31"),
    ],
)
def test_words_for_days(ask, literal, first, last):
    """B3."""
    found = ask(f"SELECT Id FROM Opportunity WHERE CloseDate = {literal} ORDER BY Id")["records"]
    expected = [r["Id"] for r in DEALS if not r["IsDeleted"] and first <= r["CloseDate"] <= last]
    assert [r["Id"] for r in found] == expected


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Id FORM Opportunity", "MALFORMED_QUERY", "unexpected token: 'Opportunity'"),
        ("SELECT Id FROM Opportunity WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id,\nNope FROM Opportunity", "INVALID_FIELD", "ERROR at Row:2:Column:1\nNo such"),
        ("SELECT Nope.Id FROM Opportunity", "INVALID_FIELD", "understand relationship 'Nope'"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported."),
        ("SELECT Id FROM Opportunity WHERE Amount = 'x'", "INVALID_FIELD", "of type currency"),
        ("SELECT Id FROM Opportunity WHERE CloseDate = '2025-09-01'", "INVALID_FIELD", "enclosed"),
        (
            "SELECT Id FROM Opportunity WHERE Id = 'x'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid ID",
        ),
        ("SELECT Id FROM Opportunity OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        ("SELECT FIELDS(ALL) FROM Opportunity", "MALFORMED_QUERY", "LIMIT"),
        (
            "SELECT Id FROM Opportunity WHERE Amount = 1 OR Amount = 2 AND Name = 'x'",
            "MALFORMED_QUERY",
            "unexpected token",
        ),
        ("SELECT Name, count(Id) FROM Opportunity", "MALFORMED_QUERY", "must be grouped"),
    ],
)
def test_what_is_wrong_with_a_statement_is_said_as_documented(ask, soql, code, words):
    """B3, B6."""
    error = ask(soql)
    assert error["errorCode"] == code
    assert words in error["message"]
    if "ERROR at" in error["message"]:
        excerpt, caret = error["message"].split("\n")[1:3]
        assert caret.strip() == "^"
        assert len(caret) <= len(excerpt) + 1


def test_bulk_and_rest_say_the_same(ask):
    """B3, B8."""
    soql = (
        "SELECT Id, Name, NextStep, Amount, FiscalYear, IsPrivate, CloseDate, SystemModstamp,"
        " Account.Name FROM Opportunity ORDER BY Id"
    )
    records = ask(soql)["records"]
    client = ask.client
    job = client.post(
        "/services/data/v60.0/jobs/query", json={"operation": "query", "query": soql}
    ).json()
    text = ""
    locator, count = "", 0
    while locator != "null":
        part = client.get(
            f"/services/data/v60.0/jobs/query/{job['id']}/results",
            params={"maxRecords": 20, "locator": locator},
        )
        text += part.text if not text else part.text.partition("\n")[2]
        locator = part.headers["Sforce-Locator"]
        count += int(part.headers["Sforce-NumberOfRecords"])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert count == len(rows) == len(records) == 54
    for row, record in zip(rows, records, strict=True):
        assert row == {
            "Id": record["Id"],
            "Name": record["Name"],
            "NextStep": record["NextStep"] or "",
            "Amount": "" if record["Amount"] is None else str(record["Amount"]),
            "FiscalYear": "" if record["FiscalYear"] is None else str(record["FiscalYear"]),
            "IsPrivate": str(record["IsPrivate"]).lower(),
            "CloseDate": record["CloseDate"],
            "SystemModstamp": record["SystemModstamp"].replace("+0000", "Z"),
            "Account.Name": (record["Account"] or {}).get("Name", ""),
        }
