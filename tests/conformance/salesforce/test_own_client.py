"""Our own client: what `extract` reads and sends, beside what a plain request sees."""

from __future__ import annotations

import csv
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from extract import SalesforceTarget
from extract.salesforce import SalesforceSettings, SalesforceSource
from extract.salesforce.objects import OBJECTS
from extract.source import Mode, PageForm, ReadPlan

ACCOUNT = next(spec for spec in OBJECTS if spec.name == "Account")
NOW = datetime(2025, 9, 1, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(org):
    return SalesforceSettings(
        login_url=org.address,
        client_id=org.settings["SALESFORCE_CLIENT_ID"],
        client_secret=org.settings["SALESFORCE_CLIENT_SECRET"],
        ca_file=org.ca_file,
    )


@pytest.fixture(scope="module")
def source(settings):
    source = SalesforceSource(settings)
    yield source
    source.close()


@pytest.fixture
def account(client):
    name = f"own {uuid.uuid4()}"
    made = client.post("sobjects/Account", json={"Name": name, "Phone": 'a "b", c'}).json()["id"]
    yield made, name
    client.delete(f"sobjects/Account/{made}")


def rows(reading):
    """The records of the spooled pages, whatever their form."""
    found = []
    for page in reading.pages:
        text = page.path.read_text(encoding="utf-8")
        if page.form is PageForm.JSON_ARRAY:
            found += json.loads(text)[page.array]
        else:
            found += list(csv.DictReader(text.splitlines()))
    return {row["Id"]: row for row in found}


@pytest.mark.parametrize("bulk_from", [1, 10**6], ids=["bulk", "rest"])
def test_all_records_are_read_either_way(settings, client, account, tmp_path, bulk_from):
    """B3, B8: as many as count() says of queryAll, deleted ones among them."""
    with_way = SalesforceSource(settings.model_copy(update={"bulk_from_rows": bulk_from}))
    reading = with_way.read(ACCOUNT, ReadPlan(NOW, None, tmp_path))
    with_way.close()
    found = rows(reading)
    counted = client.get("queryAll", params={"q": "SELECT count() FROM Account"}).json()
    assert (reading.mode, len(found)) == (Mode.FULL, counted["totalSize"])
    assert found[account[0]]["Phone"] == 'a "b", c'


def test_only_what_moved_is_read_after_a_cursor(source, client, account, tmp_path):
    """B3: SystemModstamp >= cursor, less a look-back."""
    stamp = client.get(f"sobjects/Account/{account[0]}").json()["SystemModstamp"]
    cursor = stamp.replace("+0000", "Z")
    reading = source.read(ACCOUNT, ReadPlan(NOW, cursor, tmp_path))
    found = rows(reading)
    assert reading.mode is Mode.INCREMENTAL
    assert account[0] in found
    # The client looks back a little (late commits), far less than an hour.
    oldest = min(datetime.fromisoformat(row["SystemModstamp"]) for row in found.values())
    assert datetime.fromisoformat(stamp) - oldest < timedelta(hours=1)


def test_a_missing_field_stops_its_object_by_name(source, tmp_path):
    """B4: what is required is looked for in the describe."""
    spec = replace(ACCOUNT, required=(*ACCOUNT.required, "Nope__c"))
    with pytest.raises(Exception, match="Nope__c"):
        source.read(spec, ReadPlan(NOW, None, tmp_path))


def test_what_is_sent_arrives(source, client, account):
    """B5: collections; a refused row says why and the others go on."""
    target = SalesforceTarget(source.session)
    good, bad = target.update(
        "Account",
        [{"Id": account[0], "Phone": "9"}, {"Id": account[0][:6] + "zzzzzzzzzAAA", "Phone": "9"}],
    )
    assert client.get(f"sobjects/Account/{account[0]}").json()["Phone"] == "9"
    assert (good.sent.name, bad.sent.name) == ("WRITTEN", "REFUSED")
    live = target.live("Account", [account[0]], ["Phone"])
    assert live[account[0]]["Phone"] == "9"
