"""A small org behind real HTTPS, or the org that the environment names.

The tests with the fixture `org` run against a real org too: set PROMESA_CONFORMANCE_SALESFORCE to
its address, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET, and for `test_passwords.py`
SALESFORCE_USERNAME, _PASSWORD, _SECURITY_TOKEN and _REFRESH_TOKEN. They write records there: use an
org that is for that. Tests that know the small org's figures, or plan faults, use `small` and
always run against the sandbox.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from simple_salesforce import Salesforce

from sandbox.salesforce import password_environment
from sandbox.salesforce.keys import make_id
from sandbox.serve import RunningServers, start_servers

sys.path.insert(0, str(Path(__file__).parent))

Record = dict[str, Any]

REAL_ORG = "PROMESA_CONFORMANCE_SALESFORCE"
STAMP = "2025-08-30T10:00:00.000+0000"
COMPANY = {
    "name": "Small Works",
    "clock": "2025-09-01T06:00:00Z",
    "currency": "EUR",
    "country": "ES",
    "time_zone": "Europe/Madrid",
    "seed": 1,
}
SELLER = make_id("005", 2)
INTEGRATION = make_id("005", 1)


def stamped(prefix: str, number: int, **fields: Any) -> Record:
    return {
        "Id": make_id(prefix, number),
        "IsDeleted": False,
        "CreatedDate": STAMP,
        "CreatedById": SELLER,
        "LastModifiedDate": STAMP,
        "LastModifiedById": SELLER,
        "SystemModstamp": STAMP,
        **fields,
    }


def user(number: int, name: str, username: str) -> Record:
    record = stamped("005", number, Username=username, LastName=name, Name=name, IsActive=True)
    del record["IsDeleted"]
    return record


def small_org() -> dict[str, list[Record]]:
    """Two users, 30 accounts, 12 deals with lines, three products."""
    return {
        "User": [
            user(1, "Integration", "integration@small.example"),
            user(2, "Seller", "seller@small.example"),
        ],
        "Account": [
            stamped(
                "001",
                number,
                Name=f"Customer {number:02d}",
                AccountNumber=f"C{number:04d}",
                OwnerId=SELLER,
                AnnualRevenue=number * 1000.5 if number % 3 else None,
                NumberOfEmployees=number if number % 4 else None,
                BillingCity="Valencia" if number % 2 else None,
                Industry="Manufacturing",
            )
            for number in range(1, 31)
        ],
        "Pricebook2": [stamped("01s", 1, Name="Standard", IsActive=True, IsStandard=True)],
        "Product2": [
            stamped(
                "01t", number, Name=f"Part {number}", ProductCode=f"A-{number}00", IsActive=True
            )
            for number in (1, 2, 3)
        ],
        "PricebookEntry": [
            stamped(
                "01u",
                number,
                Name=f"Part {number}",
                Pricebook2Id=make_id("01s", 1),
                Product2Id=make_id("01t", number),
                UnitPrice=number * 10.0,
                IsActive=True,
                ProductCode=f"A-{number}00",
            )
            for number in (1, 2, 3)
        ],
        "Opportunity": [
            stamped(
                "006",
                number,
                Name=f"Deal {number}",
                AccountId=make_id("001", number),
                OwnerId=SELLER,
                StageName="Prospecting",
                Amount=number * 100.0,
                CloseDate=f"2025-09-{number:02d}",
                Probability=10.0,
                IsClosed=False,
                IsWon=False,
                HasOpportunityLineItem=True,
            )
            for number in range(1, 13)
        ],
        "OpportunityLineItem": [
            stamped(
                "00k",
                number,
                OpportunityId=make_id("006", number),
                PricebookEntryId=make_id("01u", 1),
                Product2Id=make_id("01t", 1),
                Quantity=number * 10.0,
                UnitPrice=10.0,
                TotalPrice=number * 100.0,
            )
            for number in range(1, 13)
        ],
    }


def write_org(folder: Path, objects: dict[str, list[Record]] | None = None) -> Path:
    """A company folder with only a CRM in it."""
    (folder / "salesforce").mkdir(parents=True)
    (folder / "sap_b1").mkdir()
    (folder / "company.json").write_text(json.dumps(COMPANY))
    for name, records in (small_org() if objects is None else objects).items():
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / "salesforce" / f"{name}.jsonl").write_text(lines)
    return folder


@dataclass
class Org:
    """An address, a token, and, for the sandbox, the servers behind them."""

    address: str
    token: str
    ca_file: str | None
    settings: dict[str, str]
    servers: RunningServers | None = None

    def simple_salesforce(self) -> Salesforce:
        """simple-salesforce as it is installed, given the token and our certificate authority."""
        session = requests.Session()
        session.trust_env = False
        if self.ca_file:
            session.verify = self.ca_file
        return Salesforce(
            instance_url=self.address, session_id=self.token, session=session, version="60.0"
        )

    def client(self, **headers: str) -> httpx.Client:
        """A plain client below /services/data/v60.0/."""
        import ssl

        context = ssl.create_default_context(cafile=self.ca_file)
        return httpx.Client(
            base_url=f"{self.address}/services/data/v60.0/",
            headers={"Authorization": f"Bearer {self.token}", **headers},
            verify=context,
            trust_env=False,
            timeout=30,
        )

    def control(self, method: str, what: str, body: Any = None) -> Any:
        """A call to the control address."""
        with self.client() as client:
            url = f"{self.address}/__control__/{what}"
            return client.request(method, url, json=body).json()


def sign_in(settings: dict[str, str], ca_file: str | None) -> str:
    """A token by client credentials."""
    import ssl

    answer = httpx.post(
        f"{settings['SALESFORCE_LOGIN_URL']}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(settings["SALESFORCE_CLIENT_ID"], settings["SALESFORCE_CLIENT_SECRET"]),
        verify=ssl.create_default_context(cafile=ca_file),
        trust_env=False,
    )
    token: str = answer.json()["access_token"]
    return token


def org_of(servers: RunningServers) -> Org:
    ca_file = servers.environment.get("SALESFORCE_CA_FILE")
    token = sign_in(servers.environment, ca_file)
    return Org(servers.salesforce_url, token, ca_file, servers.environment, servers)


@pytest.fixture(scope="session")
def org_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_org(tmp_path_factory.mktemp("org") / "company")


@pytest.fixture(scope="module")
def org(org_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    """The org that the environment names, or the sandbox over the small org."""
    address = os.environ.get(REAL_ORG)
    if address:
        settings = {**os.environ, "SALESFORCE_LOGIN_URL": address}
        yield Org(address, sign_in(settings, None), None, settings)
        return
    with start_servers(org_template, tmp_path_factory.mktemp("state"), with_tls=True) as servers:
        yield org_of(servers)


@pytest.fixture(scope="module")
def client(org: Org) -> Iterator[httpx.Client]:
    """A plain client of that org."""
    with org.client() as client:
        yield client


@dataclass
class Credentials:
    """A user's own way in, and the connected app's."""

    username: str
    password: str
    security_token: str
    refresh_token: str
    client_id: str
    client_secret: str


@pytest.fixture(scope="module")
def credentials(org: Org) -> Credentials:
    """Of the org that the environment names (SALESFORCE_USERNAME and so on),
    or of the sandbox."""
    settings = org.settings
    if org.servers is not None:
        context = org.servers.context("salesforce")
        settings = password_environment(context, org.address)
    return Credentials(
        **{name: settings[f"SALESFORCE_{name.upper()}"] for name in Credentials.__annotations__}
    )


@pytest.fixture
def small(org_template: Path, tmp_path: Path) -> Iterator[Org]:
    """The sandbox over the small org, for this test alone."""
    with start_servers(org_template, tmp_path / "state") as servers:
        yield org_of(servers)


@pytest.fixture(scope="session")
def write_small_org() -> Callable[..., Path]:
    """`write_org`, for tests with records of their own."""
    return write_org


@pytest.fixture(scope="session")
def open_org() -> Callable[[RunningServers], Org]:
    """`org_of`, for tests that start servers themselves."""
    return org_of
