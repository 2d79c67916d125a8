"""The words of Salesforce, verbatim, in one place, each with its source.

Sources: CCI = recorded traffic of an org (CumulusCI); RF = restforce's recorded bodies; JSF, SS =
what the jsforce and simple-salesforce clients look for; doc = named in Salesforce's documentation
excerpts; guess = wording known from use, not checked against an org.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class SalesforceError(Exception):
    """An error as Salesforce words it: `code`, `message`, and the fields it concerns."""

    def __init__(self, code: str, message: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = fields


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row of a write: its id, or the errors; `created` for upserts."""

    id: str | None
    errors: tuple[SalesforceError, ...] = ()
    created: bool | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def success(self) -> bool:
        """Whether the row was written."""
        return not self.errors


def session_expired() -> SalesforceError:
    """RF `expired_session_response`."""
    return SalesforceError("INVALID_SESSION_ID", "Session expired or invalid")


def resource_missing() -> SalesforceError:
    """CCI `test_errors`."""
    return SalesforceError("NOT_FOUND", "The requested resource does not exist")


def external_id_missing(name: str) -> SalesforceError:
    """RF `delete_error_response`: also the answer for an id that no record has."""
    return SalesforceError(
        "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {name}"
    )


def method_not_allowed(method: str) -> SalesforceError:
    """Code doc; text guess."""
    return SalesforceError(
        "METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed. Allowed are see documentation"
    )


def limit_exceeded() -> SalesforceError:
    """Code and text from recorded fixtures of extraction tools; status 403, not 429."""
    return SalesforceError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def json_broken(detail: str) -> SalesforceError:
    """Code doc; text guess."""
    return SalesforceError("JSON_PARSER_ERROR", detail)


def value_of_wrong_type(kind: str, shown: str) -> SalesforceError:
    """Guess."""
    return SalesforceError(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind} from VALUE_STRING value {shown}"
        " or request may be missing a required field at [line:1, column:1]",
    )


def column_missing_on_write(name: str, sobject: str) -> SalesforceError:
    """Guess."""
    return SalesforceError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject}")


def field_not_writable(names: tuple[str, ...]) -> SalesforceError:
    """Guess."""
    return SalesforceError(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings"
        " of this field and verify that it is read/write for your profile or permission set.",
        names,
    )


def required_missing(names: tuple[str, ...]) -> SalesforceError:
    """Code doc; text guess."""
    return SalesforceError(
        "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", names
    )


def text_too_long(label: str, name: str, value: str, length: int) -> SalesforceError:
    """Guess."""
    return SalesforceError(
        "STRING_TOO_LONG",
        f"{label}: data value too large: {value[:255]} (max length={length})",
        (name,),
    )


def picklist_value_bad(label: str, name: str, value: str) -> SalesforceError:
    """Guess."""
    return SalesforceError(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{label}: bad value for restricted picklist field: {value}",
        (name,),
    )


def number_out_of_range(label: str, name: str, value: float) -> SalesforceError:
    """Guess."""
    return SalesforceError(
        "NUMBER_OUTSIDE_VALID_RANGE",
        f"{label}: value outside of valid range on numeric field: {value}",
        (name,),
    )


def duplicate_value(name: str, record_id: str) -> SalesforceError:
    """Code doc; text guess."""
    return SalesforceError(
        "DUPLICATE_VALUE",
        f"duplicate value found: {name} duplicates value on record with id: {record_id}",
    )


def duplicate_external_id(name: str, count: int) -> SalesforceError:
    """Guess: the row's error where the call itself does not answer 300."""
    return SalesforceError(
        "DUPLICATE_EXTERNAL_ID",
        f"{name}: more than one record found for external id field: [{count} records]",
        (name,),
    )


def id_malformed(label: str, name: str, value: str) -> SalesforceError:
    """Guess."""
    return SalesforceError("MALFORMED_ID", f"{label}: id value of incorrect type: {value}", (name,))


def cross_reference_bad(name: str | None = None) -> SalesforceError:
    """Guess."""
    return SalesforceError(
        "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", (name,) if name else ()
    )


def entity_deleted() -> SalesforceError:
    """Guess."""
    return SalesforceError("ENTITY_IS_DELETED", "entity is deleted")


def not_in_recycle_bin() -> SalesforceError:
    """Guess."""
    return SalesforceError("UNDELETE_FAILED", "Entity is not in the recycle bin")


def access_insufficient(sobject: str) -> SalesforceError:
    """Code doc; text guess."""
    return SalesforceError("INSUFFICIENT_ACCESS", f"No permission to create records of {sobject}")


def access_to_record_insufficient() -> SalesforceError:
    """Code doc; text guess."""
    return SalesforceError(
        "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id"
    )


def not_replicated(sobject: str) -> SalesforceError:
    """Guess."""
    return SalesforceError("INVALID_TYPE", f"{sobject} is not replicable")


