"""What a source says of single records now, asked by key; for looking twice, never for landing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from extract.errors import Refuse
from extract.salesforce import SalesforceSource
from extract.salesforce import wire as salesforce
from extract.sap_b1 import SapB1Source
from extract.sap_b1 import wire as sap_b1
from extract.source import ObjectSpec, ReadPlan, Source

Record = Mapping[str, object]


def ask_records(
    source: Source,
    spec: ObjectSpec,
    keys: Sequence[str | int],
    fields: Sequence[str],
    as_of: datetime,
    spool: Path,
) -> dict[str, Record]:
    """The records of `keys` by key as text; one that the source no longer has is absent.

    Live systems are asked for these keys alone, a folder is read whole into `spool`.
    """
    if isinstance(source, SalesforceSource):
        return _salesforce(source, spec, [str(key) for key in keys], fields)
    if isinstance(source, SapB1Source):
        return _sap_b1(source, spec, keys)
    return _files(source, spec, {str(key) for key in keys}, as_of, spool)


def _salesforce(
    source: SalesforceSource, spec: ObjectSpec, keys: Sequence[str], fields: Sequence[str]
) -> dict[str, Record]:
    session = source.session
    body = session.get(f"{session.data}/sobjects/{spec.entity}/describe", about=spec.name).body
    readable = salesforce.readable(salesforce.fields_of(body) or ())
    asked = [field for field in dict.fromkeys(fields) if field in readable]
    query = salesforce.select(spec.entity, asked, salesforce.ids_in(keys))
    body = session.get(f"{session.data}/query", {"q": query}, about=spec.name).body
    return {str(record[spec.key[0]]): record for record in salesforce.records(body)}


def _sap_b1(source: SapB1Source, spec: ObjectSpec, keys: Sequence[str | int]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for key in keys:
        try:
            answer = source.session.get(f"{spec.entity}({sap_b1.literal(key)})")
        except Refuse as error:
            if error.status != 404:
                raise
            continue
        found[str(key)] = json.loads(answer.body)
    return found


def _files(
    source: Source, spec: ObjectSpec, keys: set[str], as_of: datetime, spool: Path
) -> dict[str, Record]:
    reading = source.read(spec, ReadPlan(as_of, None, spool))
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select record::varchar from read_parquet($files)",
            {"files": [str(page.path) for page in reading.pages]},
        ).fetchall()
    records = [json.loads(text) for (text,) in rows]
    return {key: record for record in records if (key := str(record.get(spec.key[0]))) in keys}
