"""The command's entry: the list of subcommands, and errors told in sentences."""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from cyclopts import App

from dagster_project.command.told import Told

app = App(
    suppress_keyboard_interrupt=False,
    name="promesa",
    help="The warehouse that tells a manufacturer what it can promise.",
    version="0.1.0",
)
sandbox = App(name="sandbox", help="A practice Salesforce and SAP Business One, with a demo plant.")
app.command(sandbox)
quarantine = App(name="quarantine", help="Records set aside and reads parked: see, mend, let in.")
app.command(quarantine)


@app.command
def demo(
    *,
    once: bool = False,
    dashboards_port: int = 8501,
    orchestrator_port: int = 3000,
    salesforce_port: int = 8551,
    sap_port: int = 8552,
) -> None:
    """Start the sandbox, run the job, write the signals back, open the dashboards.

    Parameters
    ----------
    once
        Do the same without staying: print the result and exit.
    dashboards_port
        Port of the dashboards.
    orchestrator_port
        Port of the Dagster UI.
    salesforce_port
        Port of the practice Salesforce.
    sap_port
        Port of the practice Service Layer.
    """
    from dagster_project.command.demo import Ports, run_demo

    run_demo(Ports(dashboards_port, orchestrator_port, salesforce_port, sap_port), once)


@app.command
def run(
    *,
    source: str = "systems",
    as_of: datetime | None = None,
    send: bool = False,
    release: str = "",
    replay: int = 0,
) -> None:
    """Run the job once: extract, model, place, publish and, with --send, write back.

    Parameters
    ----------
    source
        `systems` (those of `.env`) or `files:FOLDER`.
    as_of
        The day or instant to answer for; now unless given.
    send
        Write the signals to the CRM. Nothing is sent without it.
    release
        Let go the held changeset of this identity.
    replay
        Ask the engine again for the orders of this many past days, and keep what it says.
    """
    from dagster_project.command.run import run_once

    run_once(source, as_of, send, release, replay)


@app.command
def doctor() -> None:
    """Check each connection, permission, object and field, and say what to do about each."""
    from dagster_project.command.doctor import run_doctor

    run_doctor()


@app.command
def changeset(*, limit: int = 20) -> None:
    """Show what would be written to the CRM now, without writing.

    Parameters
    ----------
    limit
        How many records to print.
    """
    from dagster_project.command.changeset import show_changeset

    show_changeset(limit)


@app.command
def flows(*, write: bool = False) -> None:
    """Show the way of each field of the CRM: source, model, field, trigger, owner.

    Parameters
    ----------
    write
        Write it with its picture to docs/flows.md instead.
    """
    from dagster_project.command.flows import show_flows

    show_flows(write)


@app.command
def promise(
    item: str,
    quantity: Decimal,
    *,
    by: datetime | None = None,
    customer: str | None = None,
    price: Decimal | None = None,
) -> None:
    """Ask the published warehouse: by when can we deliver QUANTITY of ITEM?

    Parameters
    ----------
    item
        Item code.
    quantity
        In the item's inventory unit.
    by
        The day the customer wants it.
    customer
        Customer code: decides transit and credit.
    price
        Unit price in company currency; without it the one last invoiced is taken.
    """
    from dagster_project.command.promise import answer

    answer(item, quantity, by.date() if by else None, customer, price)


@app.command
def validate(*, source: str = "systems", records: int = 20, seed: int = 1, only: str = "") -> None:
    """Compare the published totals with the ERP's, and sampled records with their source.

    Parameters
    ----------
    source
        `systems` (those of `.env`) or `files:FOLDER`.
    records
        How many records to draw.
    seed
        The same seed draws the same records of the same warehouse.
    only
        Draw from this object alone, such as BusinessPartners.
    """
    from dagster_project.command.validate import run_validate

    run_validate(source, records, seed, only)


@app.command
def setup_crm() -> None:
    """Create Promesa's fields and permission sets in Salesforce; safe to repeat."""
    from dagster_project.command.setup_crm import run_setup

    run_setup()


@quarantine.command(name="list")
def list_() -> None:
    """List what is set aside: number, object, field, place and reason; and which reads wait."""
    from dagster_project.command.quarantine import list_quarantine

    list_quarantine()


@quarantine.command
def explain(number: str) -> None:
    """Show one record's bytes, why it was set aside and what to do.

    Parameters
    ----------
    number
        Its number, such as Q-17.
    """
    from dagster_project.command.quarantine import explain as show

    show(number)


@quarantine.command
def replay(*, source: str = "systems") -> None:
    """Judge every record set aside again, after a mapping, a rule or a file was mended.

    Parameters
    ----------
    source
        `files:FOLDER` to read the records of a folder again with its mapping of today.
    """
    from dagster_project.command.quarantine import replay_all

    replay_all(source)


@quarantine.command
def release(name: str) -> None:
    """Let the next read of a parked object in, whatever its size.

    Parameters
    ----------
    name
        System and object, such as sap_b1.Items.
    """
    from dagster_project.command.quarantine import release as let_in

    let_in(name)


@sandbox.command
def serve(
    *,
    company: str = "demo",
    state: Path = Path("data/made/sandbox"),
    salesforce_port: int = 8551,
    sap_port: int = 8552,
) -> None:
    """Serve both practice systems until Ctrl-C.

    Parameters
    ----------
    company
        `demo`, or a folder with a company's records.
    state
        Where the servers keep their state; a second start goes on with it.
    salesforce_port
        Port of the practice Salesforce.
    sap_port
        Port of the practice Service Layer.
    """
    from dagster_project.command.sandbox import serve_sandbox

    serve_sandbox(company, state, salesforce_port, sap_port)


@sandbox.command
def env(*, state: Path = Path("data/made/sandbox")) -> None:
    """Print the sandbox's addresses and credentials as NAME=value lines, as `.env` uses them.

    Parameters
    ----------
    state
        The state folder that `serve` was given.
    """
    from dagster_project.command.sandbox import print_environment

    print_environment(state)


def main() -> None:
    """Run the command; whatever is known to go wrong is one sentence and exit code 1."""
    from dagster_project.command.logs import start_logs

    start_logs()
    try:
        app()
    except Told as told:
        from dagster_project.command.words import translated

        print(f"promesa: {translated(str(told))}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("promesa: stopped.", file=sys.stderr)
        sys.exit(130)
