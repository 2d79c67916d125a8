"""Every part of SOQL that clients use, on a few records of this test's own (B3)."""

from __future__ import annotations

import uuid

import pytest


@pytest.fixture(scope="module")
def mark(client):
    """A word that this module's records alone carry: five deals of two customers."""
    mark = f"m{uuid.uuid4().hex[:12]}"
    accounts = [
        {"attributes": {"type": "Account"}, "Name": f"{mark} A", "BillingCity": "Vigo"},
        {"attributes": {"type": "Account"}, "Name": f"{mark} B", "Industry": "Energy"},
    ]
    made = client.post("composite/sobjects", json={"records": accounts}).json()
    first, second = (one["id"] for one in made)
    deals = [
        ("one", first, 100, "2025-01-15", "Prospecting"),
        ("two", first, 200, "2025-04-01", "Prospecting"),
        ("three", second, 300, "2025-04-30", "Qualification"),
        ("four", second, None, "2024-12-31", "Closed Won"),
        ("it's 50% _off", None, 50, "2025-08-08", "Qualification"),
    ]
    rows = [
        {
            "attributes": {"type": "Opportunity"},
            "Name": f"{mark} {name}",
            "AccountId": account,
            "Amount": amount,
            "CloseDate": day,
            "StageName": stage,
        }
        for name, account, amount, day, stage in deals
    ]
    outcomes = client.post("composite/sobjects", json={"records": rows}).json()
    assert all(one["success"] for one in made + outcomes)
    yield mark
    ids = ",".join(one["id"] for one in outcomes + made)
    client.delete("composite/sobjects", params={"ids": ids})


@pytest.fixture
def names(client, mark):
    """The deals that a condition chooses, by the last word of their names."""

    def names(condition, order="Name"):
        soql = (
            f"SELECT Name FROM Opportunity WHERE Name LIKE '{mark}%' AND ({condition})"
            f" ORDER BY {order}"
        )
        answer = client.get("query", params={"q": soql})
        assert answer.status_code == 200, answer.text
        return [one["Name"].split(" ", 1)[1] for one in answer.json()["records"]]

    return names


@pytest.fixture
def ask(client, mark):
    def ask(soql):
        return client.get("query", params={"q": soql.replace("MARK", mark)}).json()

    return ask


@pytest.mark.parametrize(
    ("condition", "chosen"),
    [
        ("Amount = 100 OR Amount = 300", ["one", "three"]),
        ("NOT Amount > 100", ["four", "it's 50% _off", "one"]),
        ("(NOT StageName = 'Prospecting') AND Amount != null", ["it's 50% _off", "three"]),
        ("Amount IN (100, 200)", ["one", "two"]),
        ("Amount NOT IN (100, 200)", ["four", "it's 50% _off", "three"]),
        ("StageName IN ('Closed Won', 'Nope')", ["four"]),
        ("Name LIKE '%\\'s 50\\% \\_off'", ["it's 50% _off"]),
        ("Name LIKE '%T_O'", ["two"]),
        ("AccountId = null", ["it's 50% _off"]),
        ("Account.BillingCity = 'Vigo'", ["one", "two"]),
        ("Account.Industry = 'Energy' AND Amount > 1e2", ["three"]),
        ("AccountId IN (SELECT Id FROM Account WHERE Industry = 'Energy')", ["four", "three"]),
        (
            "AccountId NOT IN (SELECT Id FROM Account WHERE Industry = 'Energy')",
            ["it's 50% _off", "one", "two"],
        ),
        (
            "Id IN (SELECT OpportunityId FROM OpportunityLineItem)",
            [],
        ),
        ("CloseDate >= 2025-04-01 AND CloseDate < 2025-05-01", ["three", "two"]),
        ("CALENDAR_MONTH(CloseDate) = 4", ["three", "two"]),
        ("FISCAL_QUARTER(CloseDate) = 2 AND CALENDAR_YEAR(CloseDate) = 2025", ["three", "two"]),
        ("DAY_IN_WEEK(CloseDate) = 4", ["one", "three"]),
        ("IsWon = true", ["four"]),
        ("CreatedDate = TODAY", ["four", "it's 50% _off", "one", "three", "two"]),
        ("CreatedDate < LAST_N_DAYS:1", []),
        ("CreatedDate > 2020-01-01T00:00:00Z AND Amount = 50", ["it's 50% _off"]),
    ],
)
def test_a_condition_chooses(names, condition, chosen):
    """B3: conditions; the choice is read off the five deals above."""
    assert names(condition) == chosen


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Amount", ["four", "it's 50% _off", "one", "two", "three"]),
        ("Amount DESC", ["four", "three", "two", "one", "it's 50% _off"]),
        ("Amount ASC NULLS LAST", ["it's 50% _off", "one", "two", "three", "four"]),
        ("Amount DESC NULLS LAST", ["three", "two", "one", "it's 50% _off", "four"]),
        ("Account.Name DESC NULLS LAST, Amount DESC NULLS LAST LIMIT 3", ["three", "four", "two"]),
        ("CloseDate LIMIT 2 OFFSET 1", ["one", "two"]),
    ],
)
def test_an_order_and_a_slice(names, order, expected):
    """B3: without a word about nulls they come first, going up and going down."""
    assert names("Id != null", order) == expected


