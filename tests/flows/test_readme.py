"""The README is true: each command that it shows is run where this file says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
README = (CHECKOUT / "README.md").read_text()

RUN_BY = {
    "promesa promise K4-PUMP 1000 --by 2025-10-01": (
        "tests/flows/test_commands_answer.py",
        '"promise K4-PUMP 1000 --by 2025-10-01"',
    ),
    "promesa changeset": ("tests/flows/test_commands_answer.py", '"changeset"'),
    "promesa doctor": ("tests/flows/test_commands_answer.py", '"doctor"'),
    "promesa validate": ("tests/flows/test_commands_answer.py", '("validate", ('),
    "promesa flows": ("tests/commands/test_help_and_errors.py", '"flows"'),
    "promesa quarantine list": ("tests/commands/test_quarantine.py", '"quarantine", "list"'),
    # What `make demo` runs, without staying; the dashboards have browser tests of their own.
    "make demo": ("tests/conftest.py", '"demo", "--once"'),
    "make test": ("Makefile", "pytest tests"),
    "make setup": ("Makefile", "setup:"),
    "promesa run --send": ("tests/flows/test_main_job.py", 'promesa("run", "--send")'),
    "promesa run --replay 5": ("tests/flows/second_day.py", '"run", "--send", "--replay"'),
    "promesa run": ("tests/real_input/conftest.py", '"run", '),
    "promesa setup-crm": ("tests/commands/test_help_and_errors.py", '"setup-crm"'),
    "promesa --help": ("tests/commands/test_help_and_errors.py", '"--help"'),
    "promesa run --source files:FOLDER --as-of 2013-12-31": (
        "tests/real_input/conftest.py",
        '"--source",',
    ),
    "make clean": ("Makefile", "rm -rf data/made"),
}
# Steps that only a person with an org of their own can take; what they lead to is run above.
NEEDS_A_REAL_ORG = {
    "chmod 600 .env",
    "source .venv/bin/activate",
}


def commands_of(readme: str) -> set[str]:
    """Each line of the bash blocks and each command set in backticks within the text."""
    found = set()
    for block in re.findall(r"```bash\n(.*?)```", readme, flags=re.S):
        found |= {line.split("#")[0].strip() for line in block.splitlines() if line.strip()}
    prose = re.sub(r"```.*?```", "", readme, flags=re.S)
    inline = re.findall(r"`([^`]+)`", prose)
    found |= {text for text in inline if re.match(r"(make|promesa|chmod|source) ", text)}
    return found - {"make help"}


def test_every_command_of_the_readme_is_run_or_named_as_a_persons_step():
    known = set(RUN_BY) | NEEDS_A_REAL_ORG
    found = commands_of(README)
    print(sorted(found))
    assert len(found) >= 6
    assert found <= known, f"nobody runs {sorted(found - known)}"


@pytest.mark.parametrize("command", RUN_BY)
def test_each_command_is_run_where_it_says(command):
    place, words = RUN_BY[command]
    path = CHECKOUT / place
    texts = path.rglob("*.py") if path.is_dir() else [path]
    assert any(words in text.read_text() for text in texts), f"{command}: {place}"


def test_make_demo_is_promesa_demo_and_make_help_fits_on_a_screen():
    def make(*arguments: str) -> str:
        done = subprocess.run(
            ["make", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert "promesa demo" in make("-n", "demo")
    told = make("help")
    assert len(told.splitlines()) <= 24
    for target in ("setup", "demo", "test", "lint", "bench", "soak", "clean"):
        assert f"make {target}" in told


def test_paths_that_the_readme_names_exist():
    for path in re.findall(r"`([a-z_]+/[\w./]+)`", README):
        if not path.startswith(("kept/", "made/", "data/made", "data/kept")):
            assert (CHECKOUT / path).exists(), path
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (CHECKOUT / path).exists(), path
