"""The SOAP API as far as clients still need it: login, and the calls that REST does not offer.

Shapes from the partner and enterprise WSDLs as commonly published, and from what jsforce and
simple-salesforce look for (B1); not checked against an org.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.salesforce import messages
from sandbox.salesforce.auth import Door
from sandbox.salesforce.conversion import LeadConversion, convert_lead
from sandbox.salesforce.custom_fields import custom_field
from sandbox.salesforce.keys import normalised_id
from sandbox.salesforce.messages import RowOutcome, SalesforceError
from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.sign_in import address_of

_KINDS = {"u": "partner", "c": "enterprise", "m": "metadata"}
_METADATA = "http://soap.sforce.com/2006/04/metadata"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_SESSION_SECONDS = 7200
Nested = str | int | bool | None | list["Nested"] | dict[str, "Nested"]


class SoapFault(Exception):
    """A refused SOAP call: the exception's code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


class Soap:
    """The SOAP addresses of one org."""

    def __init__(self, records: Records, door: Door) -> None:
        self.records = records
        self.door = door
        self._operations: dict[str, Callable[[str, ElementTree.Element], Nested]] = {
            "convertLead": self._convert_lead,
            "createMetadata": self._create_metadata,
            "emptyRecycleBin": self._empty_recycle_bin,
            "getServerTimestamp": lambda user_id, body: {"timestamp": records.now()},
            "getUserInfo": lambda user_id, body: self._user_info(user_id),
            "undelete": self._undelete,
        }

    def routes(self) -> list[Route]:
        """Which address is whose; clients put the org's id at the end."""
        return [
            Route("/services/Soap/{kind}/{version}", self.call, methods=["POST"]),
            Route("/services/Soap/{kind}/{version}/{organization}", self.call, methods=["POST"]),
        ]

    async def call(self, request: Request) -> Response:
        """Any call; which one it is, its body says."""
        body = await request.body()
        return await run_in_threadpool(self._answer, request, body)

    def _answer(self, request: Request, body: bytes) -> Response:
        kind = _KINDS.get(request.path_params["kind"])
        if kind is None:
            return Response(status_code=404)
        try:
            name, result = self._result(request, body)
        except SoapFault as fault:
            return _xml(_fault(kind, fault), 500)
        except SalesforceError as error:
            return _xml(_fault(kind, SoapFault(error.code, error.message)), 500)
        inside = f"<{name}Response>{_elements('result', result)}</{name}Response>"
        return _xml(_envelope(kind, inside), 200)

    def _result(self, request: Request, text: bytes) -> tuple[str, Nested]:
        operation, session = _parsed(text)
        name = _local(operation)
        if name == "login":
            return name, self._login(request, operation)
        user_id = self.door.user_of(session)
        if user_id is None:
            raise SoapFault(
                "INVALID_SESSION_ID",
                "Invalid Session ID found in SessionHeader: Illegal Session",
            )
        if name == "logout":
            self.door.end(session)
            return name, None
        known = self._operations.get(name)
        if known is None:
            raise SoapFault("UNSUPPORTED_API_VERSION", f"No operation available for request {name}")
        return name, known(user_id, operation)

    def _login(self, request: Request, body: ElementTree.Element) -> Nested:
        session = self.door.by_password(_text(body, "username"), _text(body, "password"))
        if session is None:
            raise SoapFault("INVALID_LOGIN", messages.INVALID_LOGIN)
        place = request.path_params
        organization = self.records.organization_id()
        address, version = address_of(request), place["version"]
        return {
            "metadataServerUrl": f"{address}/services/Soap/m/{version}/{organization}",
            "passwordExpired": False,
            "sandbox": False,
            "serverUrl": f"{address}/services/Soap/{place['kind']}/{version}/{organization}",
            "sessionId": session.token,
            "userId": session.user_id,
            "userInfo": self._user_info(session.user_id),
        }

    def _user_info(self, user_id: str) -> Nested:
        user = self.records.record_of("User", user_id)
        company = self.records.context.company
        return {
            "accessibilityMode": False,
            "currencySymbol": None,
            "orgAttachmentFileSizeLimit": 5_242_880,
            "orgDefaultCurrencyIsoCode": company.currency,
            "orgDisallowHtmlAttachments": False,
            "orgHasPersonAccounts": False,
            "organizationId": self.records.organization_id(),
            "organizationMultiCurrency": False,
            "organizationName": company.name,
            "profileId": user.get("ProfileId"),
            "roleId": user.get("UserRoleId"),
            "sessionSecondsValid": _SESSION_SECONDS,
            "userDefaultCurrencyIsoCode": None,
            "userEmail": user.get("Email"),
            "userFullName": user.get("Name"),
            "userId": user_id,
            "userLanguage": user.get("LanguageLocaleKey") or "en_US",
            "userLocale": user.get("LocaleSidKey") or "en_US",
            "userName": user.get("Username"),
            "userTimeZone": user.get("TimeZoneSidKey") or "GMT",
            "userType": user.get("UserType") or "Standard",
            "userUiSkin": "Theme3",
        }

    # Calls that REST does not offer

    def _undelete(self, user_id: str, body: ElementTree.Element) -> Nested:
        return self._each(body, lambda found, one: self.records.undelete(user_id, found, one))

    def _empty_recycle_bin(self, user_id: str, body: ElementTree.Element) -> Nested:
        return self._each(body, lambda found, one: self.records.purge(user_id, found, one))

    def _each(
        self, body: ElementTree.Element, change: Callable[[SObject, str], None]
    ) -> list[Nested]:
        """Do something to each record whose id stands in an `ids` element."""

        def write(text: str) -> tuple[str, None]:
            record_id = normalised_id(text.strip())
            sobject = self.records.object_of(record_id) if record_id else None
            if record_id is None or sobject is None:
                raise SalesforceError("MALFORMED_ID", f"bad id {text}")
            change(sobject, record_id)
            return record_id, None

        ids = [element.text or "" for element in body if _local(element) == "ids"]
        outcomes = self.records.write_rows(ids, write, False, {})
        return [_row(outcome) for outcome in outcomes]

    def _create_metadata(self, user_id: str, body: ElementTree.Element) -> Nested:
        """Custom objects with the fields that come with them; each has an outcome of its own."""
        return [
            self._created(user_id, one, _text(one, "fullName"))
            for one in body
            if _local(one) == "metadata"
        ]

    def _created(self, user_id: str, one: ElementTree.Element, name: str) -> Nested:
        try:
            if one.get(_TYPE, "").rpartition(":")[2] != "CustomObject":
                raise SalesforceError(
                    "INVALID_TYPE", "Only a CustomObject is created through this door here"
                )
            fields = [_values(part) for part in one if _local(part) == "fields"]
            metadata = {_local(part): _value(part) for part in one if _local(part) != "fields"}
            for field in fields:
                custom_field(str(field.get("fullName")), field)  # refused before anything is made
            has_master = any(field.get("type") == "MasterDetail" for field in fields)
            with self.records.state.transaction():
                self.records.catalog.add_custom_object(name, metadata, has_master)
                for field in fields:
                    self.records.create_custom_field(user_id, name, str(field["fullName"]), field)
        except SalesforceError as error:
            errors: Nested = [{"message": error.message, "statusCode": error.code}]
            return {"errors": errors, "fullName": name, "success": False}
        return {"fullName": name, "success": True}

    def _convert_lead(self, user_id: str, body: ElementTree.Element) -> Nested:
        wanted = [
            LeadConversion(
                lead_id=_text(one, "leadId"),
                status=_text(one, "convertedStatus"),
                account_id=_text(one, "accountId") or None,
                contact_id=_text(one, "contactId") or None,
                without_opportunity=_text(one, "doNotCreateOpportunity") == "true",
                opportunity_name=_text(one, "opportunityName") or None,
                owner_id=_text(one, "ownerId") or None,
            )
            for one in body
            if _local(one) == "leadConverts"
        ]
        made: dict[str, dict[str, str | None]] = {}

        def write(one: LeadConversion) -> tuple[str, None]:
            made[one.lead_id] = convert_lead(self.records, user_id, one)
            return one.lead_id, None

        outcomes = self.records.write_rows(wanted, write, False, {})
        results: list[Nested] = []
        for one, outcome in zip(wanted, outcomes, strict=True):
            ids = made.get(one.lead_id, {}) if outcome.success else {}
            results.append(
                {
                    "accountId": ids.get("Account"),
                    "contactId": ids.get("Contact"),
                    "errors": _errors(outcome),
                    "leadId": one.lead_id,
                    "opportunityId": ids.get("Opportunity"),
                    "success": outcome.success,
                }
            )
        return results


