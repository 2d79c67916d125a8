"""One extraction into the raw tables: set the bad aside, fold repeats, mark deletes, close."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import duckdb

from extract.errors import Refuse
from extract.landing.drift import find_drift, remember_fields
from extract.landing.raw import landing_turn
from extract.landing.set_aside import find_bad_records, keep_rejects, settle_replays
from extract.landing.spool import disk_full
from extract.source import (
    DeleteRule,
    Drift,
    Extraction,
    Mode,
    ObjectSpec,
    Page,
    PageForm,
    Reading,
    ReadPlan,
)

# What an answer says about itself is no content of the record: attributes and @odata notes stand
# first in it, so that looking for them costs nothing.
_NOISE = {
    "salesforce": r'"attributes":\{[^{}]*\},?',
    "sap_b1": r'"@?odata\.[a-zA-Z]+":"(?:[^"\\]|\\.)*",?',
}

# Absent is null, and a document of the Service Layer is four fifths nulls that every later reader
# would parse again for each field. In minified JSON `"name":null` can be nothing but a key with a
# null: inside a text its quotation marks would carry a backslash.
_NULL_BEFORE_ANOTHER = r'"\w+":null,'
_NULL_AT_THE_END = r',?"\w+":null\}'

# F13: a complete read that shrank by more than this share is parked.
_SHRINK_LIMIT = 0.10

# F11: below this many bad records the share says nothing.
_QUARANTINE_FLOOR = 10


# A read no longer than this (seconds) is covered by the shortest look-back, two minutes.
_SHORT_READ = 60.0


@dataclass(frozen=True)
class _Counts:
    received: int
    quarantined: int
    landed: int
    deleted: int

    @property
    def folded(self) -> int:
        return self.received - self.quarantined - self.landed


def land(
    con: duckdb.DuckDBPyConnection,
    spec: ObjectSpec,
    source: str,
    plan: ReadPlan,
    reading: Reading,
    started_at: datetime,
) -> Extraction:
    """Land one reading in one transaction: rows, quarantine, drift, closing record and cursor."""
    with landing_turn:
        con.execute("begin")
        try:
            extraction = _land(con, spec, source, plan, reading, started_at)
            con.execute("commit")
        except BaseException as error:
            _roll_back(con)
            if isinstance(error, duckdb.Error) and "No space left" in str(error):
                raise disk_full(plan.spool) from error
            raise
    return extraction


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("rollback")
    except duckdb.Error:
        # The transaction is already gone: nothing of it can be left.
        return


def _land(
    con: duckdb.DuckDBPyConnection,
    spec: ObjectSpec,
    source: str,
    plan: ReadPlan,
    reading: Reading,
    started_at: datetime,
) -> Extraction:
    extraction_id = _next_id(con, "extraction", "extraction_id")
    _stage(con, spec, reading)
    received = _count(con, "select count(*) from arrived") + len(reading.rejects)
    _check_declared(spec, reading, received)
    # A few old records say nothing about the fields of today.
    drift = [] if reading.replays else find_drift(con, spec, reading)
    find_bad_records(con, spec)
    quarantined = keep_rejects(con, spec, extraction_id, reading.rejects)
    settle_replays(con, extraction_id, reading.replays)
    _keep_drift(con, spec, extraction_id, drift)
    _resolve(con, spec)
    notices = (*reading.notices, *_repeated_keys(con, spec))
    if _has_moved(con, reading):
        reading = replace(reading, is_complete=False)
    why_parked, digest = _why_parked(con, spec, reading, received, quarantined)
    counts = _Counts(received, quarantined, 0, 0)
    if not why_parked:
        if not reading.replays:
            remember_fields(con, spec, extraction_id)
        landed = _insert_rows(con, spec, extraction_id)
        deleted = _mark_deletes(con, spec, reading, extraction_id)
        counts = _Counts(received, quarantined, landed, deleted)
    note = why_parked + digest if why_parked else " ".join(notices)
    extraction = Extraction(
        extraction_id=extraction_id,
        system=spec.system,
        object=spec.name,
        source=source,
        mode=reading.mode.value,
        state="parked" if why_parked else "closed",
        seen_at=min(plan.as_of, reading.seen_since or plan.as_of),
        received=received,
        landed=counts.landed,
        folded=0 if why_parked else counts.folded,
        quarantined=quarantined,
        deleted=counts.deleted,
        bytes=reading.bytes,
        calls=reading.calls,
        seconds=max(round(time.time() - started_at.timestamp(), 3), 0.0),
        cursor_from=plan.cursor,
        cursor_to=plan.cursor if why_parked else _cursor(con, spec, plan, reading),
        drift=tuple(drift),
        notices=notices,
        note=note,
    )
    _close(con, extraction, started_at)
    return extraction


def _stage(con: duckdb.DuckDBPyConnection, spec: ObjectSpec, reading: Reading) -> None:
    """Fill temp.arrived(page_no, row_no, place, record, record_key, record_hash, …)."""
    con.execute(
        "create or replace temp table staged"
        " (page_no integer, row_no integer, place varchar, record json)"
    )
    for form in PageForm:
        pages = [page for page in reading.pages if page.form is form]
        if pages:
            _stage_pages(con, form, pages, reading)
    key = ", ".join(f"record ->> '{part}'" for part in spec.key)
    missing = " or ".join(f"record ->> '{part}' is null" for part in spec.key)
    con.execute(
        "create or replace temp table arrived as"
        " with clean as materialized (select page_no, row_no, place,"
        "  regexp_replace(regexp_replace(regexp_replace(record::varchar, $noise, '', 'g'),"
        "   $null_before, '', 'g'), $null_at_end, '}', 'g')::json as record from staged)"
        " select page_no, row_no, place, record,"
        f" case when {missing} then null else concat_ws('|', {key}) end as record_key,"
        " md5(record::varchar) as record_hash,"
        f" {_changed_at(spec)} as changed_at,"
        f" {_is_deleted(spec)} as is_deleted"
        " from clean",
        {
            "noise": _NOISE[spec.system],
            "null_before": _NULL_BEFORE_ANOTHER,
            "null_at_end": _NULL_AT_THE_END,
        },
    )


def _stage_pages(
    con: duckdb.DuckDBPyConnection, form: PageForm, pages: list[Page], reading: Reading
) -> None:
    files = [str(page.path) for page in pages]
    number = r"try_cast(regexp_extract(filename, '(\d+)\.\w+$', 1) as integer)"
    if form is PageForm.JSON_ARRAY:
        con.execute(
            "insert into staged"
            " select page_no, row_no, 'page ' || page_no || ' row ' || row_no, record from ("
            "  select page_no, unnest(items) as record,"
            "  generate_subscripts(items, 1)::integer as row_no from ("
            f"  select {number} as page_no, json_extract(content, $array) as items"
            "   from read_text($files)))",
            {"array": f'$."{pages[0].array}"[*]', "files": files},
        )
    elif form is PageForm.ROWS:
        con.execute(
            f"insert into staged select {number}, row_no, place, record::json"
            " from read_parquet($files, filename = true)",
            {"files": files},
        )
    else:
        _stage_csv(con, files, number, reading)


def _stage_csv(
    con: duckdb.DuckDBPyConnection, files: list[str], number: str, reading: Reading
) -> None:
    """Bulk CSV in the form REST would have had: typed by describe, empty is null."""
    fields = list(reading.kinds)
    struct = ", ".join(
        f"{_name(field)} := {_typed(field, reading.kinds[field])}" for field in fields
    )
    columns = ", ".join(f"{_text(field)}: 'VARCHAR'" for field in fields)
    con.execute(
        "insert into staged"
        " select page_no, row_no, 'page ' || page_no || ' row ' || row_no, record from ("
        f" select {number} as page_no,"
        f"  row_number() over (partition by filename)::integer as row_no,"
        f"  to_json(struct_pack({struct})) as record"
        "  from read_csv($files, filename = true, header = true, auto_detect = false,"
        f"  columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"',"
        "  strict_mode = true, max_line_size = 20000000))",
        {"files": files},
    )


def _typed(field: str, kind: str) -> str:
    name = _name(field)
    if kind == "number":
        return f"try_cast({name} as double)"
    if kind == "whole":
        return f"try_cast({name} as bigint)"
    if kind == "flag":
        return f"try_cast({name} as boolean)"
    if kind == "instant":
        return f"regexp_replace({name}, 'Z$', '+0000')"
    return name


def _name(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _changed_at(spec: ObjectSpec) -> str:
    """The source's own stamp as a timestamp, UTC as written."""
    stamp = spec.stamp
    if stamp.instant:
        return (
            f"try_cast(replace(substr(record ->> '{stamp.instant}', 1, 23), 'T', ' ') as timestamp)"
        )
    if stamp.day:
        time_of_day = (
            f"coalesce(record ->> '{stamp.time}', '00:00:00')" if stamp.time else "'00:00'"
        )
        return (
            f"coalesce(try_cast(substr(record ->> '{stamp.day}', 1, 10)"
            f" || ' ' || {time_of_day} as timestamp),"
            f" try_cast(substr(record ->> '{stamp.day}', 1, 10) as timestamp))"
        )
    return "cast(null as timestamp)"


