"""Every property the demo company writes exists in the real schemas, with its type and its enum."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sandbox
from sandbox.plant import make_company

SCHEMAS = Path(sandbox.__file__).parent
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
TABLES = {
    "OBTQ": {"ItemCode", "SysNumber", "WhsCode", "Quantity", "CommitQty"},
    "OBTN": {"ItemCode", "SysNumber", "DistNumber", "ExpDate", "MnfDate", "InDate", "Status"},
    "CurrencyRates": {"Currency", "Date", "Rate"},
}
OWN_FIELDS = {("Orders", "U_PRM_Deal"), ("Quotations", "U_PRM_Deal"), ("Drafts", "U_PRM_Deal")}


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


class Metadata:
    """The Service Layer's own metadata: types, enums and entity sets."""

    def __init__(self) -> None:
        root = ET.parse(SCHEMAS / "sap_b1" / "schema" / "metadata_v4.xml").getroot()
        self.types = {
            t.get("Name"): {p.get("Name"): str(p.get("Type")) for p in t.findall(f"{EDM}Property")}
            for kind in ("EntityType", "ComplexType")
            for t in root.iter(f"{EDM}{kind}")
        }
        self.enums = {
            t.get("Name"): {m.get("Name") for m in t.findall(f"{EDM}Member")}
            for t in root.iter(f"{EDM}EnumType")
        }
        self.sets = {
            s.get("Name"): str(s.get("EntityType")).removeprefix("SAPB1.")
            for s in root.iter(f"{EDM}EntitySet")
        }

    def faults(self, entity_set: str, type_name: str, record: dict[str, Any]) -> Iterator[str]:
        """What is wrong with a record: unknown properties, wrong types, unknown enum members."""
        known = self.types[type_name]
        for name, value in record.items():
            if name not in known:
                if (entity_set, name) not in OWN_FIELDS:
                    yield f"{entity_set}/{type_name}.{name} does not exist"
                continue
            yield from self._value_faults(entity_set, f"{type_name}.{name}", known[name], value)

    def _value_faults(self, entity_set: str, name: str, kind: str, value: Any) -> Iterator[str]:
        if value is None:
            return
        inner = re.fullmatch(r"Collection\((.*)\)", kind)
        if inner:
            for element in value:
                yield from self._value_faults(entity_set, name, inner[1], element)
        elif kind.startswith("SAPB1."):
            own = kind.removeprefix("SAPB1.")
            if own in self.types:
                yield from self.faults(entity_set, own, value)
            elif value not in self.enums[own]:
                yield f"{name}: {value!r} is not in {own}"
        elif not _fits(kind, value):
            yield f"{name}: {value!r} is no {kind}"


