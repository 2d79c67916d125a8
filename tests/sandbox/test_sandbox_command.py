"""The sandbox's command: starting, stopping, going on, and what it says when it can't."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from sandbox.__main__ import main
from sandbox.clock import Clock
from sandbox.company import CompanyError
from sandbox.salesforce.keys import make_id
from sandbox.serve import open_sandbox, start_servers
from sandbox.state import State


@pytest.fixture
def company(tmp_path):
    folder = tmp_path / "company"
    (folder / "salesforce").mkdir(parents=True)
    (folder / "sap_b1").mkdir()
    content = {
        "name": "Small Works",
        "clock": "2025-09-01T06:00:00Z",
        "currency": "EUR",
        "country": "ES",
        "time_zone": "Europe/Madrid",
    }
    (folder / "company.json").write_text(json.dumps(content))
    user = {"Id": make_id("005", 1), "Username": "integration@x.example", "LastName": "I"}
    write(folder, "User", [{**user, "IsActive": True}])
    write(folder, "Account", [{"Id": make_id("001", 1), "Name": "One"}])
    return folder


def write(folder, name, records):
    text = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "salesforce" / f"{name}.jsonl").write_text(text)


class Command:
    """`python -m sandbox serve` as a process."""

    def __init__(self, company, state, *more):
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "sandbox",
                "serve",
                "--company",
                company,
                "--state",
                state,
                *more,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if "Ctrl-C" in line:
                break

    def address(self):
        return re.search(r"http://\S+", "\n".join(self.lines))[0]

    def end(self, number):
        self.process.send_signal(number)
        rest = self.process.stdout.read()
        return self.process.wait(timeout=15), rest


def environment(state, capsys, *more):
    assert main(["env", "--state", str(state), *more]) == 0
    lines = capsys.readouterr().out.splitlines()
    return dict(line.split("=", 1) for line in lines)


def token(settings):
    answer = httpx.post(
        f"{settings['SALESFORCE_LOGIN_URL']}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(settings["SALESFORCE_CLIENT_ID"], settings["SALESFORCE_CLIENT_SECRET"]),
        trust_env=False,
    )
    return answer.json()["access_token"]


def test_serve_env_stop_and_go_on(company, tmp_path, capsys):
    state = tmp_path / "state"
    command = Command(company, state)
    settings = environment(state, capsys)
    assert settings["SALESFORCE_LOGIN_URL"] == command.address()
    assert {"SAP_B1_URL", "SAP_B1_COMPANY", "SAP_B1_USER", "SAP_B1_PASSWORD"} <= settings.keys()
    headers = {"Authorization": f"Bearer {token(settings)}"}
    url = "/services/data/v60.0/sobjects/Account"
    made = httpx.post(
        command.address() + url, json={"Name": "Two"}, headers=headers, trust_env=False
    ).json()["id"]
    status, said = command.end(signal.SIGINT)
    assert (status, said.strip()) == (0, "Stopped; the next start goes on from here.")
    assert "Traceback" not in "\n".join(command.lines)

    # The folder may be gone meanwhile: only the first start reads its records.
    for file in (company / "salesforce").iterdir():
        file.unlink()
    again = Command(company, state)
    later = environment(state, capsys)
    assert later["SALESFORCE_CLIENT_SECRET"] == settings["SALESFORCE_CLIENT_SECRET"]
    found = httpx.get(f"{again.address()}{url}/{made}", headers=headers, trust_env=False)
    assert found.json()["Name"] == "Two"
    keyed = environment(state, capsys, "--jwt")
    assert "SALESFORCE_CLIENT_SECRET" not in keyed
    assert Path(keyed["SALESFORCE_PRIVATE_KEY_FILE"]).stat().st_mode & 0o077 == 0
    assert again.end(signal.SIGTERM)[0] == 0


def test_a_kill_loses_no_answered_write_and_no_time(company, tmp_path, capsys):
    state = tmp_path / "state"
    command = Command(company, state)
    headers = {"Authorization": f"Bearer {token(environment(state, capsys))}"}
    url = "/services/data/v60.0/sobjects/Account"
    for number in range(20):
        made = httpx.post(
            command.address() + url, json={"Name": f"N{number}"}, headers=headers, trust_env=False
        ).json()["id"]
    time.sleep(1.1)
    before = httpx.get(f"{command.address()}{url}/{made}", headers=headers, trust_env=False).json()
    now = httpx.get(f"{command.address()}/__control__/clock", trust_env=False).json()["now"]
    command.end(signal.SIGKILL)
    again = Command(company, state)
    after = httpx.get(f"{again.address()}{url}/{made}", headers=headers, trust_env=False).json()
    assert after == before
    assert httpx.get(f"{again.address()}/__control__/clock", trust_env=False).json()["now"] > now
    again.end(signal.SIGINT)


def test_what_can_not_be_started_is_said_in_one_sentence(company, tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        state = str(tmp_path / "state")
        base = ["serve", "--company", str(company), "--state", state]
        assert main([*base, "--salesforce-port", port]) == 1
    said = capsys.readouterr().err
    assert said == (
        f"Port {port} is used by another program. Stop it, or choose another port"
        " (0 takes a free one).\n"
    )
    assert main(["env", "--state", str(tmp_path / "none")]) == 1
    assert "Start one with: python -m sandbox serve" in capsys.readouterr().err
    assert main(["serve", "--company", str(tmp_path / "none"), "--state", state]) == 1
    assert "is no company folder: company.json can't be read" in capsys.readouterr().err
    with start_servers(company, tmp_path / "busy"):
        assert main([*base[:-1], str(tmp_path / "busy")]) == 1
    assert "is already being served" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "record", "words"),
    [
        ("Account", {"Id": make_id("001", 2), "Nope": 1}, "Account.jsonl line 1: Account has no"),
        ("Account", {"Name": "x"}, "Account.jsonl line 1 has no Id"),
        ("Nope", {"Id": "x"}, "Nope.jsonl: Salesforce has no object Nope"),
        ("Account", {"Id": make_id("001", 2), "NumberOfEmployees": "x"}, "Account.jsonl line 1: "),
    ],
)
def test_a_record_that_the_schema_does_not_know_is_refused(company, tmp_path, name, record, words):
    write(company, name, [record])
    with pytest.raises(CompanyError, match=re.escape(words)):
        open_sandbox(company, tmp_path / "state")
    # Nothing of it stays: mended, the same folder loads.
    (company / "salesforce" / f"{name}.jsonl").unlink()
    open_sandbox(company, tmp_path / "state").close()


def test_a_declared_custom_field_is_loaded_and_seen_by_everyone(company, tmp_path):
    declared = {
        "FullName": "Account.Promesa_Partner_Code__c",
        "Metadata": {"label": "Partner", "type": "Text", "length": 15, "externalId": True},
    }
    write(company, "CustomField", [declared])
    record = {"Id": make_id("001", 1), "Name": "One", "Promesa_Partner_Code__c": "C10"}
    write(company, "Account", [record])
    with start_servers(company, tmp_path / "state") as servers:
        headers = {"Authorization": f"Bearer {token(servers.environment)}"}
        url = f"{servers.salesforce_url}/services/data/v60.0/sobjects/Account"
        found = httpx.get(
            f"{url}/Promesa_Partner_Code__c/C10", headers=headers, trust_env=False
        ).json()
    assert (found["Id"], found["Promesa_Partner_Code__c"]) == (record["Id"], "C10")


def test_the_clock_runs_with_elapsed_time_and_only_while_it_is_open(tmp_path):
    from datetime import UTC, datetime, timedelta

    start = datetime(2025, 9, 1, 6, tzinfo=UTC)
    elapsed = [100.0]
    state = State(tmp_path / "clock.sqlite")
    clock = Clock(state, start, lambda: elapsed[0])
    assert clock.now() == start
    elapsed[0] += 30
    assert clock.now() == start + timedelta(seconds=30)
    assert clock.advance(timedelta(days=1)) == start + timedelta(days=1, seconds=30)
    clock.close()
    elapsed[0] += 10_000
    later = Clock(state, start, lambda: elapsed[0])
    assert later.now() == start + timedelta(days=1, seconds=31)
    with pytest.raises(ValueError, match="never goes back"):
        later.set(start)