def _is_deleted(spec: ObjectSpec) -> str:
    if spec.system == "salesforce" and spec.delete is DeleteRule.FLAG:
        return "coalesce(lower(record ->> 'IsDeleted') = 'true', false)"
    return "false"


def _check_declared(spec: ObjectSpec, reading: Reading, received: int) -> None:
    """I3: the source said how many; exactly that many must have come."""
    if reading.declared is not None and reading.declared != received:
        raise Refuse(
            f"the source declared {reading.declared} records and {received} came.",
            system=spec.system,
            object=spec.name,
            code="count_differs",
            what_to_do="Nothing was landed; the next run reads the object again.",
        )


def _resolve(con: duckdb.DuckDBPyConnection, spec: ObjectSpec) -> None:
    """Split arrivals into repeats and news, against the current row of each key."""
    con.execute(
        "create or replace temp table present as"
        " select record_key, arg_max(record_hash, recency) as record_hash,"
        " arg_max(is_deleted, recency) as is_deleted, max(recency) as recency from ("
        "  select record_key, record_hash, is_deleted, struct_pack("
        "   a := coalesce(changed_at, timestamp '0001-01-01'), b := extraction_id,"
        f"  c := page_no, d := row_no) as recency from {spec.table})"
        " group by record_key"
    )
    con.execute(
        "create or replace temp table news as"
        " select arrived.* from ("
        "  select * from arrived where not is_bad"
        "  qualify row_number() over (partition by record_key, record_hash, is_deleted"
        "   order by page_no, row_no) = 1) as arrived"
        " left join present on arrived.record_key = present.record_key"
        " where present.record_key is null or present.record_hash <> arrived.record_hash"
        "  or present.is_deleted <> arrived.is_deleted"
    )


