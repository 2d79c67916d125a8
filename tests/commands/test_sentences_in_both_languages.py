"""B1 to B5 and B22 to B24: each is provoked, and its sentence read in English and in Spanish."""

from __future__ import annotations

import ast
import logging
import os
import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.command.demo import Ports, run_demo
from dagster_project.command.logs import start_logs
from dagster_project.command.told import Told
from dagster_project.command.words import catalogue, said, translated
from dagster_project.settings import SettingsError, load_settings
from extract import (
    ExtractError,
    FieldDeclaration,
    FilesSource,
    TryAgain,
    check,
    create_raw,
    extract_object,
    held_records,
    open_sources,
)
from sandbox.serve import RunningServers, start_servers

CHECKOUT = Path(__file__).parents[2]
AS_OF = datetime(2025, 9, 1, 6, tzinfo=UTC)
MAPPING = """
system = "sap_b1"
object = "Orders"
file = "orders.csv"
[columns]
DocEntry = "Number"
DocNum = "Number"
DocDate = "Date"
DocTotal = "Total"
"""


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_servers: RunningServers
) -> Iterator[Path]:
    """A folder of its own, with the settings of both practice systems in the environment."""
    for name in list(os.environ):
        if name.startswith(("PROMESA_", "SALESFORCE_", "SAP_B1_")):
            monkeypatch.delenv(name)
    for name, value in small_servers.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def read(object_name: str = "Items", system: str = "sap_b1") -> None:
    with open_sources() as sources:
        source = next(each for each in sources if each.label == system)
        extract_object(source, object_name, create_raw(Path("raw.duckdb")), AS_OF)


def orders(place: Path, content: str) -> None:
    """Read a folder of orders."""
    (place / "mapping").mkdir()
    (place / "mapping" / "orders.toml").write_text(MAPPING)
    (place / "orders.csv").write_text(content)
    extract_object(FilesSource(place), "Orders", create_raw(place / "kept" / "raw.duckdb"), AS_OF)


def held_reason(place: Path, content: str) -> None:
    """The reason of the one record that a folder's read sets aside, as an error to be read."""
    orders(place, content)
    (held,) = held_records(place / "kept" / "raw.duckdb")
    raise Told(held.reason)


def newer_file(place: Path) -> None:
    raw = create_raw(place / "raw.duckdb")
    with duckdb.connect(str(raw)) as con:
        con.execute("update file_form set form = 99, written_by = '2.3'")
    create_raw(raw)


def foreign_file(place: Path) -> None:
    (place / "raw.duckdb").write_bytes(b"no database at all" * 999)
    create_raw(place / "raw.duckdb")


def finding(subject: str) -> None:
    """What the doctor says about one subject."""
    declared = FieldDeclaration("Account", "Promesa_Exposure__c", "Currency", "x", "x")
    (found,) = [each for each in check(None, (declared,)) if each.subject == subject]
    raise Told(f"{found.sentence} {found.what_to_do}")


def taken_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run_demo(Ports(8501, 3000, int(taken.getsockname()[1]), 8552), once=True)


def unknown_authority(place: Path, small_servers: RunningServers) -> None:
    company = Path(str(small_servers.context("salesforce").state.path)).parent.parent / "company"
    with start_servers(company, place / "state", with_tls=True) as servers:
        os.environ["SAP_B1_URL"] = servers.environment["SAP_B1_URL"]
        read()


Provoke = Callable[[Path, RunningServers], None]

