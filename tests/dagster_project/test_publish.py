"""Publishing: a reader never fails and never sees a mixture; a failed build publishes nothing."""

import json
import threading
from datetime import UTC, datetime

import duckdb
import pytest

from dagster_project.warehouse import DataFolder, current_version, open_published, publish
from dagster_project.warehouse.forms import PUBLISHED_FORM, program_version
from dagster_project.warehouse.publish import PublishError
from dashboards import warehouse as pages
from extract import Stop

AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)


@pytest.fixture
def data(tmp_path):
    return DataFolder(tmp_path).create()


def build(data: DataFolder, value: int, rows: int = 20_000) -> None:
    data.build.unlink(missing_ok=True)
    with duckdb.connect(str(data.build)) as connection:
        for schema in ("staging", "marts", "signals"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table staging.stg_promesa__extraction as"
            " select 1 extraction_id, true is_visible"
        )
        connection.execute(
            f"create table marts.fct_a as select {value} as value, r from range({rows}) t(r)"
        )
        connection.execute(f"create table signals.sig_b as select {value} as value")


def test_I10_a_reader_under_load_during_100_publishes_never_sees_a_mixture(data):
    build(data, 0)
    publish(data, AS_OF)
    failures: list[str] = []
    draws = 0
    stop = threading.Event()

    def read() -> None:
        nonlocal draws
        while not stop.wait(0.1):  # a breath, or the publisher gets no turn
            try:
                version = current_version(data)
                assert version is not None
                with open_published(data, version) as warehouse:
                    first = warehouse.sql("select distinct value from marts.fct_a").fetchall()
                    second = warehouse.sql("select value from signals.sig_b").fetchall()
                if len(first) != 1 or first != second:
                    failures.append(f"mixture: {first} and {second}")
                draws += 1
            except Exception as error:
                failures.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 101):
        build(data, number)
        publish(data, AS_OF)
    stop.set()
    for reader in readers:
        reader.join()
    print(f"100 publishes, {draws} page draws by 3 readers, {len(failures)} failures")
    assert failures == []
    assert draws >= 100
    assert current_version(data).number == 101


def test_I9_the_same_build_has_the_same_content_hash(data):
    build(data, 7)
    first = publish(data, AS_OF)
    build(data, 7)
    second = publish(data, AS_OF)
    build(data, 8)
    third = publish(data, AS_OF)
    assert first.content_hash == second.content_hash != third.content_hash
    assert (first.number, second.number, third.number) == (1, 2, 3)


def test_an_empty_build_publishes_nothing_and_the_old_version_stays(data):
    build(data, 1)
    publish(data, AS_OF)
    data.build.unlink()
    duckdb.connect(str(data.build)).close()
    with pytest.raises(PublishError, match="the old version stays"):
        publish(data, AS_OF)
    assert current_version(data).number == 1


def test_S5_a_reader_can_neither_write_nor_reach_other_files(data):
    build(data, 1)
    with open_published(data, publish(data, AS_OF)) as warehouse:
        for statement in (
            "create table marts.x as select 1",
            "copy (select 1) to '/tmp/leak.csv'",
            "select * from read_csv('/etc/passwd')",
            "set enable_external_access = true",
            "install httpfs",
            "load httpfs",
            "attach '/tmp/other.duckdb'",
        ):
            with pytest.raises(duckdb.Error):
                warehouse.execute(statement)


def test_S5_F25_a_file_that_is_not_the_manifests_is_not_opened(data):
    build(data, 1)
    version = publish(data, AS_OF)
    path = data.published / version.file
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(bytes(damaged))
    with pytest.raises(PublishError, match="is not the file that its manifest describes"):
        open_published(data, version)


def test_I21_a_ledger_killed_before_its_first_table_holds_up_no_version(data):
    build(data, 1, rows=1)
    duckdb.connect(str(data.ledger)).close()
    assert publish(data, AS_OF).state == "sound"


def test_B24_F29_a_version_of_a_newer_program_is_named_and_published_anew(data, monkeypatch):
    build(data, 1, rows=1)
    version = publish(data, AS_OF)
    assert (version.form, version.written_by) == (PUBLISHED_FORM, program_version())
    manifest = (data.published / version.file).with_suffix(".json")
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "form": 99, "written_by": "2.3", "added_later": 1}))
    with pytest.raises(Stop) as caught:
        current_version(data)
    assert str(caught.value) == (
        f"v00000001.duckdb was written by Promesa 2.3; this is {program_version()}."
        " Upgrade, or run `promesa run` to publish anew."
    )
    monkeypatch.setenv("PROMESA_DATA", str(data.root))
    with pytest.raises(pages.BrokenVersion):
        pages.open_current_version()
    assert publish(data, AS_OF).number == 2
    assert current_version(data).number == 2
    assert pages.PUBLISHED_FORM == PUBLISHED_FORM


def test_F29_a_version_from_before_forms_were_noted_is_read(data):
    build(data, 1, rows=1)
    version = publish(data, AS_OF)
    manifest = (data.published / version.file).with_suffix(".json")
    told = json.loads(manifest.read_text())
    del told["form"], told["written_by"]
    manifest.write_text(json.dumps(told))
    found = current_version(data)
    assert (found.form, found.content_hash) == (0, version.content_hash)
    open_published(data, found).close()