def _repeated_keys(con: duckdb.DuckDBPyConnection, spec: ObjectSpec) -> tuple[str, ...]:
    """B13: the same key with different content in one read; all are kept, the newest counts."""
    rows = con.execute(
        "select record_key, count(distinct record_hash) as times,"
        " max(changed_at) as newest from arrived where not is_bad"
        " group by record_key having count(distinct record_hash) > 1"
        " order by record_key limit 20"
    ).fetchall()
    return tuple(
        f'{spec.noun or spec.name} "{key}" stands {times} times in the source;'
        f" the newer{f' ({newest:%H:%M:%S})' if newest else ''} is used."
        for key, times, newest in rows
    )


def _has_moved(con: duckdb.DuckDBPyConnection, reading: Reading) -> bool:
    """A record that a live source's pages bring twice may have come in place of one that they
    then do not bring at all (F9): nothing is deleted by such a read, and no cursor moves."""
    if any(page.form is PageForm.ROWS for page in reading.pages):
        return False
    return bool(_count(con, "select count(record_key) - count(distinct record_key) from arrived"))


def _cursor(
    con: duckdb.DuckDBPyConnection, spec: ObjectSpec, plan: ReadPlan, reading: Reading
) -> str | None:
    """The newest stamp seen, in the source's own writing; its clock only, never ours (F9).

    A record may have moved after its page was read and before the newest stamp was; so what a long
    read took is given back, as a length of time (I5).
    """
    if reading.cursor is not None or not spec.is_incremental:
        return reading.cursor
    if reading.replays:
        return plan.cursor
    if reading.mode is Mode.FULL and not reading.is_complete:
        return None  # what it missed may lie before the newest stamp (I5): read it all again
    if _has_moved(con, reading):
        return plan.cursor
    if _count(con, "select count(*) from arrived where record_key is null"):
        return plan.cursor  # a record without its key may be any of them (I5): read on from there
    if any(page.form is PageForm.ROWS for page in reading.pages):
        return None
    if spec.stamp.instant:
        newest = f"max(record ->> '{spec.stamp.instant}')"
    else:
        newest = "strftime(max(changed_at), '%Y-%m-%dT%H:%M:%S')"
    found = _one(con, f"select {newest} from arrived")
    if found is not None and reading.seconds > _SHORT_READ:
        found = _earlier(str(found), reading.seconds)
    seen = [str(each) for each in (found, plan.cursor) if each is not None]
    return max(seen) if seen else None


