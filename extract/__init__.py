"""Speaks to Salesforce, SAP Business One and files, and lands what they say in the raw database."""

from extract.alerting import AlertAddress
from extract.asking import ask_records
from extract.checking import check
from extract.configuration import read_settings
from extract.connecting import open_sources
from extract.declared import DECLARED
from extract.errors import (
    AnswerLost,
    ExtractError,
    Facts,
    Misconfigured,
    QuotaSpent,
    Refuse,
    SetAside,
    SignInAgain,
    Stop,
    TryAgain,
)
from extract.extracting import (
    create_raw,
    extract_object,
    find_object,
    has_landed,
    mend_raw,
    release_parked,
)
from extract.files import FilesSource
from extract.landing import REBUILT
from extract.newest import newest_stamp
from extract.quarantine import (
    Parked,
    Quarantined,
    Replayed,
    held_record,
    held_records,
    parked_reads,
    replay,
)
from extract.salesforce import SalesforceSettings, SalesforceSource
from extract.salesforce.provision import declaration_of, object_declaration_of, provision
from extract.salesforce.send import SalesforceTarget
from extract.salesforce.source_files import write_source
from extract.sap_b1 import SapB1Settings, SapB1Source
from extract.source import Extraction, ObjectSpec, Source
from extract.target import Change, FieldDeclaration, Finding, ObjectDeclaration, Outcome, Sent
from extract.transport import Limits

__all__ = [
    "DECLARED",
    "REBUILT",
    "AlertAddress",
    "AnswerLost",
    "Change",
    "ExtractError",
    "Extraction",
    "Facts",
    "FieldDeclaration",
    "FilesSource",
    "Finding",
    "Limits",
    "Misconfigured",
    "ObjectDeclaration",
    "ObjectSpec",
    "Outcome",
    "Parked",
    "Quarantined",
    "QuotaSpent",
    "Refuse",
    "Replayed",
    "SalesforceSettings",
    "SalesforceSource",
    "SalesforceTarget",
    "SapB1Settings",
    "SapB1Source",
    "Sent",
    "SetAside",
    "SignInAgain",
    "Source",
    "Stop",
    "TryAgain",
    "ask_records",
    "check",
    "create_raw",
    "declaration_of",
    "extract_object",
    "find_object",
    "has_landed",
    "held_record",
    "held_records",
    "mend_raw",
    "newest_stamp",
    "object_declaration_of",
    "open_sources",
    "parked_reads",
    "provision",
    "read_settings",
    "release_parked",
    "replay",
    "write_source",
]
