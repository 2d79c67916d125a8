"""Reading an object from a folder: mapping files become SQL, rows become spooled records."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from extract.errors import Misconfigured, Refuse
from extract.files.mapping import Child, Lookup, Mapped, Mapping, Value
from extract.files.tables import FILE, LINE, Loaded, literal, load, quoted
from extract.files.values import (
    Columns,
    Typed,
    conditions,
    constant,
    day_of,
    plain_number,
    text,
    typed,
)
from extract.landing import page_path
from extract.properties import Properties, properties_of
from extract.source import Drift, Mode, ObjectSpec, Page, PageForm, Reading, ReadPlan, Reject

_PROBLEM = "struct(field varchar, code varchar, path varchar, complaint varchar, place varchar)"
_NOTICES = 20


@dataclass
class _Work:
    """One object being read: the connection, and what is found on the way."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    spec: ObjectSpec
    as_of: date
    rejects: list[Reject] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    bytes: int = 0
    files: int = 0
    tables: int = 0

    def name(self, what: str) -> str:
        self.tables += 1
        return f"{what}_{self.tables}"


@dataclass(frozen=True)
class _Field:
    name: str
    text: str
    typed: Typed


def read_folder(
    folder: Path, mappings: list[tuple[str, Mapping]], spec: ObjectSpec, plan: ReadPlan, zone: str
) -> Reading:
    """Spool one object from its mapping files; always a complete read."""
    as_of = plan.as_of.astimezone(ZoneInfo(zone)).date()
    con = _connect(folder, plan.spool)
    work = _Work(con, folder, spec, as_of)
    try:
        pages = [
            _spool(work, file_name, mapping, plan.spool, number)
            for number, (file_name, mapping) in enumerate(mappings, start=1)
        ]
        notices = _impossible_dates(work, pages)
    except duckdb.Error as error:
        raise Refuse(
            f"could not be read from {folder.name}: {str(error).splitlines()[0]}",
            system=spec.system,
            object=spec.name,
            code="file_unreadable",
            what_to_do="Check delimiter, encoding and the mapping file.",
        ) from error
    finally:
        con.close()
    return Reading(
        mode=Mode.FULL,
        pages=pages,
        cursor=None,
        is_complete=True,
        rejects=work.rejects,
        drift=work.drift,
        notices=notices,
        bytes=work.bytes,
        calls=work.files,
        quarantine_limit=max(mapping.quarantine_limit_pct for _, mapping in mappings) / 100,
    )