def _earlier(stamp: str, seconds: float) -> str:
    """A stamp in the source's own writing, by so many seconds earlier."""
    moved = datetime.fromisoformat(stamp[:19]) - timedelta(seconds=math.ceil(seconds))
    return moved.isoformat() + stamp[19:]


def _why_parked(
    con: duckdb.DuckDBPyConnection,
    spec: ObjectSpec,
    reading: Reading,
    received: int,
    quarantined: int,
) -> tuple[str, str]:
    """The sentence that says why this read is not taken over, and its digest; or twice nothing."""
    if quarantined > max(_QUARANTINE_FLOOR, received * reading.quarantine_limit):
        share = 100 * quarantined / received
        return (
            f"{quarantined} of {received} records could not be read ({share:.1f} %, the limit is"
            f" {100 * reading.quarantine_limit:g} %): the last whole read stays in use."
        ), ""
    if not reading.is_complete or reading.mode is Mode.INCREMENTAL:
        return "", ""
    before = _count(con, "select count(*) from present where not is_deleted")
    now = _count(
        con,
        "select count(distinct record_key) from arrived where not is_deleted",
    )
    if not before or (now and now >= before * (1 - _SHRINK_LIMIT)):
        return "", ""
    digest = str(
        _one(
            con,
            "select md5(coalesce(string_agg(record_key || record_hash order by all), ''))"
            " from arrived",
        )
    )
    if _is_released(con, spec, digest):
        return "", ""
    return (
        f"The whole read brought {now} records where {before} were known; it is parked and no"
        " delete is marked. A second identical read lets it in, or a person:"
        f" `promesa quarantine release {spec.system}.{spec.name}`."
    ), f" [{digest}]"


def _is_released(con: duckdb.DuckDBPyConnection, spec: ObjectSpec, digest: str) -> bool:
    row = con.execute(
        "select state, note from extraction where system = ? and object = ?"
        " order by extraction_id desc limit 1",
        [spec.system, spec.name],
    ).fetchone()
    if row is None or row[0] != "parked":
        return False
    return f"[{digest}]" in row[1] or "[released]" in row[1]


def _insert_rows(con: duckdb.DuckDBPyConnection, spec: ObjectSpec, extraction_id: int) -> int:
    con.execute(
        f"insert into {spec.table} select ?, page_no, row_no, record_key, record_hash,"
        " changed_at, is_deleted, record from news order by page_no, row_no",
        [extraction_id],
    )
    return _count(con, "select count(*) from news")


