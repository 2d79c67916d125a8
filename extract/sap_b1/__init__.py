"""SAP Business One through its Service Layer, version 2."""

from __future__ import annotations

from extract.sap_b1.auth import SapB1Session
from extract.sap_b1.objects import OBJECTS
from extract.sap_b1.read import read_object
from extract.sap_b1.settings import SapB1Settings
from extract.source import ObjectSpec, Reading, ReadPlan
from extract.transport import Limits


class SapB1Source:
    """One company database behind one Service Layer."""

    def __init__(self, settings: SapB1Settings, limits: Limits | None = None) -> None:
        self.session = SapB1Session(settings, limits)

    @property
    def label(self) -> str:
        """'sap_b1'."""
        return "sap_b1"

    def objects(self) -> tuple[ObjectSpec, ...]:
        """The declared objects."""
        return OBJECTS

    def read(self, spec: ObjectSpec, plan: ReadPlan) -> Reading:
        """Spool one object's pages."""
        return read_object(self.session, spec, plan)

    def close(self) -> None:
        """Log out."""
        self.session.close()


__all__ = ["SapB1Session", "SapB1Settings", "SapB1Source"]