def _connect(folder: Path, spool: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory database that may touch the company folder and the spool, nothing else."""
    con = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    con.execute("set TimeZone = 'UTC'")
    con.execute("set allowed_directories = [?, ?]", [str(folder.resolve()), str(spool.resolve())])
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return con


def _spool(work: _Work, file_name: str, mapping: Mapping, spool: Path, number: int) -> Page:
    try:
        level = _level(work, mapping, properties_of(work.spec), is_top=True)
    except Misconfigured as error:
        raise Misconfigured(
            f"mapping/{file_name}: {error.sentence}", code=error.facts.code
        ) from error
    path = page_path(spool, number, "parquet")
    _set_problems_aside(work, level)
    work.con.execute(
        f"copy (select row_number() over (order by {FILE}, {LINE})::integer as row_no,"
        f" {FILE} || ' line ' || {LINE} as place, __record::varchar as record"
        f" from {level} where __problem is null) to {literal(str(path))} (format parquet)"
    )
    work.con.execute(f"drop table {level}")
    return Page(path, number, PageForm.ROWS)


def _level(work: _Work, mapped: Mapped, properties: Properties, *, is_top: bool = False) -> str:
    """A temporary table with one __record (JSON) per row, its problem and its links."""
    loaded, rows = _rows(work, mapped)
    columns = Columns(mapped.file, _column_names(work, rows), mapped, work.as_of)
    links = list(mapped.on.values()) if isinstance(mapped, Child) else []
    fields = _fields(work, mapped, properties, columns, loaded.columns)
    if is_top:
        _require_key(work.spec, fields)
    selected = _filtered(mapped, columns, rows)
    order = [columns.sql(name) for name in getattr(mapped, "order_by", [])]
    ups = sorted({up for child in mapped.children for up in child.on})
    grouped = [columns.sql(name) for name in mapped.group_by]
    place = [f"min({LINE}) as {LINE}", f"min({FILE}) as {FILE}"] if grouped else [LINE, FILE]
    inline = [_inline(work, child, properties, columns) for child in mapped.children if child.rows]
    texts = ", ".join(
        [
            *place,
            *(f"{columns.sql(name)} as link_{n}" for n, name in enumerate(links)),
            *(f"{columns.sql(name)} as {quoted('up_' + name)}" for name in ups),
            *(f"{each} as order_{n}" for n, each in enumerate(order)),
            *(f"{each.text} as text_{n}" for n, each in enumerate(fields)),
            *(f"{items} as inline_{n}" for n, (_, items) in enumerate(inline)),
        ]
    )
    group = f" group by {', '.join(grouped)}" if grouped else ""
    level = work.name("level")
    joins, items, problems = _attach(work, mapped, properties, rows)
    for n, (name, _) in enumerate(inline):
        items.setdefault(name, []).append(f"inline_{n}")
    pairs = [f"{literal(each.name)}, {each.typed.value}" for each in fields]
    pairs += [
        f"{literal(name)}, to_json(list_concat([]::json[], {', '.join(lists)}))"
        for name, lists in items.items()
    ]
    own = [_complaint(n, each) for n, each in enumerate(fields)]
    problem = "coalesce(" + ", ".join([*own, *problems, f"null::{_PROBLEM}"]) + ")"
    read = [f"{literal(each.name)}, text_{n}" for n, each in enumerate(fields)] + pairs[
        len(fields) :
    ]
    as_read = f"json_object({', '.join(read)})"
    # Named in full: the lists of inner children that are joined have links of the same names.
    extra = [f"texts.link_{n}" for n in range(len(links))]
    extra += [f"texts.order_{n}" for n in range(len(order))]
    work.con.execute(
        f"create temp table {level} as with texts as (select {texts} from {selected}{group})"
        f" select {', '.join([LINE, FILE, *extra])}, {problem} as __problem,"
        f" case when __problem is not null then {as_read} end as __as_read,"
        f" json_object({', '.join(pairs)}) as __record from texts {joins}"
    )
    work.con.execute(f"drop table {rows}")
    _report_unknown(work, mapped, loaded, columns, properties)
    return level


def _rows(work: _Work, mapped: Mapped) -> tuple[Loaded, str]:
    """The file of a level with its lookups' columns beside its own."""
    rows = work.name("rows")
    loaded = load(work.con, work.folder, mapped, rows)
    work.rejects += loaded.rejects
    work.bytes += loaded.bytes
    work.files += loaded.files
    names = loaded.columns
    for lookup in mapped.lookups:
        rows, names = _looked_up(work, mapped, rows, names, lookup)
    return loaded, rows


def _looked_up(
    work: _Work, mapped: Mapped | Lookup, rows: str, names: tuple[str, ...], lookup: Lookup
) -> tuple[str, tuple[str, ...]]:
    source = work.name("lookup")
    loaded = load(work.con, work.folder, lookup, source)
    work.bytes += loaded.bytes
    work.files += loaded.files
    found_names = loaded.columns
    for inner in lookup.lookups:
        source, found_names = _looked_up(work, lookup, source, found_names, inner)
    columns = Columns(lookup.file, found_names, lookup, work.as_of)
    wanted = (
        lookup.columns
        if isinstance(lookup.columns, dict)
        else {name: name for name in lookup.columns}
    )
    keys = [columns.sql(name) for name in lookup.on.values()]
    brought = ", ".join(
        f"{text(value, columns, '')} as {quoted(name)}" for name, value in wanted.items()
    )
    is_grouped = any(isinstance(value, Value) and _is_aggregate(value) for value in wanted.values())
    picked = work.name("picked")
    ours = Columns(mapped.file, names, mapped, work.as_of)
    dated = [
        (day_of(ours.sql(own), mapped.date_format), day_of(columns.sql(theirs), lookup.date_format))
        for own, theirs in lookup.not_after.items()
    ]
    keys += [theirs for _, theirs in dated]
    work.con.execute(
        f"create temp table {picked} as"
        f" select {', '.join(f'{key} as key_{n}' for n, key in enumerate(keys))}, {brought}"
        f" from {_filtered(lookup, columns, source)}"
        + (f" group by {', '.join(keys)}" if is_grouped else "")
    )
    _require_one_per_key(work, lookup, picked, len(keys))
    on = " and ".join(f"r.{ours.sql(name)} = p.key_{n}" for n, name in enumerate(lookup.on))
    on += "".join(
        f" and {own} >= p.key_{n}" for n, (own, _) in enumerate(dated, start=len(lookup.on))
    )
    join = "asof left join" if dated else "left join"
    joined = work.name("rows")
    kept = [name for name in names if name not in wanted]
    work.con.execute(
        f"create temp table {joined} as select"
        f" {', '.join([f'r.{quoted(name)}' for name in kept])}, r.{LINE}, r.{FILE},"
        f" {', '.join(f'p.{quoted(name)}' for name in wanted)}"
        f" from {rows} as r {join} {picked} as p on {on}"
    )
    for table in (rows, source, picked):
        work.con.execute(f"drop table {table}")
    return joined, (*kept, *wanted)


def _is_aggregate(value: Value) -> bool:
    if any((value.sum, value.avg, value.min, value.max, value.count)):
        return True
    parts = [*(value.add or []), *(value.subtract or []), *(value.multiply or [])]
    parts += value.divide or []
    return any(isinstance(part, Value) and _is_aggregate(part) for part in parts)


def _require_one_per_key(work: _Work, lookup: Lookup, picked: str, keys: int) -> None:
    names = ", ".join(f"key_{n}" for n in range(keys))
    row = work.con.execute(
        f"select concat_ws(', ', {names}), count(*) from {picked} group by {names}"
        " having count(*) > 1 limit 1"
    ).fetchone()
    if row:
        raise Refuse(
            f'{lookup.file}: key "{row[0]}" stands {row[1]} times, so nothing can be looked up.',
            code="lookup_ambiguous",
            what_to_do="Use `latest`, `where` or an aggregate in that lookup.",
        )


def _filtered(table: Mapped | Lookup, columns: Columns, rows: str) -> str:
    """The rows that `where` and `latest` leave, as a FROM item."""
    where = conditions(table.where, columns)
    qualify = ""
    if table.latest:
        day = day_of(columns.sql(table.latest.by), table.date_format)
        key = ", ".join(columns.sql(name) for name in table.latest.key)
        where += f" and coalesce({day} <= {columns.as_of_sql}, true)"
        qualify = (
            f" qualify row_number() over (partition by {key}"
            f" order by {columns.sql(table.latest.by)} desc nulls last, {LINE} desc) = 1"
        )
    return f"(select * from {rows} where {where}{qualify})"


def _column_names(work: _Work, rows: str) -> tuple[str, ...]:
    described = work.con.execute(
        "select column_name from duckdb_columns() where table_name = ? order by column_index",
        [rows],
    ).fetchall()
    return tuple(str(row[0]) for row in described if row[0] not in (LINE, FILE))


def _fields(
    work: _Work,
    mapped: Mapped,
    properties: Properties,
    columns: Columns,
    own: tuple[str, ...],
) -> list[_Field]:
    """Every target field of a level, with its text and its checked form."""
    sources: dict[str, str | Value] = {}
    if mapped.identity:
        mapped_columns = {v for v in mapped.columns.values() if isinstance(v, str)}
        sources.update(
            {
                name: name
                for name in own
                if name not in mapped.ignore
                and name not in mapped_columns
                and properties.kind(name) is not None
            }
        )
    sources.update(mapped.columns)
    names = [*sources, *(name for name in mapped.defaults if name not in sources)]
    return [
        _one_field(work, name, sources.get(name), mapped, properties, columns, f"text_{number}")
        for number, name in enumerate(names)
    ]


def _one_field(
    work: _Work,
    name: str,
    value: str | Value | None,
    mapped: Mapped,
    properties: Properties,
    columns: Columns,
    place: str,
) -> _Field:
    kind = properties.kind(name)
    if kind is None and name not in properties.collections:
        close = difflib.get_close_matches(name, properties.kinds, n=1)
        hint = f"; did you mean `{close[0]}`?" if close else "."
        raise Misconfigured(f"{work.spec.name} has no field `{name}`{hint}", code="field_unknown")
    wanted = (value.kind if isinstance(value, Value) else "") or kind or "text"
    if name not in mapped.defaults and _is_plain_column(value) and wanted in ("number", "whole"):
        # The complaint quotes what the file says, so the number is put into form only after it.
        return _Field(
            name,
            text(value or "", columns, "text"),
            typed(plain_number(place, mapped), wanted, work.spec.system, ""),
        )
    parts = [] if value is None else [text(value, columns, wanted)]
    if name in mapped.defaults:
        parts.append(constant(mapped.defaults[name]))
    expression = parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"
    own_format = value.format if isinstance(value, Value) else ""
    return _Field(
        name,
        expression,
        typed(place, wanted, work.spec.system, own_format or mapped.date_format),
    )


def _is_plain_column(value: str | Value | None) -> bool:
    """True for a bare column, with nothing done to it."""
    if isinstance(value, Value):
        return value == Value(column=value.column, kind=value.kind, unit=value.unit)
    return value is not None


def _require_key(spec: ObjectSpec, fields: list[_Field]) -> None:
    names = {each.name for each in fields}
    for part in spec.key:
        if part not in names:
            raise Misconfigured(
                f"`{part}`, the key of {spec.name}, is not mapped.", code="key_unmapped"
            )


def _complaint(number: int, each: _Field) -> str:
    if each.typed.complaint == "null":
        return f"null::{_PROBLEM}"
    return (
        f"case when {each.typed.complaint} is not null then"
        f" {{'field': {literal(each.name)}, 'code': {literal(each.typed.code)}, 'path': '',"
        f" 'complaint': '`' || {literal(each.name)} || '`: \"' || text_{number} || '\" '"
        f" || {each.typed.complaint}, 'place': {FILE} || ' line ' || {LINE}}}::{_PROBLEM} end"
    )


def _inline(work: _Work, child: Child, properties: Properties, columns: Columns) -> tuple[str, str]:
    """Elements made from the parent's own columns, one per entry of `rows`."""
    elements = properties.elements(child.field)
    made: list[str] = []
    for row in child.rows:
        pairs: list[str] = []
        for name in {**child.defaults, **row}:
            value = row.get(name)
            kind = (value.kind if isinstance(value, Value) else "") or elements.kind(name)
            if kind is None:
                raise Misconfigured(f"{child.field} has no field `{name}`.", code="field_unknown")
            source = constant(child.defaults[name]) if value is None else text(value, columns, kind)
            checked = typed(source, kind, work.spec.system, child.date_format)
            pairs.append(f"{literal(name)}, {checked.value}")
        made.append(f"json_object({', '.join(pairs)})")
    return child.field, f"[{', '.join(made)}]"


def _attach(
    work: _Work, mapped: Mapped, properties: Properties, rows: str
) -> tuple[str, dict[str, list[str]], list[str]]:
    """Joins, element lists by field, and problems, of a level's children."""
    joins, problems = "", []
    items: dict[str, list[str]] = {}
    for child in mapped.children:
        if child.rows:
            continue
        if child.field not in properties.collections:
            raise Misconfigured(
                f"{work.spec.name} has no collection `{child.field}`.", code="field_unknown"
            )
        level = _level(work, child, properties.elements(child.field))
        _orphans(work, child, level, rows)
        n = work.tables
        links = ", ".join(f"link_{k}" for k in range(len(child.on)))
        order = ", ".join([*(_as_number(k) for k in range(len(child.order_by))), FILE, LINE])
        lists = work.name("items")
        work.con.execute(
            f"create temp table {lists} as with placed as (select *,"
            f" row_number() over (partition by {links} order by {order}) as __position"
            f" from {level}) select {links}, list(__record order by __position) as items,"
            " arg_min(struct_insert(struct_pack(field := __problem.field,"
            "  code := __problem.code), path := ', line ' || __position || __problem.path,"
            "  complaint := __problem.complaint, place := __problem.place), __position)"
            f"  filter (where __problem is not null) as problem from placed group by {links}"
        )
        work.con.execute(f"drop table {level}")
        on = " and ".join(
            f"texts.{quoted('up_' + up)} = items_{n}.link_{k}" for k, up in enumerate(child.on)
        )
        joins += f" left join {lists} as items_{n} on {on}"
        items.setdefault(child.field, []).append(f"items_{n}.items")
        problems.append(f"items_{n}.problem::{_PROBLEM}")
    return joins, items, problems


def _as_number(place: int) -> str:
    return f"try_cast(order_{place} as double), order_{place}"


def _orphans(work: _Work, child: Child, level: str, rows: str) -> None:
    """Elements whose parent does not exist in the parent's file at all: set aside by line."""
    if child.allow_orphans or child.group_by:
        return
    on = " and ".join(f"parent.{quoted(up)} = element.link_{n}" for n, up in enumerate(child.on))
    keys = " || ', ' || ".join(f"coalesce(link_{n}, '')" for n in range(len(child.on)))
    orphans = work.con.execute(
        f"select {FILE}, {LINE}, {keys}, __record::varchar from {level} as element"
        f" where not exists (select 1 from {rows} as parent where {on}) order by {FILE}, {LINE}"
    ).fetchall()
    work.rejects += [
        Reject(
            place=f"{file} line {line}",
            reason=f"{file}, line {line}: {child.field} of {key}, which does not exist in"
            f" {work.spec.name}.",
            code="orphan",
            payload=str(record).encode(),
            record_key=str(key),
        )
        for file, line, key, record in orphans
    ]


def _set_problems_aside(work: _Work, level: str) -> None:
    spec = work.spec
    key = ", ".join(f"__record ->> '{part}'" for part in spec.key)
    rows = work.con.execute(
        f"select __problem.place, concat_ws('|', {key}),"
        f" coalesce(__record ->> '{spec.name_field or spec.key[0]}', concat_ws('|', {key}), '?'),"
        " __problem.field, __problem.code, __problem.path, __problem.complaint,"
        f" __as_read::varchar from {level} where __problem is not null order by {FILE}, {LINE}"
    ).fetchall()
    for place, record_key, label, name, code, path, complaint, record in rows:
        work.rejects.append(
            Reject(
                place=place,
                reason=f"{spec.noun or spec.name} {label}{path}, {complaint}",
                code=code,
                payload=str(record).encode(),
                record_key=record_key,
                field=name,
            )
        )


def _report_unknown(
    work: _Work, mapped: Mapped, loaded: Loaded, columns: Columns, properties: Properties
) -> None:
    linked = set(mapped.on.values()) if isinstance(mapped, Child) else set()
    looked = {name for lookup in mapped.lookups for name in lookup.on}
    used = columns.used | linked | looked | set(mapped.ignore)
    for name in loaded.columns:
        if name not in used:
            work.drift.append(
                Drift(name, "unknown_column", f"{mapped.file}: column `{name}` is not mapped.")
            )


def _impossible_dates(work: _Work, pages: list[Page]) -> tuple[str, ...]:
    """B10: dates that are dates but that no plant can keep; they land and are counted."""
    spec = work.spec
    dates = [name for name, kind in properties_of(spec).kinds.items() if kind == "date"]
    if not dates:
        return ()
    label = f"coalesce(record ->> '{spec.name_field or spec.key[0]}', '?')"
    rows = work.con.execute(
        "select label, key, day from ("
        f" select {label} as label, unnest($names) as key,"
        "  unnest(json_extract_string(record, $paths)) as day"
        "  from (select record::json as record from read_parquet($files)))"
        " where day is not null and (day < '1900' or day >= '2200') order by all limit $limit",
        {
            "names": dates,
            "paths": [f"$.{name}" for name in dates],
            "files": [str(page.path) for page in pages],
            "limit": _NOTICES,
        },
    ).fetchall()
    return tuple(
        f"{spec.noun or spec.name} {label}: {_words(name)} {day[:10]} is not a date a plant can"
        " keep; left out of OTIF, counted there."
        for label, name, day in rows
    )


def _words(name: str) -> str:
    """'DocDueDate' → 'due date', for a sentence."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.strip().removeprefix("doc ")
