"""Every declared object of every system; the raw tables are made from this list."""

from __future__ import annotations

from extract.salesforce.objects import OBJECTS as SALESFORCE_OBJECTS
from extract.sap_b1.objects import OBJECTS as SAP_B1_OBJECTS
from extract.source import ObjectSpec

DECLARED: tuple[ObjectSpec, ...] = SALESFORCE_OBJECTS + SAP_B1_OBJECTS