CASES: dict[str, tuple[dict[str, str], Provoke, str, str]] = {
    "B1 Salesforce": (
        {"SALESFORCE_CLIENT_SECRET": "wrong"},
        lambda place, servers: read("Account", "salesforce"),
        r"salesforce Account: Salesforce refused the credentials \(`invalid_client`\).* Check"
        r" `SALESFORCE_CLIENT_ID` and `SALESFORCE_CLIENT_SECRET`\. Nothing else was tried\.",
        r"salesforce Account: Salesforce rechazó las credenciales \(`invalid_client`\).* Compruebe"
        r" `SALESFORCE_CLIENT_ID` y `SALESFORCE_CLIENT_SECRET`\. No se intentó nada más\.",
    ),
    "B1 SAP": (
        {"SAP_B1_PASSWORD": "wrong"},
        lambda place, servers: read(),
        r"SAP Business One refused the sign-in \(.*\)\. Check `SAP_B1_USER`, `SAP_B1_PASSWORD` and",
        r"SAP Business One rechazó el inicio de sesión \(.*\)\. Compruebe `SAP_B1_USER`, .* y `SAP",
    ),
    "B2 host": (
        {"SAP_B1_URL": "{salesforce}"},
        lambda place, servers: read(),
        r"`127.0.0.1:\d+` answered, but is not a Service Layer \(no `/b1s/v2`\)\. Check `SAP_B1_UR",
        r"`127.0.0.1:\d+` respondió, pero no es un Service Layer .* Compruebe `SAP_B1_URL`\.",
    ),
    "B2 company": (
        {"SAP_B1_COMPANY": "NOWHERE"},
        lambda place, servers: read(),
        r"Company `NOWHERE` is unknown there \(.*\)\. Check `SAP_B1_COMPANY`\.",
        r"La sociedad `NOWHERE` no existe allí \(.*\)\. Compruebe `SAP_B1_COMPANY`\.",
    ),
    "B3": (
        {},
        unknown_authority,
        r"certificate of 127.0.0.1:\d+ is signed by an authority this machine does not know\. Give",
        r"certificado de 127.0.0.1:\d+ está firmado por una autoridad .* de su CA en `SAP_B1_CA_FI",
    ),
    "B4": (
        {},
        lambda place, servers: finding("Account.Promesa_Exposure__c"),
        r"`Account.Promesa_Exposure__c` does not exist.* Run `promesa setup-crm`, or assign",
        r"`Account.Promesa_Exposure__c` no existe.* Ejecute `promesa setup-crm`, o asigne",
    ),
    "B5 number": (
        {},
        lambda place, servers: held_reason(place, "Number,Date,Total\n1042,2025-08-01,12x\n"),
        r'Order 1042, `DocTotal`: "12x" is not a number\. Record quarantined as Q-1\.',
        r"Pedido 1042, `DocTotal`: «12x» no es un número\. Registro en cuarentena como Q-1\.",
    ),
    "B5 date": (
        {},
        lambda place, servers: held_reason(place, "Number,Date,Total\n1042,yesterday,12\n"),
        r'Order 1042, `DocDate`: "yesterday" is not a date\.',
        r"Pedido 1042, `DocDate`: «yesterday» no es una fecha\.",
    ),
    "B16": (
        {},
        lambda place, servers: held_reason(place, "Number,Date,Total\n1042,2025-08-01,1E308\n"),
        r"Order 1042, `DocTotal`: .*1E308.* is outside what money and quantities can hold\.",
        r"Pedido 1042, `DocTotal`: .*1E308.* excede lo que caben importes y cantidades\.",
    ),
    "B22 column": (
        {},
        lambda place, servers: orders(place, "Number,Date\n1,2025-08-01\n"),
        r"orders.csv, line 1: column `Total` is missing \(found: Number, Date\)\.",
        r"orders.csv, línea 1: falta la columna `Total` \(hay: Number, Date\)\.",
    ),
    "B22 empty": (
        {},
        lambda place, servers: orders(place, ""),
        r"orders.csv is empty: not even a header line\.",
        r"orders.csv está vacío: ni siquiera tiene línea de cabecera\.",
    ),
    "B22 kind": (
        {},
        lambda place, servers: orders(place, "PAR1xxxxPAR1"),
        r"orders.csv is not CSV text\.",
        r"orders.csv no es texto CSV\.",
    ),
    "B23 number": (
        {"SALESFORCE_TIMEOUT_SECONDS": "abc"},
        lambda place, servers: read("Account", "salesforce"),
        r'`SALESFORCE_TIMEOUT_SECONDS`: "abc" is not a number\.',
        r"`SALESFORCE_TIMEOUT_SECONDS`: «abc» no es un número\.",
    ),
    "B23 missing": (
        {"SALESFORCE_LOGIN_URL": "", "SALESFORCE_CLIENT_ID": ""},
        lambda place, servers: (os.environ.pop("SALESFORCE_CLIENT_ID"), read("Account"))[1],
        r"`SALESFORCE_CLIENT_ID` is missing\.",
        r"Falta `SALESFORCE_CLIENT_ID`\.",
    ),
    "B23 zone": (
        {"PROMESA_TIME_ZONE": "Mars/Base"},
        lambda place, servers: load_settings(),
        r"`PROMESA_TIME_ZONE`: 'Mars/Base' – 'Mars/Base' is not a time zone\.",
        r"`PROMESA_TIME_ZONE`: «Mars/Base» no es una zona horaria\.",
    ),
    "B23 port": (
        {},
        lambda place, servers: taken_port(),
        r"Port \d+ is used by another program\. Stop it, or choose another with `promesa demo",
        r"Otro programa usa el puerto \d+\. Deténgalo, o elija otro con `promesa demo --salesforce",
    ),
    "B24 newer": (
        {},
        lambda place, servers: newer_file(place),
        r"raw.duckdb was written by Promesa 2\.3; this is [\d.]+\. Upgrade, or restore the backup",
        r"raw.duckdb fue escrito por Promesa 2\.3; esta es la [\d.]+\. Actualice, o restaure la co",
    ),
    "B24 foreign": (
        {},
        lambda place, servers: foreign_file(place),
        r"raw.duckdb is not a file of Promesa\. Set it aside and restore the last backup",
        r"raw.duckdb no es un archivo de Promesa\. Apártelo y restaure la última copia",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_bad_input_is_told_in_english_and_in_spanish(
    name: str,
    place: Path,
    small_servers: RunningServers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, provoke, english, spanish = CASES[name]
    for setting, value in settings.items():
        monkeypatch.setenv(setting, value.format(salesforce=small_servers.salesforce_url))
    monkeypatch.setenv("SAP_B1_URL", os.environ["SAP_B1_URL"])
    with pytest.raises((ExtractError, SettingsError, Told)) as caught:
        provoke(place, small_servers)
    for code, expected in (("en", english), ("es", spanish)):
        monkeypatch.setenv("PROMESA_LANGUAGE", code)
        told = said(caught.value)
        assert re.search(expected, told), told
        assert "\n" not in told and "Traceback" not in told


def test_the_command_says_it_in_the_language_of_the_setting_or_of_the_machine(
    promesa, small_servers: RunningServers
) -> None:
    environment = {**small_servers.environment, "SALESFORCE_CLIENT_SECRET": "wrong"}
    for more, expected in (
        ({"PROMESA_LANGUAGE": "es", "LC_ALL": "en_GB.UTF-8"}, "rechazó las credenciales"),
        ({"LC_ALL": "es_ES.UTF-8"}, "rechazó las credenciales"),
        ({"LC_ALL": "en_GB.UTF-8"}, "refused the credentials"),
    ):
        assert expected in promesa("setup-crm", **environment, **more).err


def test_a_line_of_progress_tells_an_error_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("promesa").handlers.clear()
    start_logs()
    error = TryAgain("erp.example:50000 cannot be reached.", system="sap_b1", object="Orders")
    for language, expected in (
        ("es", "· sap_b1 Orders: No se puede llegar a erp.example:50000. Se intenta de nuevo en 2"),
        ("en", "· sap_b1 Orders: erp.example:50000 cannot be reached. Trying again in 2.0 s."),
    ):
        monkeypatch.setenv("PROMESA_LANGUAGE", language)
        capfd.readouterr()
        logging.getLogger("promesa").warning("%s Trying again in %.1f s.", error, 2.0)
        assert expected in capfd.readouterr().err
    logging.getLogger("promesa").handlers.clear()


def test_what_has_no_translation_is_told_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMESA_LANGUAGE", "es")
    assert translated("Something that nobody foresaw: 7.") == "Something that nobody foresaw: 7."


def test_every_text_that_is_translated_stands_in_the_code_with_the_same_values() -> None:
    constants = [
        node.value
        for room in ("extract", "dagster_project")
        for path in (CHECKOUT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    place = re.compile(r"\{\w+\}")
    for english, spanish in catalogue().items():
        # A value may be told once where the library says it twice.
        assert set(place.findall(spanish)) <= set(place.findall(english)), english
        for piece in re.split(r"\{\w+\}|(?<=[.;]) ", english):
            wanted = piece.strip(" ;`\"':.,()")
            assert any(wanted in constant for constant in constants), (english, wanted)