def _row(outcome: RowOutcome) -> Nested:
    return {"errors": _errors(outcome), "id": outcome.id, "success": outcome.success}


def _errors(outcome: RowOutcome) -> Nested:
    return [
        {"fields": list(error.fields), "message": error.message, "statusCode": error.code}
        for error in outcome.errors
    ]


def _parsed(text: bytes) -> tuple[ElementTree.Element, str]:
    """The element of the call, and the session that the header names."""
    try:
        envelope = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise SoapFault("UNKNOWN_EXCEPTION", f"The request is no XML: {error}") from error
    session, operation = "", None
    for part in envelope:
        if _local(part) == "Header":
            session = next((e.text or "" for e in part.iter() if _local(e) == "sessionId"), "")
        elif _local(part) == "Body":
            operation = next(iter(part), None)
    if operation is None:
        raise SoapFault("UNKNOWN_EXCEPTION", "The envelope has no body")
    return operation, session.strip()


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(parent: ElementTree.Element, name: str) -> str:
    return next((child.text or "" for child in parent if _local(child) == name), "").strip()


def _values(element: ElementTree.Element) -> dict[str, Any]:
    return {_local(part): _value(part) for part in element}


def _value(element: ElementTree.Element) -> Any:
    return _values(element) if len(element) else (element.text or "").strip()


def _elements(name: str, value: Nested) -> str:
    if isinstance(value, list):
        return "".join(_elements(name, one) for one in value)
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    if isinstance(value, dict):
        inside = "".join(_elements(key, one) for key, one in value.items())
        return f"<{name}>{inside}</{name}>"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"


def _fault(kind: str, fault: SoapFault) -> str:
    what = "LoginFault" if fault.code == "INVALID_LOGIN" else "UnexpectedErrorFault"
    inside = (
        f"<soapenv:Fault><faultcode>sf:{fault.code}</faultcode>"
        f"<faultstring>{fault.code}: {escape(fault.message)}</faultstring>"
        f'<detail><sf:{what} xsi:type="sf:{what}">'
        f"<sf:exceptionCode>{fault.code}</sf:exceptionCode>"
        f"<sf:exceptionMessage>{escape(fault.message)}</sf:exceptionMessage>"
        f"</sf:{what}></detail></soapenv:Fault>"
    )
    return _envelope(kind, inside, f' xmlns:sf="urn:fault.{kind}.soap.sforce.com"')


def _envelope(kind: str, inside: str, names: str = "") -> str:
    own = names or f' xmlns="{_METADATA if kind == "metadata" else f"urn:{kind}.soap.sforce.com"}"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        f'{own} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<soapenv:Body>{inside}</soapenv:Body></soapenv:Envelope>"
    )


def _xml(text: str, status: int) -> Response:
    return Response(text, status, media_type="text/xml;charset=UTF-8")