def rule_broken(text: str, fields: tuple[str, ...]) -> SalesforceError:
    """Code doc; the text is the rule's own."""
    return SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", text, fields)


def argument_missing(detail: str) -> SalesforceError:
    """Code doc; text guess."""
    return SalesforceError("MISSING_ARGUMENT", detail)


def row_locked() -> SalesforceError:
    """Doc for both."""
    return SalesforceError(
        "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records"
    )


def rolled_back() -> SalesforceError:
    """Guess."""
    return SalesforceError(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using"
        " AllOrNone header",
    )


def too_many_records(limit: int) -> SalesforceError:
    """Limit doc; text guess."""
    return SalesforceError(
        "EXCEEDED_MAX_COLLECTION_SIZE", f"record collection size of more than {limit} not allowed"
    )


def too_many_subrequests(limit: int) -> SalesforceError:
    """Limit doc; text guess."""
    return SalesforceError("LIMIT_EXCEEDED", f"At most {limit} subrequests are allowed")


def upload_too_big() -> SalesforceError:
    """Limit doc; text guess."""
    return SalesforceError("INVALIDBATCH", "The upload is larger than 150 MB")


def locator_invalid() -> SalesforceError:
    """Code doc; text guess."""
    return SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")


def query_error(code: str, text: str, position: int, detail: str) -> SalesforceError:
    """A SOQL error with the caret under `position` (counted from 0 in `text`); form CCI.

    The excerpt shows up to 20 characters before and after, as recorded errors do.
    """
    line_number = text.count("\n", 0, position) + 1
    line_start = text.rfind("\n", 0, position) + 1
    column = position - line_start
    start = max(line_start, position - 20)
    end = min(len(text), position + 20)
    excerpt = text[start:end].split("\n")[0]
    caret = " " * (position - start) + "^"
    return SalesforceError(
        code,
        f"\n{excerpt}\n{caret}\nERROR at Row:{line_number}:Column:{column + 1}\n{detail}",
    )


def column_missing(text: str, position: int, name: str, sobject: str) -> SalesforceError:
    """Doc form."""
    return query_error(
        "INVALID_FIELD",
        text,
        position,
        f"No such column '{name}' on entity '{sobject}'. If you are attempting to use a custom"
        " field, be sure to append the '__c' after the custom field name. Please reference your"
        " WSDL or the describe call for the appropriate names.",
    )


def relationship_missing(text: str, position: int, name: str) -> SalesforceError:
    """Guess."""
    return query_error(
        "INVALID_FIELD",
        text,
        position,
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a"
        " custom relationship, be sure to append the '__r' after the custom relationship name."
        " Please reference your WSDL or the describe call for the appropriate names.",
    )


def type_missing(text: str, position: int, name: str) -> SalesforceError:
    """CCI."""
    return query_error(
        "INVALID_TYPE",
        text,
        position,
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object,"
        " be sure to append the '__c' after the entity name. Please reference your WSDL or the"
        " describe call for the appropriate names.",
    )


def token_unexpected(text: str, position: int, token: str) -> SalesforceError:
    """Doc form."""
    return query_error("MALFORMED_QUERY", text, position, f"unexpected token: '{token}'")


def query_malformed(detail: str) -> SalesforceError:
    """Guess."""
    return SalesforceError("MALFORMED_QUERY", detail)


def operand_of_wrong_type(text: str, position: int, name: str, kind: str) -> SalesforceError:
    """Guess; asked for with a value of another type, e.g. a quoted date."""
    quotes = "should be" if kind in ("string", "id", "reference", "picklist") else "should not be"
    return query_error(
        "INVALID_FIELD",
        text,
        position,
        f"value of filter criterion for field '{name}' must be of type {kind} and {quotes}"
        " enclosed in quotes",
    )


INVALID_LOGIN = "Invalid username, password, security token; or user locked out."
"""SOAP's words for a refused login: code and form JSF, text known from use."""

OAUTH_UNSUPPORTED_GRANT = ("unsupported_grant_type", "grant type not supported")
OAUTH_CLIENT_ID_INVALID = ("invalid_client_id", "client identifier invalid")
OAUTH_CLIENT_INVALID = ("invalid_client", "invalid client credentials")
OAUTH_ASSERTION_INVALID = ("invalid_grant", "invalid assertion")
OAUTH_ASSERTION_EXPIRED = ("invalid_grant", "assertion is not valid: expired")
OAUTH_AUDIENCE_INVALID = ("invalid_grant", "audience is invalid")
OAUTH_REFRESH_TOKEN_BAD = ("invalid_grant", "expired access/refresh token")
OAUTH_PASSWORD_WRONG = ("invalid_grant", "authentication failure - Invalid Password")
OAUTH_USER_NOT_APPROVED = ("invalid_grant", "user hasn't approved this consumer")
"""OAuth errors (name, description): form RF `auth_error_response`, words guess."""