def test_groups_with_aliases(ask):
    """B3: AggregateResult; an expression without alias is expr0, expr1 …"""
    answer = ask(
        "SELECT StageName stage, COUNT(Id), SUM(Amount) total, MIN(CloseDate), MAX(Amount),"
        " AVG(Amount), COUNT_DISTINCT(AccountId) customers FROM Opportunity"
        " WHERE Name LIKE 'MARK%' GROUP BY StageName HAVING COUNT(Id) > 1 ORDER BY StageName"
    )
    assert (answer["totalSize"], answer["done"]) == (2, True)
    first, second = answer["records"]
    assert first == {
        "attributes": {"type": "AggregateResult"},
        "stage": "Prospecting",
        "expr0": 2,
        "total": 300.0,
        "expr1": "2025-01-15",
        "expr2": 200.0,
        "expr3": 150.0,
        "customers": 1,
    }
    assert (second["stage"], second["total"], second["customers"]) == ("Qualification", 350.0, 1)


def test_groups_by_parent_and_by_part_of_a_date(ask):
    """B3: GROUP BY a parent's field and a date function."""
    answer = ask(
        "SELECT Account.Name, CALENDAR_YEAR(CloseDate) year, COUNT(Id) deals FROM Opportunity"
        " WHERE Name LIKE 'MARK%' AND AccountId != null"
        " GROUP BY Account.Name, CALENDAR_YEAR(CloseDate)"
        " ORDER BY Account.Name, CALENDAR_YEAR(CloseDate)"
    )
    found = [(one["Name"][-1], one["year"], one["deals"]) for one in answer["records"]]
    assert found == [("A", 2025, 2), ("B", 2024, 1), ("B", 2025, 1)]


def test_count_has_no_records(ask):
    """B3: `select count()` answers a totalSize and no records."""
    answer = ask("SELECT count() FROM Opportunity WHERE Name LIKE 'MARK%'")
    assert answer == {"totalSize": 5, "done": True, "records": []}


def test_children_nest_a_whole_result(ask):
    """B3: subqueries nest a full query result, null without children."""
    answer = ask(
        "SELECT Name, (SELECT Name, Amount FROM Opportunities ORDER BY Amount DESC LIMIT 1),"
        " (SELECT Id FROM Cases) FROM Account WHERE Name LIKE 'MARK%' ORDER BY Name"
    )
    first, second = answer["records"]
    assert first["Opportunities"]["totalSize"] == 1
    assert first["Opportunities"]["records"][0]["Amount"] == 200.0
    assert first["Opportunities"]["records"][0]["attributes"]["type"] == "Opportunity"
    assert second["Cases"] is None


@pytest.mark.parametrize(
    "soql",
    [
        "select Id from Opportunity where Name like 'MARK%'",
        "SELECT o.Id FROM Opportunity o WHERE o.Name LIKE 'MARK%'",
        "SELECT Opportunity.Id FROM Opportunity WHERE Opportunity.Name LIKE 'MARK%'",
        "SELECT Id FROM Opportunity USING SCOPE everything WHERE Name LIKE 'MARK%'",
        "SELECT Id FROM Opportunity WHERE Name LIKE 'MARK%' WITH SECURITY_ENFORCED",
        "SELECT Id FROM Opportunity WHERE Name LIKE 'MARK%' FOR VIEW",
        "SELECT Id FROM Opportunity WHERE Name LIKE 'MARK%' ALL ROWS",
        "SELECT Id, toLabel(StageName) FROM Opportunity WHERE Name LIKE 'MARK%'",
        "SELECT FIELDS(ALL) FROM Opportunity WHERE Name LIKE 'MARK%' LIMIT 200",
        "SELECT FIELDS(STANDARD) FROM Opportunity WHERE Name LIKE 'MARK%' LIMIT 200",
        "SELECT Id\nFROM Opportunity\nWHERE\tName LIKE 'MARK%'",
    ],
)
def test_ways_of_saying_the_same(ask, soql):
    """B3: forms that clients write; each chooses the five deals."""
    answer = ask(soql)
    assert isinstance(answer, dict), answer
    assert answer["totalSize"] == len(answer["records"]) == 5


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Name n FROM Account", "MALFORMED_QUERY"),
        ("SELECT CALENDAR_YEAR(CloseDate) FROM Opportunity", "MALFORMED_QUERY"),
        ("SELECT Id FROM Opportunity WHERE CALENDAR_YEAR(Name) = 2025", "MALFORMED_QUERY"),
        (
            "SELECT Id FROM Opportunity WHERE StageName INCLUDES ('a')",
            "INVALID_QUERY_FILTER_OPERATOR",
        ),
        ("SELECT Id FROM Opportunity WHERE Name = 'x", "MALFORMED_QUERY"),
        ("SELECT FROM Opportunity", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Owner.Nope = 1", "INVALID_FIELD"),
        ("SELECT (SELECT Id FROM Nopes) FROM Account", "INVALID_FIELD"),
        ("SELECT SUM(Name) FROM Account", "MALFORMED_QUERY"),
        ("UPDATE Account SET Name = 'x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account LIMIT many", "MALFORMED_QUERY"),
    ],
)
def test_what_is_no_statement_is_refused(client, soql, code):
    """B6: 400 with an array of one error."""
    answer = client.get("query", params={"q": soql})
    assert answer.status_code == 400
    assert [one["errorCode"] for one in answer.json()] == [code]


def test_a_batch_size_is_a_hint_between_200_and_2000(client, mark):
    """B3: Sforce-Query-Options; nextRecordsUrl is followed as host and path."""
    soql = f"SELECT Id FROM Opportunity WHERE Name LIKE '{mark}%'"
    answer = client.get(
        "query", params={"q": soql}, headers={"Sforce-Query-Options": "batchSize=200"}
    ).json()
    assert (answer["totalSize"], answer["done"], len(answer["records"])) == (5, True, 5)
    assert "nextRecordsUrl" not in answer


def test_a_locator_that_is_none(client):
    """B3: INVALID_QUERY_LOCATOR."""
    answer = client.get("query/0r8000000000000AAA-2000")
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
