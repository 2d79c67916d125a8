"""A record as a plain HTML page: labels and values, Promesa's fields first. Runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import NUMBER_TYPES, Field, SObject
from sandbox.salesforce.soql.select import table

_OWN_PREFIX = "Promesa_"
_LISTED = 100
_SYSTEM_FIELDS = frozenset(
    {"CreatedById", "CreatedDate", "LastModifiedById", "LastModifiedDate", "SystemModstamp", "Id"}
)
_TONES = {
    "Go": "good",
    "Check": "warn",
    "Stop": "bad",
    "Over": "bad",
    "Blocked": "bad",
    "Near": "warn",
    "Unknown": "quiet",
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1b2733; --quiet: #5b6b7b; --line: #d8dee6;
 --page: #f3f5f8; --card: #fff; --brand: #0b5cab; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --quiet: #a3b1c0; --line: #33414f;
 --page: #141a21; --card: #1d2630; --brand: #7ab8f5; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; color: var(--ink);
 background: var(--page); }
header, main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header p { margin: 0; color: var(--quiet); } h1 { margin: .1rem 0; font-size: 1.5rem; }
a { color: var(--brand); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
 padding: 1rem; margin-bottom: 1rem; overflow-x: auto; }
h2 { margin: 0 0 .6rem; font-size: 1.05rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
 gap: .7rem 1.2rem; margin: 0; }
dt { color: var(--quiet); font-size: .82rem; } dd { margin: 0; white-space: pre-wrap;
 overflow-wrap: anywhere; } .wide { grid-column: 1 / -1; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .5rem;
 border-bottom: 1px solid var(--line); } td.number, th.number { text-align: right; }
.badge { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-weight: 600;
 color: #fff; background: #5b6b7b; } .good { background: #1a6b3c; } .warn { background: #8a5a00; }
.bad { background: #a3262a; }
"""


def record_page(records: Records, name: str, record_id: str) -> str | None:
    """The page of a record, or None if there is none. All fields are shown, as to an admin."""
    sobject = records.catalog.sobject(name)
    record = records.fetch(sobject, record_id) if sobject else None
    if sobject is None or record is None or record.get("IsDeleted"):
        return None
    own = [found for found in sobject.fields.values() if found.name.startswith(_OWN_PREFIX)]
    other = [
        found
        for found in sobject.fields.values()
        if found not in own
        and not found.is_compound
        and record.get(found.name) is not None
        and found.name not in _SYSTEM_FIELDS
        and not (found.type == "boolean" and not record[found.name])
    ]
    system = [found for found in sobject.fields.values() if found.name in _SYSTEM_FIELDS]
    sections = [
        _section("Promesa", own, record, records) if own else "",
        _section("Details", other, record, records),
        *_related(records, sobject, record_id),
        _section("System", system, record, records),
    ]
    title = str(record.get("Name") or record_id)
    return _page(title, sobject.label, "".join(sections))


def missing_page(name: str, record_id: str) -> str:
    """The page shown where there is no record."""
    text = f"<section><p>There is no {escape(name)} {escape(record_id)} in this org.</p></section>"
    return _page("No such record", escape(name), text)


def home_page(records: Records, name: str) -> str:
    """The newest records of an object, each with a link to its page."""
    sobject = records.catalog.sobject(name)
    if sobject is None or "Name" not in sobject.fields:
        return missing_page(name, "")
    order = "SystemModstamp" if "SystemModstamp" in sobject.fields else "Id"
    alive = " where IsDeleted = 0" if "IsDeleted" in sobject.fields else ""
    rows = records.state.rows(
        f"select Id, Name, {order} from {table(sobject.name)}{alive}"
        f" order by {order} desc, Id limit {_LISTED}"
    )
    cells = "".join(
        f"<tr><td>{_link(sobject.name, row[0], row[1])}</td><td>{escape(str(row[2]))}</td></tr>"
        for row in rows
    )
    head = "<tr><th>Name</th><th>Last changed</th></tr>"
    return _page(
        sobject.plural,
        f"The {_LISTED} changed last",
        f"<section><table>{head}{cells}</table></section>",
    )


