"""Quarantine: records that cannot be used, kept with their bytes, place and reason (F11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb

from extract.properties import number_names
from extract.source import ObjectSpec, Reject

# Cheap first look for numbers that may lie outside DECIMAL(18,6): 13 digits or an exponent.
_SUSPICIOUS = r'[:\[,]\s*"?-?(\d{13,}|\d+(\.\d+)?[eE]\+?\d{1,})'
_MONEY_LIMIT = 1e12


def find_bad_records(con: duckdb.DuckDBPyConnection, spec: ObjectSpec) -> None:
    """Mark temp.arrived.is_bad and list each bad record once in temp.bad."""
    con.execute(
        "create or replace temp table bad as"
        " select page_no, row_no, record_key, cast(null as varchar) as field,"
        " case when json_type(record) <> 'OBJECT' then 'not_a_record' else 'key_missing' end"
        "  as code,"
        " case when json_type(record) <> 'OBJECT' then 'This is not a record.'"
        f" else '{spec.noun or spec.name} without its key {'+'.join(spec.key)}.' end as reason"
        " from arrived where record_key is null"
    )
    con.execute(
        "insert into bad"
        " select page_no, row_no, record_key, field, 'out_of_range',"
        f" '{spec.noun or spec.name} ' || label || ', `' || field || '`: ' || value ||"
        " ' is outside what money and quantities can hold.' from ("
        "  select suspects.page_no, suspects.row_no, suspects.record_key,"
        f"  coalesce(suspects.record ->> '{spec.name_field or spec.key[0]}',"
        "   suspects.record_key) as label, leaf.key as field, leaf.value::varchar as value"
        "  from (select * from arrived where record_key is not null"
        "   and regexp_matches(record::varchar, $suspicious)) as suspects,"
        "  json_tree(suspects.record) as leaf"
        "  where leaf.type in ('DOUBLE', 'UBIGINT', 'BIGINT', 'VARCHAR')"
        "   and list_contains($numbers::varchar[], leaf.key)"
        "   and abs(try_cast(trim(leaf.value::varchar, '\"') as double)) >= $limit)"
        " qualify row_number() over (partition by page_no, row_no order by field) = 1",
        {
            "suspicious": _SUSPICIOUS,
            "numbers": sorted(number_names(spec)),
            "limit": _MONEY_LIMIT,
        },
    )
    con.execute("alter table arrived add column is_bad boolean default false")
    con.execute(
        "update arrived set is_bad = true from bad"
        " where arrived.page_no = bad.page_no and arrived.row_no = bad.row_no"
    )


def keep_rejects(
    con: duckdb.DuckDBPyConnection,
    spec: ObjectSpec,
    extraction_id: int,
    rejects: Sequence[Reject],
) -> int:
    """Write the bad records and the reader's rejects to quarantine; returns how many."""
    now = datetime.now(UTC).replace(tzinfo=None)
    first = con.execute("select coalesce(max(quarantine_id), 0) from quarantine").fetchone()
    last_id = int(first[0]) if first else 0
    con.execute(
        "insert into quarantine"
        " select $last + row_number() over (order by bad.page_no, bad.row_no),"
        " $extraction, $system, $object, arrived.place, bad.record_key, bad.field, bad.code,"
        " bad.reason || ' Record quarantined as Q-' ||"
        " ($last + row_number() over (order by bad.page_no, bad.row_no)) || '.',"
        " encode(arrived.record::varchar), $now"
        " from bad inner join arrived"
        " on bad.page_no = arrived.page_no and bad.row_no = arrived.row_no",
        {
            "last": last_id,
            "extraction": extraction_id,
            "system": spec.system,
            "object": spec.name,
            "now": now,
        },
    )
    row = con.execute("select count(*) from bad").fetchone()
    found = int(row[0]) if row else 0
    if rejects:
        con.executemany(
            "insert into quarantine values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [
                    number,
                    extraction_id,
                    spec.system,
                    spec.name,
                    reject.place,
                    reject.record_key or None,
                    reject.field or None,
                    reject.code,
                    f"{reject.reason} Record quarantined as Q-{number}.",
                    reject.payload,
                    now,
                ]
                for number, reject in enumerate(rejects, start=last_id + found + 1)
            ],
        )
    return found + len(rejects)


def settle_replays(
    con: duckdb.DuckDBPyConnection, extraction_id: int, replays: Sequence[int]
) -> None:
    """Note which records of quarantine were judged again; those still bad stand in it anew."""
    if replays:
        now = datetime.now(UTC).replace(tzinfo=None)
        con.executemany(
            "insert into quarantine_replay values (?, ?, ?)",
            [[number, extraction_id, now] for number in replays],
        )
