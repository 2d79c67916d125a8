"""Salesforce: its objects, its sign-in, its wire, reading and sending."""

from __future__ import annotations

from extract.salesforce.auth import SalesforceSession
from extract.salesforce.objects import OBJECTS
from extract.salesforce.read import read_object
from extract.salesforce.settings import SalesforceSettings
from extract.source import ObjectSpec, Reading, ReadPlan
from extract.transport import Limits


class SalesforceSource:
    """One Salesforce org."""

    def __init__(self, settings: SalesforceSettings, limits: Limits | None = None) -> None:
        self.session = SalesforceSession(settings, limits)

    @property
    def label(self) -> str:
        """'salesforce'."""
        return "salesforce"

    def objects(self) -> tuple[ObjectSpec, ...]:
        """The declared objects."""
        return OBJECTS

    def read(self, spec: ObjectSpec, plan: ReadPlan) -> Reading:
        """Spool one object's pages."""
        return read_object(self.session, spec, plan)

    def close(self) -> None:
        """Close the connections."""
        self.session.close()


__all__ = ["SalesforceSession", "SalesforceSettings", "SalesforceSource"]
