"""`make truth`: three companies, each held against what its own plant knows; figures printed.

`python -m tests.truth 7` does so for the company of one seed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

from dagster_project.warehouse import DataFolder, current_version, open_published
from sandbox.plant import make_company
from sandbox.serve import start_servers
from tests.truth.comparing import Outcome, compare
from tests.truth.numbers import NUMBERS
from tests.truth.records import Records

AS_OF = date(2025, 9, 1)
SEEDS = (1, 2, 3)
SHOWN = 5


def main() -> int:
    """Make, run and compare each company; 1 if anything differs."""
    differing = 0
    for seed in [int(seed) for seed in sys.argv[1:]] or SEEDS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="promesa-truth-") as folder:
            outcomes = outcomes_of(Path(folder), seed)
        print(f"\nseed {seed}, {time.monotonic() - began:.0f} s")
        for outcome in outcomes:
            print(f"  {outcome.line()}")
            for difference in outcome.differing[:SHOWN]:
                print(f"      {difference}")
        differing += sum(len(outcome.differing) for outcome in outcomes)
    print(f"\n{differing:,} rows differ")
    return int(differing > 0)


def outcomes_of(work: Path, seed: int) -> list[Outcome]:
    """A company of its own, through both servers and the command, against its plant."""
    company, data = work / "company", DataFolder(work / "data")
    make_company(company, seed)
    with start_servers(company, work / "sandbox") as servers:
        environment = {
            **os.environ,
            **servers.environment,
            "PROMESA_DATA": str(data.root),
            "PROMESA_AS_OF": servers.sandbox.clock.now().isoformat(),
        }
        for arguments in (["setup-crm"], ["run"]):
            subprocess.run(
                [str(Path(sys.executable).with_name("promesa")), *arguments],
                cwd=work,
                env=environment,
                stdout=subprocess.DEVNULL,
                check=True,
            )
    version = current_version(data)
    assert version is not None, "the run published nothing"
    records = Records(company, AS_OF, datetime.fromisoformat(version.as_of))
    with open_published(data, version) as marts:
        return [compare(number, records, marts) for number in NUMBERS]


if __name__ == "__main__":
    sys.exit(main())
