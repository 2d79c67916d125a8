"""The command `python -m sandbox`: serves both servers, and prints how to reach them."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.company import CompanyError
from sandbox.serve import ServeError, serve_until_stopped
from sandbox.state import State

DEMO = "demo"
_ENVIRONMENT = "environment"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "serve":
            _serve(options)
        else:
            _print_environment(options.state, options.way)
    except (CompanyError, ServeError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped before it was ready; the next start begins anew.", file=sys.stderr)
        return 130
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"The state can't be kept: {error.strerror or error}{where}.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A Salesforce server and a SAP Business One Service Layer server, with a"
        " company in them, on this machine only.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="start both servers; Ctrl-C stops them")
    serve.add_argument(
        "--company",
        default=DEMO,
        metavar="demo|FOLDER",
        help="what they hold at their first start: the demo company, or a company folder"
        " (default: demo)",
    )
    serve.add_argument(
        "--state",
        required=True,
        type=Path,
        metavar="FOLDER",
        help="where their records are kept; a later start goes on with them",
    )
    serve.add_argument("--seed", type=int, default=1, help="of the demo company (default: 1)")
    for system in ("salesforce", "sap"):
        serve.add_argument(
            f"--{system}-port",
            type=_port,
            default=0,
            metavar="N",
            help="0 takes a free one (default: 0)",
        )
    serve.add_argument(
        "--tls", action="store_true", help="HTTPS with a certificate of the sandbox's own"
    )
    env = commands.add_parser(
        "env", help="print addresses and credentials as NAME=value, as a .env file has them"
    )
    env.add_argument(
        "--state", required=True, type=Path, metavar="FOLDER", help="the folder given to serve"
    )
    ways = env.add_mutually_exclusive_group()
    ways.add_argument(
        "--jwt",
        action="store_const",
        dest="way",
        const="jwt",
        default="secret",
        help="sign in to Salesforce with a key, not with a secret",
    )
    ways.add_argument(
        "--password",
        action="store_const",
        dest="way",
        const="password",
        help="with a Salesforce user's password, security and refresh token, for other clients",
    )
    return parser


def _port(text: str) -> int:
    number = int(text) if text.isdecimal() else -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: use 0 to 65535")
    return number


def _serve(options: argparse.Namespace) -> None:
    state: Path = options.state
    company = demo_folder(state, options.seed) if options.company == DEMO else Path(options.company)

    def ready(addresses: dict[str, str], environments: dict[str, dict[str, str]]) -> None:
        _keep_environments(state, environments)
        _say(f"Salesforce        {addresses['salesforce']}")
        _say(f"SAP Business One  {addresses['sap_b1']}/b1s/v2")
        _say(f"Credentials       python -m sandbox env --state {state}")
        _say("Ctrl-C stops both.")

    serve_until_stopped(
        company,
        state,
        options.salesforce_port,
        options.sap_port,
        ready,
        _say,
        with_tls=options.tls,
    )
    _say("Stopped; the next start goes on from here.")


def demo_folder(state: Path, seed: int = 1) -> Path:
    """The demo company's folder inside `state`, made at the first call."""
    folder = state / "company"
    if not (folder / "company.json").exists():
        # Imported here: a sandbox with a company of one's own needs no plant.
        from sandbox.plant import make_company

        _say("Making the demo company …")
        # Made aside and renamed: a half-made company is never taken for a whole one.
        part = state / "company.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        make_company(part, seed)
        part.rename(folder)
    return folder


def _keep_environments(state: Path, environments: dict[str, dict[str, str]]) -> None:
    shared = State(state / "sandbox.sqlite")
    try:
        for name, values in environments.items():
            shared.set_setting(f"{_ENVIRONMENT}:{name}", json.dumps(values))
    finally:
        shared.close()


def _print_environment(state: Path, way: str) -> None:
    file = state / "sandbox.sqlite"
    kept = None
    if file.exists():
        shared = State(file)
        kept = shared.setting(f"{_ENVIRONMENT}:{way}")
        now = shared.setting("clock")
        shared.close()
    if kept is None:
        message = (
            f"{state} holds no sandbox yet. Start one with: python -m sandbox serve --state {state}"
        )
        raise ServeError(message)
    for name, value in json.loads(kept).items():
        print(f"{name}={value}")
    # The sandbox lives on its own day: what reads it answers for that instant, not for today.
    print(f"PROMESA_AS_OF={now}")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
