"""Has an object moved? Its newest change stamp, asked for in one small call."""

from __future__ import annotations

import json

from extract.salesforce import SalesforceSource
from extract.salesforce import wire as salesforce
from extract.sap_b1 import SapB1Source
from extract.source import ObjectSpec, Source


def newest_stamp(source: Source, spec: ObjectSpec) -> str:
    """The newest stamp of an object as the source writes it; '' where it keeps none."""
    if isinstance(source, SalesforceSource) and spec.stamp.instant:
        return _salesforce(source, spec)
    if isinstance(source, SapB1Source) and spec.stamp.day:
        return _sap_b1(source, spec)
    return ""


def _salesforce(source: SalesforceSource, spec: ObjectSpec) -> str:
    order = f"{spec.stamp.instant} DESC LIMIT 1"
    query = salesforce.select(spec.entity, [spec.stamp.instant], order=order)
    body = source.session.get(f"{source.session.data}/query", {"q": query}, about=spec.name).body
    return " ".join(str(record[spec.stamp.instant]) for record in salesforce.records(body))


def _sap_b1(source: SapB1Source, spec: ObjectSpec) -> str:
    day, time = spec.stamp.day, spec.stamp.time
    stamps = [name for name in (day, time) if name]
    asked = {
        "$select": ",".join(stamps),
        "$orderby": ",".join(f"{name} desc" for name in stamps),
        "$top": "1",
    }
    found = json.loads(source.session.get(spec.entity, asked).body).get("value", [])
    return " ".join(str(row.get(name)) for row in found for name in stamps)