def _page(title: str, kind: str, content: str) -> str:
    links = " · ".join(
        f'<a href="/lightning/o/{name}/list">{label}</a>'
        for name, label in (
            ("Opportunity", "Opportunities"),
            ("Account", "Accounts"),
            ("Product2", "Products"),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · CRM sandbox</title><style>{_STYLE}</style></head>"
        f"<body><header><p>CRM sandbox · {links}</p><p>{escape(kind)}</p>"
        f"<h1>{escape(title)}</h1></header><main>{content}</main></body></html>"
    )


def _section(
    title: str, fields: Iterable[Field], record: Mapping[str, Any], records: Records
) -> str:
    entries = "".join(_entry(found, record.get(found.name), records) for found in fields)
    return f"<section><h2>{escape(title)}</h2><dl>{entries}</dl></section>"


def _entry(found: Field, value: Any, records: Records) -> str:
    wide = ' class="wide"' if found.type == "textarea" or "Reason" in found.name else ""
    help_text = f' title="{escape(found.help_text, quote=True)}"' if found.help_text else ""
    return (
        f'<div{wide} data-field="{escape(found.name, quote=True)}"{help_text}>'
        f"<dt>{escape(_label(found))}</dt><dd>{_shown(found, value, records)}</dd></div>"
    )


def _label(found: Field) -> str:
    """The label as a page shows it: a reference names its record, not an id."""
    return found.label.removesuffix(" ID") if found.type == "reference" else found.label


def _shown(found: Field, value: Any, records: Records) -> str:
    if value is None:
        return "—"
    if found.type == "boolean":
        return "✓" if value else "—"
    if found.type == "reference":
        return _reference(found, str(value), records)
    if found.type == "picklist" and value in _TONES:
        return f'<span class="badge {_TONES[value]}">{escape(str(value))}</span>'
    if found.type in NUMBER_TYPES:
        unit = " %" if found.type == "percent" else ""
        return escape(f"{value:,.{found.scale}f}{unit}")
    if found.type == "datetime":
        return escape(str(value)[:16].replace("T", " ") + " UTC")
    return escape(str(value))


def _reference(found: Field, record_id: str, records: Records) -> str:
    for name in found.reference_to:
        sobject = records.catalog.sobject(name)
        if sobject is None or "Name" not in sobject.fields:
            continue
        row = records.state.row(
            f"select Name from {table(sobject.name)} where Id = ?", (record_id,)
        )
        if row is not None:
            return _link(sobject.name, record_id, row[0])
    return escape(record_id)


def _link(name: str, record_id: str, text: Any) -> str:
    shown = escape(str(text or record_id))
    return f'<a href="/lightning/r/{name}/{escape(record_id, quote=True)}/view">{shown}</a>'


def _related(records: Records, sobject: SObject, record_id: str) -> list[str]:
    """Lists of what belongs to the record: a deal's lines, an account's deals."""
    wanted = {
        "Opportunity": (("OpportunityLineItem", "OpportunityId", "Lines"),),
        "Account": (("Opportunity", "AccountId", "Deals"),),
    }
    return [
        _related_list(records, child, field, record_id, title)
        for child, field, title in wanted.get(sobject.name, ())
    ]


def _related_list(records: Records, child_name: str, field: str, record_id: str, title: str) -> str:
    child = records.catalog.sobject(child_name)
    if child is None:
        return ""
    chosen = [
        child.fields[name]
        for name in ("Name", "ProductCode", "Quantity", "UnitPrice", "StageName", "Amount")
        if name in child.fields
    ] + [found for found in child.fields.values() if found.name.startswith(_OWN_PREFIX)][:6]
    columns = ", ".join(f'"{found.name}"' for found in chosen)
    rows = records.state.rows(
        f"select Id, {columns} from {table(child.name)} where {field} = ? and IsDeleted = 0"
        f" order by Id limit {_LISTED}",
        (record_id,),
    )
    head = "".join(
        f'<th class="{"number" if found.type in NUMBER_TYPES else ""}">{escape(found.label)}</th>'
        for found in chosen
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td>{_link(child.name, row[0], row[1])}</td>"
            if position == 0
            else f'<td class="{"number" if found.type in NUMBER_TYPES else ""}">'
            f"{_shown(found, row[position + 1], records)}</td>"
            for position, found in enumerate(chosen)
        )
        + "</tr>"
        for row in rows
    )
    table_html = f"<table><tr>{head}</tr>{body}</table>" if rows else "<p>None.</p>"
    return f"<section><h2>{escape(title)}</h2>{table_html}</section>"