def _mark_deletes(
    con: duckdb.DuckDBPyConnection, spec: ObjectSpec, reading: Reading, extraction_id: int
) -> int:
    """I6: absent from a complete, accepted read is the proof; the last row is repeated, marked."""
    keyless = _count(con, "select count(*) from arrived where record_key is null")
    unkeyed_rejects = sum(1 for reject in reading.rejects if not reject.record_key)
    flagged = _count(con, "select count(*) from news where is_deleted")
    if not reading.is_complete or reading.mode is Mode.INCREMENTAL or keyless or unkeyed_rejects:
        return flagged
    set_aside = [reject.record_key for reject in reading.rejects]
    con.execute(
        "create or replace temp table gone as"
        f" select known.* from {spec.table} as known"
        " inner join present on known.record_key = present.record_key"
        "  and coalesce(known.changed_at, timestamp '0001-01-01') = present.recency.a"
        "  and known.extraction_id = present.recency.b"
        "  and known.page_no = present.recency.c and known.row_no = present.recency.d"
        " where not present.is_deleted"
        "  and known.record_key not in (select record_key from arrived)"
        "  and not list_contains($set_aside::varchar[], known.record_key)",
        {"set_aside": set_aside},
    )
    con.execute(
        f"insert into {spec.table} select ?, 0, row_number() over (order by record_key),"
        " record_key, record_hash, changed_at, true, record from gone",
        [extraction_id],
    )
    return flagged + _count(con, "select count(*) from gone")


def _keep_drift(
    con: duckdb.DuckDBPyConnection, spec: ObjectSpec, extraction_id: int, drift: list[Drift]
) -> None:
    if drift:
        con.executemany(
            "insert into schema_drift values (?, ?, ?, ?, ?, ?)",
            [
                [extraction_id, spec.system, spec.name, each.field, each.kind, each.detail]
                for each in drift
            ],
        )


def _close(con: duckdb.DuckDBPyConnection, extraction: Extraction, started_at: datetime) -> None:
    con.execute(
        f"insert into extraction values ({', '.join('?' * 20)})",
        [
            extraction.extraction_id,
            extraction.system,
            extraction.object,
            extraction.source,
            extraction.mode,
            extraction.state,
            _naive(extraction.seen_at),
            _naive(started_at),
            _naive(datetime.now(UTC)),
            extraction.cursor_from,
            extraction.cursor_to,
            extraction.received,
            extraction.landed,
            extraction.folded,
            extraction.quarantined,
            extraction.deleted,
            extraction.bytes,
            extraction.calls,
            extraction.seconds,
            extraction.note or None,
        ],
    )


def _naive(instant: datetime) -> datetime:
    """UTC without a zone, as the raw tables keep every instant."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def last_cursor(con: duckdb.DuckDBPyConnection, spec: ObjectSpec, source: str) -> str | None:
    """The cursor of the last closed extraction from the same source; None = read everything."""
    row = con.execute(
        "select cursor_to from extraction where system = ? and object = ? and source = ?"
        " and state = 'closed' order by extraction_id desc limit 1",
        [spec.system, spec.name, source],
    ).fetchone()
    return str(row[0]) if row and row[0] is not None else None


def last_extraction(con: duckdb.DuckDBPyConnection, spec: ObjectSpec) -> int:
    """The number of the object's last extraction, closed or parked; 0 before the first."""
    row = con.execute(
        "select coalesce(max(extraction_id), 0) from extraction where system = ? and object = ?",
        [spec.system, spec.name],
    ).fetchone()
    return int(row[0]) if row else 0


def release_parked(con: duckdb.DuckDBPyConnection, system: str, object_name: str) -> bool:
    """Let the next read of a parked object in, whatever its size; True if one was parked."""
    row = con.execute(
        "select extraction_id, state from extraction where system = ? and object = ?"
        " order by extraction_id desc limit 1",
        [system, object_name],
    ).fetchone()
    if row is None or row[1] != "parked":
        return False
    con.execute(
        "update extraction set note = note || ' [released]' where extraction_id = ?", [row[0]]
    )
    return True


def _next_id(con: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    return int(str(_one(con, f"select coalesce(max({column}), 0) + 1 from {table}")))


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(str(_one(con, query)))


def _one(con: duckdb.DuckDBPyConnection, query: str) -> object:
    row = con.execute(query).fetchone()
    return row[0] if row else None
