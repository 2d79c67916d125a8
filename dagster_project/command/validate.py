"""`promesa validate`: the ERP's own totals beside ours, and sampled records side by side."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.command.lock import one_run_at_a_time
from dagster_project.command.run import instant_of
from dagster_project.command.told import Told, told_in_sentences
from dagster_project.settings import ENV_FILE, load_settings
from dagster_project.warehouse import DataFolder, current_version, open_published
from dagster_project.warehouse.staged import (
    StagedField,
    StagedObject,
    differences,
    staged_objects,
)
from dagster_project.warehouse.tie_out import untied_totals
from dagster_project.write_back import signal_objects
from extract import Source, ask_records, open_sources

# They say when a record changed, not what it holds; our own write-back moves them.
STAMPS = frozenset(("LastModifiedDate", "SystemModstamp", "UpdateDate", "UpdateTime"))


@dataclass(frozen=True)
class Sample:
    """An object and the keys of the records drawn from it."""

    staged: StagedObject
    keys: tuple[str | int, ...]

    @property
    def fields(self) -> tuple[StagedField, ...]:
        """What is compared: all but the stamps and the fields that Promesa itself writes."""
        ours = {
            field.name
            for signal in signal_objects()
            if signal.name == self.staged.spec.name
            for field in signal.written
        }
        return tuple(one for one in self.staged.fields if one.field not in ours | STAMPS)


def run_validate(source: str, records: int, seed: int, only: str) -> None:
    """Print both comparisons; raise Told when anything differs."""
    with told_in_sentences():
        settings = load_settings()
        data = DataFolder(settings.data).create()
        version = current_version(data)
        if version is None or not data.build.exists():
            raise Told("nothing is published yet: `promesa run` first.")
        with open_published(data, version) as warehouse:
            untied = print_totals(warehouse)
        folder = source.removeprefix("files:")
        with (
            one_run_at_a_time(data),
            duckdb.connect(str(data.build), read_only=True) as built,
            open_sources(
                files=Path(folder) if folder != source else None,
                env_file=ENV_FILE,
                time_zone=settings.time_zone,
            ) as sources,
            tempfile.TemporaryDirectory() as spool,
        ):
            as_of = instant_of(None, settings)
            differing = 0
            for number, sample in enumerate(draw(built, sources, records, seed, only)):
                place = Path(spool) / str(number)
                place.mkdir()
                offering = _offering(sources, sample.staged)
                fields = [*sample.staged.spec.key, *(one.field for one in sample.fields)]
                spec = sample.staged.spec
                found = ask_records(offering, spec, sample.keys, fields, as_of, place)
                differing += print_sample(built, sample, found)
    if untied or differing:
        raise Told(f"{untied} totals and {differing} sampled records differ; they are named above.")


def print_totals(warehouse: duckdb.DuckDBPyConnection) -> int:
    """One line a kind of total, one more for each that does not tie; how many don't."""
    for name, count, tied, explained, not_comparable, differ in warehouse.execute(
        "select check_name, count(*), count(*) filter (where status = 'tied'),"
        " count(*) filter (where status = 'explained'),"
        " count(*) filter (where status = 'not_comparable'),"
        " count(*) filter (where status = 'unexplained')"
        " from marts.fct_tie_out group by check_name order by check_name"
    ).fetchall():
        print(
            f"total       {name:<18} {count:>6,}: {tied:,} tied, {explained:,} explained,"
            f" {not_comparable:,} not comparable, {differ:,} differ"
        )
    untied = untied_totals(warehouse)
    for sentence in untied:
        print(f"DIFFERS     {sentence}")
    return len(untied)


def draw(
    built: duckdb.DuckDBPyConnection,
    sources: Sequence[Source],
    records: int,
    seed: int,
    only: str,
) -> list[Sample]:
    """`records` keys, the same for the same seed and warehouse: an object, then one of its rows."""
    there = built.execute(
        "select list(table_name) from duckdb_tables() where schema_name = 'staging'"
    ).fetchall()[0][0]
    pools: dict[str, tuple[StagedObject, list[str | int]]] = {}
    for staged in staged_objects():
        wanted = only in ("", staged.spec.name) and staged.model in there
        if wanted and any(staged.spec in source.objects() for source in sources):
            keys = built.execute(
                f'select distinct "{staged.key_column}" from staging."{staged.model}" order by 1'
            ).fetchall()
            pools[staged.model] = (staged, [key for (key,) in keys])
    chance = random.Random(seed)
    drawn: dict[str, list[str | int]] = {}
    for _ in range(min(records, sum(len(keys) for _, keys in pools.values()))):
        name = chance.choice([model for model, (_, keys) in pools.items() if keys])
        left = pools[name][1]
        drawn.setdefault(name, []).append(left.pop(chance.randrange(len(left))))
    return [Sample(pools[name][0], tuple(keys)) for name, keys in sorted(drawn.items())]


def print_sample(
    built: duckdb.DuckDBPyConnection, sample: Sample, found: Mapping[str, Mapping[str, object]]
) -> int:
    """A line for each record, and one for each field that differs; how many records do."""
    staged, differing = sample.staged, 0
    about = f"{staged.spec.system} {staged.spec.name}"
    for key in sample.keys:
        rows = built.execute(
            f'select * from staging."{staged.model}" where "{staged.key_column}" = ?', [key]
        )
        names = [column[0] for column in rows.description]
        row = dict(zip(names, rows.fetchall()[0], strict=True))
        record = found.get(str(key))
        if record is None:
            differing += 1
            print(f"DIFFERS     {about} {key}: not in the source any more")
            continue
        apart = differences(sample.fields, record, row)
        differing += bool(apart)
        if not apart:
            print(f"same        {about} {key}: {len(sample.fields)} fields")
        for one in apart:
            print(
                f"DIFFERS     {about} {key} {one.field}: source {one.source},"
                f" warehouse {one.warehouse}"
            )
    return differing


def _offering(sources: Sequence[Source], staged: StagedObject) -> Source:
    return next(source for source in sources if staged.spec in source.objects())