def _fits(kind: str, value: Any) -> bool:
    return {
        "Edm.String": lambda: isinstance(value, str),
        "Edm.Int32": lambda: isinstance(value, int) and not isinstance(value, bool),
        "Edm.Double": lambda: isinstance(value, float | int) and not isinstance(value, bool),
        "Edm.DateTimeOffset": lambda: bool(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", value)),
        "Edm.TimeOfDay": lambda: bool(re.fullmatch(r"\d\d:\d\d:\d\d", value)),
    }[kind]()


def test_every_service_layer_property_exists(demo_company: Path) -> None:
    metadata = Metadata()
    found: set[str] = set()
    for path in sorted((demo_company / "sap_b1").glob("*.jsonl")):
        name = path.stem
        for record in _records(path):
            if name in TABLES:
                if set(record) != TABLES[name]:
                    found.add(f"{name}: {sorted(set(record) ^ TABLES[name])}")
            else:
                found.update(metadata.faults(name, metadata.sets[name], record))
    assert sorted(found) == []


def _crm_files(company: Path) -> list[Path]:
    files = sorted((company / "salesforce").glob("*.jsonl"))
    return [path for path in files if path.stem != "CustomField"]


def _stamp(name: str, record: dict[str, Any]) -> str:
    """Field histories have no other stamp than the moment they were made."""
    return str(record["CreatedDate" if name.endswith("FieldHistory") else "SystemModstamp"])


def test_every_crm_field_exists(demo_company: Path) -> None:
    folder = SCHEMAS / "salesforce" / "schema"
    wsdl = json.loads((folder / "wsdl_objects.json").read_text("utf-8"))["objects"]
    setup = json.loads((folder / "setup_objects.json").read_text("utf-8"))
    found: set[str] = set()
    own = {
        tuple(record["FullName"].split("."))
        for record in _records(demo_company / "salesforce" / "CustomField.jsonl")
    }
    for path in _crm_files(demo_company):
        described = folder / f"{path.stem}.describe.json"
        if described.exists():
            fields = json.loads(described.read_text("utf-8"))["fields"]
            known = {field["name"] for field in fields}
        else:
            known = set(wsdl.get(path.stem) or setup[path.stem]) | {"Id"}
        known |= {name for sobject, name in own if sobject == path.stem}
        for record in _records(path):
            found.update(f"{path.stem}.{name}" for name in record if name not in known)
            if not re.fullmatch(r"[0-9A-Za-z]{15}[A-Z0-5]{3}", record["Id"]):
                found.add(f"{path.stem}: {record['Id']}")
            stamp = _stamp(path.stem, record)
            if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000", stamp):
                found.add(f"{path.stem}: {stamp}")
    assert sorted(found) == []


def test_nothing_is_stamped_after_the_clock_of_the_company(demo_company: Path) -> None:
    clock = json.loads((demo_company / "company.json").read_text("utf-8"))["clock"]
    assert clock == "2025-09-01T06:00:00Z"
    for path in _crm_files(demo_company):
        assert max(_stamp(path.stem, r) for r in _records(path)) <= "2025-09-01T06:00:00.000+0000"
    for name in ("Orders", "Invoices", "DeliveryNotes", "PurchaseOrders"):
        stamps = [
            (record["UpdateDate"], record["UpdateTime"], record["CreationDate"])
            for record in _records(demo_company / "sap_b1" / f"{name}.jsonl")
        ]
        assert max(stamps)[0] < "2025-09-01"
        assert all(created <= updated for updated, _, created in stamps)


def test_links_between_the_systems_hold(demo_company: Path) -> None:
    crm, erp = demo_company / "salesforce", demo_company / "sap_b1"
    deals = {record["Id"] for record in _records(crm / "Opportunity.jsonl")}
    items = {record["ItemCode"] for record in _records(erp / "Items.jsonl")}
    cards = {record["CardCode"] for record in _records(erp / "BusinessPartners.jsonl")}
    accounts = list(_records(crm / "Account.jsonl"))
    linked = [a["AccountNumber"] for a in accounts if a["AccountNumber"]]
    assert set(linked) <= cards
    assert len(linked) < len(accounts)  # some have none
    assert [n for n in set(linked) if linked.count(n) > 1] == ["C20005"]  # one stands twice (B14)
    assert {p["ProductCode"] for p in _records(crm / "Product2.jsonl")} <= items
    orders = [r["U_PRM_Deal"] for r in _records(erp / "Orders.jsonl") if r["U_PRM_Deal"]]
    assert set(orders) <= deals and len(orders) > 300
    for line in _records(crm / "OpportunityLineItem.jsonl"):
        assert line["OpportunityId"] in deals


def test_the_company_has_the_size_of_a_company(demo_company: Path) -> None:
    def count(name: str) -> int:
        return sum(1 for _ in _records(demo_company / f"{name}.jsonl"))

    assert 1_300 <= count("sap_b1/Orders") <= 1_900
    assert 900 <= count("sap_b1/ProductionOrders") <= 1_900
    assert 1_000 <= count("salesforce/Opportunity") <= 1_500
    open_deals = [
        r for r in _records(demo_company / "salesforce/Opportunity.jsonl") if not r["IsClosed"]
    ]
    assert 110 <= len(open_deals) <= 220


def test_equal_seeds_give_equal_bytes_and_another_seed_another_company(
    demo_company: Path, tmp_path: Path
) -> None:
    make_company(tmp_path / "again")
    files = [p.relative_to(demo_company) for p in sorted(demo_company.rglob("*")) if p.is_file()]
    assert len(files) > 40
    again = [p for p in sorted((tmp_path / "again").rglob("*")) if p.is_file()]
    assert [p.relative_to(tmp_path / "again") for p in again] == files
    for name, copy in zip(files, again, strict=True):
        assert (demo_company / name).read_bytes() == copy.read_bytes(), name
    make_company(tmp_path / "other", seed=2)
    for name in ("sap_b1/Orders.jsonl", "salesforce/Opportunity.jsonl"):
        assert (tmp_path / "other" / name).read_bytes() != (demo_company / name).read_bytes()
