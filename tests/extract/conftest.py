"""The tests of this folder share the misbehaving servers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.salesforce import SalesforceSession
from sandbox.serve import RunningServers

sys.path.insert(0, str(Path(__file__).parent))

from small_company import salesforce


@pytest.fixture
def session(org: RunningServers) -> Iterator[SalesforceSession]:
    """Signed in to the servers that the file calls `org`; what was planned of faults is cleared."""
    source = salesforce(org.environment)
    yield source.session
    org.context("salesforce").faults.clear()
    source.close()
