"""`make bench`: one run that prints what each part costs beside its bare counterpart."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from dagster_project.warehouse import DataFolder
from sandbox.plant import export_files, make_company
from sandbox.serve import start_servers
from tests.bench import placement
from tests.bench.extraction import measure_extraction
from tests.bench.models import measure_models
from tests.bench.replay import recorder_before
from tests.bench.told import heading, progress
from tests.bench.write_back import measure_write_back


def main() -> None:
    """Run every section on the demo company in a folder that is deleted afterwards."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="promesa-bench-") as folder:
        _on_the_demo(Path(folder))
    heading("Placement: seconds beside lateness")
    progress("placement: 10,000, 100,000 and 1,000,000 demands")
    placement.main()
    print(f"\ntotal {time.monotonic() - began:.0f} s")


def _on_the_demo(work: Path) -> None:
    progress("making the demo company and starting both servers")
    company, files = work / "company", work / "files"
    make_company(company)
    export_files(company, files)
    data = DataFolder(work / "data").create()
    with start_servers(company, work / "sandbox") as servers:
        as_of = servers.sandbox.clock.now()
        with (
            recorder_before(servers.salesforce_url) as salesforce,
            recorder_before(servers.sap_url) as sap_b1,
        ):
            measure_extraction(
                servers.environment, (salesforce, sap_b1), files, data.raw, as_of, work
            )
        measure_models(data, as_of)
        measure_write_back(servers, data, as_of)


if __name__ == "__main__":
    main()
