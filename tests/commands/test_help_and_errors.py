"""What `promesa` offers, and what a person reads when something is wrong: one sentence each."""

from __future__ import annotations

import fcntl
import os
import re
import socket
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COMMANDS = {
    "changeset",
    "demo",
    "doctor",
    "flows",
    "promise",
    "quarantine",
    "run",
    "sandbox",
    "setup-crm",
    "validate",
}
QUARANTINE_COMMANDS = {"explain", "list", "release", "replay"}
SANDBOX_COMMANDS = {"serve", "env"}


def offered(said) -> set[str]:
    """The names in the table of commands."""
    found = re.findall(r"^│ ([a-z][a-z-]*)\s{2,}", said.out, flags=re.M)
    return {name for name in found if not name.startswith("-")}


def sentence(said) -> str:
    """The one message of a command that failed."""
    assert said.code == 1, said
    assert said.err.startswith("promesa: ")
    return said.err.removeprefix("promesa: ").strip()


def test_help_lists_exactly_the_documented_commands(promesa):
    assert offered(promesa("--help")) == COMMANDS
    assert offered(promesa("sandbox", "--help")) == SANDBOX_COMMANDS
    assert offered(promesa("quarantine", "--help")) == QUARANTINE_COMMANDS


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("run", {"--source", "--as-of", "--send", "--release"}),
        ("demo", {"--once"}),
        ("promise", {"--by", "--customer"}),
        ("sandbox serve", {"--company", "--state", "--salesforce-port", "--sap-port"}),
        ("sandbox env", {"--state"}),
    ],
)
def test_the_options_that_are_promised_are_offered(promesa, command, options):
    said = promesa(*command.split(), "--help")
    assert said.code == 0
    assert options <= set(re.findall(r"--[a-z-]+", said.out))


def test_an_unknown_command_or_option_is_named(promesa):
    for arguments, named in ((("rum",), "rum"), (("run", "--sned"), "--sned")):
        said = promesa(*arguments)
        assert said.code != 0
        assert named in said.out + said.err


def test_B1_a_wrong_secret_names_the_setting_and_is_tried_once(promesa, small_servers):
    state = small_servers.context("salesforce").state
    before = len(state.journal(0, "request"))
    environment = {**small_servers.environment, "SALESFORCE_CLIENT_SECRET": "wrong"}
    told = sentence(promesa("setup-crm", **environment))
    assert "Salesforce refused the credentials (`invalid_client`)" in told
    assert "SALESFORCE_CLIENT_SECRET" in told
    assert "wrong" not in told, "a secret is never shown (S1)"
    assert len(state.journal(0, "request")) == before + 1


def test_B1_doctor_says_it_too_and_looks_at_the_other_system(promesa, small_servers):
    environment = {**small_servers.environment, "SALESFORCE_CLIENT_SECRET": "wrong"}
    said = promesa("doctor", **environment)
    assert said.code == 1
    assert re.search(r"MEND salesforce\s+connection", said.out)
    assert re.search(r"ok +sap_b1\s+connection", said.out)


def test_B2_a_host_that_is_no_service_layer_is_named(promesa, small_servers):
    environment = {**small_servers.environment, "SAP_B1_URL": small_servers.salesforce_url}
    said = promesa("doctor", **environment)
    assert said.code == 1
    (line,) = [line for line in said.out.splitlines() if line.startswith("MEND sap_b1")]
    assert "is not a Service Layer" in line and "/b1s/v2" in line


def test_B2_an_unknown_company_is_named(promesa, small_servers):
    said = promesa("doctor", **{**small_servers.environment, "SAP_B1_COMPANY": "NOWHERE"})
    assert said.code == 1
    assert "NOWHERE" in said.out


def test_F1_a_host_that_does_not_answer_is_named(promesa, small_servers, free_port):
    address = f"http://127.0.0.1:{free_port()}"
    said = promesa("doctor", **{**small_servers.environment, "SAP_B1_URL": address})
    assert said.code == 1
    assert "127.0.0.1" in said.out


@pytest.mark.parametrize(
    ("command", "name", "value", "told"),
    [
        ("setup-crm", "SALESFORCE_TIMEOUT_SECONDS", "abc", '"abc" is not a number'),
        ("run", "PROMESA_BRAKE_SHARE", "abc", "`PROMESA_BRAKE_SHARE`: 'abc'"),
        ("run", "PROMESA_TIME_ZONE", "Mars/Base", "'Mars/Base' is not a time zone"),
        ("run", "PROMESA_LANGUAGE", "fr", "`PROMESA_LANGUAGE`: 'fr'"),
    ],
)
def test_B23_a_wrong_setting_is_one_sentence(promesa, small_servers, command, name, value, told):
    said = sentence(promesa(command, **{**small_servers.environment, name: value}))
    assert name in said and told in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("command", "wrong", "meant"),
    [
        ("setup-crm", "SALESFORCE_CLIENT_SECRETT", "SALESFORCE_CLIENT_SECRET"),
        ("run", "PROMESA_BRAKE_RECORD", "PROMESA_BRAKE_RECORDS"),
    ],
)
def test_B23_a_misspelt_line_of_env_is_named(promesa, small_servers, command, wrong, meant):
    Path(".env").write_text(f"{wrong}=5\n")
    Path(".env").chmod(0o600)
    said = sentence(promesa(command, **small_servers.environment))
    assert said.startswith(f"`{wrong}` is not a setting; did you mean `{meant}`?")


def test_B23_a_missing_setting_is_named(promesa):
    assert "`SALESFORCE_LOGIN_URL` is missing" in sentence(promesa("setup-crm"))


def test_S1_an_env_file_that_others_can_read_is_refused(promesa, tmp_path):
    (tmp_path / ".env").write_text("SALESFORCE_CLIENT_ID=x\n")
    (tmp_path / ".env").chmod(0o644)
    assert "chmod 600 .env" in sentence(promesa("setup-crm"))


def test_B23_a_taken_port_is_named_with_what_to_do(promesa):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = sentence(promesa("demo", "--once", "--salesforce-port", port))
    assert told == (
        f"Port {port} is used by another program. Stop it, or choose another with"
        " `promesa demo --salesforce-port PORT`."
    )


def test_F26_a_second_run_says_since_when_and_which_process(promesa, tmp_path):
    lock = tmp_path / "data" / "kept" / "run.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(f"process {os.getpid()} since 2025-09-01 08:00:00")
        held.flush()
        told = sentence(promesa("run"))
    assert f"process {os.getpid()} since 2025-09-01 08:00:00" in told


def test_F24_a_full_disk_names_the_space_needed(promesa, monkeypatch):
    import shutil

    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    told = sentence(promesa("run"))
    assert "1 MB free" in told and "500 MB" in told


def test_a_question_before_the_first_run_says_what_to_do(promesa):
    assert sentence(promesa("promise", "K4-PUMP", "1000")) == (
        "Nothing is published yet. Run `promesa run` first."
    )


def test_a_sandbox_without_state_says_what_to_do(promesa, tmp_path):
    told = sentence(promesa("sandbox", "env", "--state", str(tmp_path / "none")))
    assert "holds no sandbox yet" in told
