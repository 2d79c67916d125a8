"""Sources as the orchestrator runs them: one try, old batches, and no secret in what it keeps."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from dagster import DagsterInstance, ExecuteInProcessResult, materialize

from dagster_project.defs.parameters import Parameters
from dagster_project.defs.sources import salesforce_objects
from sandbox.serve import RunningServers

AS_OF = "2025-09-01T06:00:00+00:00"
OBJECTS = ["salesforce/account", "salesforce/user"]


@pytest.fixture
def environment(
    servers: RunningServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for name, value in servers.environment.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture(scope="module")
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as made:
        yield made


def read(instance: DagsterInstance, data: Path) -> ExecuteInProcessResult:
    """Materialise two objects of Salesforce."""
    return materialize(
        [salesforce_objects],
        selection=[*OBJECTS],
        resources={"parameters": Parameters(as_of=AS_OF, data=str(data))},
        instance=instance,
        raise_on_error=False,
    )


def tokens(servers: RunningServers) -> int:
    """How often a token was asked for."""
    return sum(
        str(entry.detail["path"]).endswith("/token")
        for entry in servers.context("salesforce").state.journal(0, "request")
    )


def kept_because(result: ExecuteInProcessResult) -> list[str]:
    """Why each object kept an older batch."""
    return [
        str(event.materialization.metadata["kept_because"].value)
        for event in result.get_asset_materialization_events()
        if "kept_because" in event.materialization.metadata
    ]


def test_F7_a_run_signs_in_once_and_later_goes_on_with_the_last_batches(
    servers: RunningServers,
    environment: pytest.MonkeyPatch,
    instance: DagsterInstance,
    tmp_path: Path,
) -> None:
    environment.setenv("SALESFORCE_CLIENT_SECRET", "wrong")
    before = tokens(servers)
    assert not read(instance, tmp_path / "data").success, "nothing is known yet"
    assert tokens(servers) - before == 1, "one try, or the user is locked"

    environment.setenv("SALESFORCE_CLIENT_SECRET", servers.environment["SALESFORCE_CLIENT_SECRET"])
    whole = read(instance, tmp_path / "data")
    assert whole.success and kept_because(whole) == []

    environment.setenv("SALESFORCE_CLIENT_SECRET", "wrong")
    before = tokens(servers)
    degraded = read(instance, tmp_path / "data")
    assert degraded.success, "the run goes on with whole batches"
    assert len(kept_because(degraded)) == len(OBJECTS)
    assert all("refused the credentials" in told for told in kept_because(degraded))
    assert tokens(servers) - before == 1


def test_S1_a_secret_is_in_no_event_no_metadata_no_exception_and_no_file(
    servers: RunningServers,
    environment: pytest.MonkeyPatch,
    instance: DagsterInstance,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The right secret, repeated by the server in an error in each form, and a wrong one."""
    right, wrong = servers.environment["SALESFORCE_CLIENT_SECRET"], "canary/+= 7d1f"
    repeated = " ".join(forms_of(right))
    body = json.dumps([{"message": f"no {repeated} here", "errorCode": "INVALID_TYPE"}])
    options = {"status": 400, "body": body, "content_type": "application/json"}
    servers.context("salesforce").faults.plan("status", path="User/describe", options=options)
    servers.context("salesforce").faults.plan("cut_body", path="/queryAll")
    read(instance, tmp_path / "data")
    environment.setenv("SALESFORCE_CLIENT_SECRET", wrong)
    read(instance, tmp_path / "data")

    said = capfd.readouterr()
    kept = [said.out, said.err, caplog.text, *_everything(instance)]
    kept += [path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    assert any("*** here" in text for text in kept), "the server's error was kept, without it"
    for form in (*forms_of(right), *forms_of(wrong)):
        assert not [text[:200] for text in kept if form in text]


def forms_of(secret: str) -> list[str]:
    """A secret plain, in base64 and URL-encoded."""
    encoded = base64.b64encode(secret.encode()).decode()
    return [secret, encoded, quote(secret, safe=""), quote_plus(secret)]


def _everything(instance: DagsterInstance) -> list[str]:
    """Every event of every run with its metadata and errors, as text."""
    return [
        str(entry.to_json()) if hasattr(entry, "to_json") else repr(entry)
        for run in instance.get_runs()
        for entry in instance.all_logs(run.run_id)
    ]
