"""`promesa quarantine`: what was set aside, why, and trying it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from dagster_project.command.run import instant_of
from dagster_project.command.told import Told, told_in_sentences
from dagster_project.command.words import translated
from dagster_project.settings import ENV_FILE, load_settings
from dagster_project.warehouse import DataFolder
from extract import (
    Parked,
    Quarantined,
    Replayed,
    held_record,
    held_records,
    open_sources,
    parked_reads,
    release_parked,
    replay,
)

_SHOWN = 2000


def list_quarantine() -> None:
    """One line for each record set aside and for each parked read."""
    with told_in_sentences():
        raw = DataFolder(load_settings().data).raw
        records, parked = held_records(raw), parked_reads(raw)
    for each in records:
        print(_line(each))
    _print_parked(parked)
    print(f"{len(records)} records are set aside, {len(parked)} reads are parked")


def explain(name: str) -> None:
    """Everything about one record: place, bytes, reason, what to do."""
    number = name.upper().removeprefix("Q-")
    if not number.isdigit():
        raise Told(f'"{name}" is not the number of a record, such as Q-17.')
    with told_in_sentences():
        found = held_record(DataFolder(load_settings().data).raw, int(number))
    print(f"Q-{found.number}  {found.system}.{found.object}  from {found.source}")
    print(f"place       {found.place}")
    print(f"record      {_plain(found.record_key) or '(no key)'}")
    print(f"field       {found.field or '(none)'}")
    print(f"set aside   {found.set_aside_at:%Y-%m-%d %H:%M:%S} UTC ({found.code})")
    print(f"why         {_plain(translated(found.reason))}")
    print(f"what to do  {translated(found.what_to_do)} Then: promesa quarantine replay")
    print(f"bytes       {len(found.payload):,}")
    print(_plain(found.payload.decode("utf-8", errors="backslashreplace")))


def replay_all(source: str) -> None:
    """Judge every held record again and say what became of each object's."""
    with told_in_sentences():
        settings = load_settings()
        data = DataFolder(settings.data)
        as_of = instant_of(None, settings)
        told = _replay(data, source, settings.time_zone, as_of)
    for each in told:
        why = f": {each.why_not}" if each.why_not else ""
        print(
            f"{each.system}.{each.object}: {each.tried} tried, {each.landed} landed,"
            f" {each.held} still set aside{why}"
        )
    print(
        f"{sum(each.tried for each in told)} tried, {sum(each.landed for each in told)} landed,"
        f" {sum(each.held for each in told)} still set aside"
    )


def release(name: str) -> None:
    """Let the next read of a parked object in."""
    system, _, object_name = name.partition(".")
    with told_in_sentences():
        raw = DataFolder(load_settings().data).raw
        parked = parked_reads(raw)
        if not release_parked(raw, system, object_name):
            known = ", ".join(f"{each.system}.{each.object}" for each in parked) or "none"
            raise Told(f'No read of "{name}" is parked (parked: {known}).')
    print(f"{name}: the next read is let in, whatever its size.")


def _replay(data: DataFolder, source: str, time_zone: str, as_of: datetime) -> tuple[Replayed, ...]:
    folder = source.removeprefix("files:")
    if folder == source:
        return replay(data.raw, (), as_of)
    with open_sources(files=Path(folder), env_file=ENV_FILE, time_zone=time_zone) as sources:
        return replay(data.raw, sources, as_of)


def _print_parked(parked: Sequence[Parked]) -> None:
    for each in parked:
        print(f"parked  {each.system}.{each.object}: {each.note}")


def _line(each: Quarantined) -> str:
    place = f"{each.system}.{each.object}" + (f".{each.field}" if each.field else "")
    return f"Q-{each.number:<6} {place:<40} {each.place:<28} {_plain(translated(each.reason))}"


def _plain(text: str) -> str:
    """Text of a source for a terminal: no control or bidi character acts, long text is cut."""
    shown = "".join(
        letter if letter.isprintable() or letter == " " else f"\\u{ord(letter):04x}"
        for letter in text[:_SHOWN]
    )
    more = len(text) - _SHOWN
    return f"{shown} … (+{more:,} characters)" if more > 0 else shown
