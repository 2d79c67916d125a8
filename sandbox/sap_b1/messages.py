"""The Service Layer's own codes and texts, each with its source; a guess is marked as one.

Sources: [M] SAP's user guide for the Service Layer 1.28 · [CAS] recorded traffic of a live server ·
[LIVE] notes and tests checked on live servers · [Q] b1sl-python's notes on quirks ·
[3P] several independent public clients that quote the text · [guess] nothing better was found.
"""

from __future__ import annotations


class Refusal(Exception):
    """An error answer: HTTP status, the Service Layer's code, and its text.

    `has_inner`: errors of batches and properties carry an empty `innererror` in v1. [M]
    """

    def __init__(self, status: int, code: int, text: str, has_inner: bool = False) -> None:
        super().__init__(f"{status} {code} {text}")
        self.status, self.code, self.text, self.has_inner = status, code, text, has_inner


VERSION = "1000280"  # [CAS] a 10.0 server, April 2026
SERVER = "Apache/2.4.61 (Unix)"  # [CAS]
KEEP_ALIVE = "timeout=5, max=100"  # [CAS]
STRICT_TRANSPORT = "max-age=63072000; includeSubdomains; preload"  # [CAS]


def invalid_session() -> Refusal:
    """No session, or one that is over. [M 3.1] in v1; the v2 shape is a guess by analogy."""
    return Refusal(401, 301, "Invalid session or session already timeout.")


def wrong_credentials() -> Refusal:
    """Company, user or password is wrong. [3P] text and code; the status is a guess."""
    return Refusal(401, -304, "Fail to get DB Credentials from SLD")


def unknown_company() -> Refusal:
    """The company database is not known. Text and code as often quoted [3P]; status [guess]."""
    return Refusal(401, 305, "Switch company error: -1102")


def no_match() -> Refusal:
    """GET of a key that does not exist; also a document kept as a draft instead. [LIVE]"""
    return Refusal(404, -2028, "No matching records found (ODBC -2028)")


def unsupported() -> Refusal:
    """DELETE on documents and other actions an object does not have. [M 3.5.4]"""
    return Refusal(400, -5006, "The requested action is not supported for this object.")


def concurrent_change() -> Refusal:
    """A stale `If-Match`. [M 5.2.3]"""
    return Refusal(
        412,
        -2039,
        "Another user or another operation modified data; "
        "to continue, open the window again (ODBC -2039)",
    )


def incomplete_batch() -> Refusal:
    """A batch that cannot be taken apart. [M 3.10.6]"""
    return Refusal(400, -1000, "Incomplete Batch Request Body!", has_inner=True)


def sql_parameter() -> Refusal:
    """Missing, surplus or mistyped parameters; the text names none. [Q]"""
    return Refusal(400, 704, "Parameter error.")


def entity_missing(key: str) -> Refusal:
    """PATCH, PUT, DELETE or an action on a key that does not exist. [LIVE]"""
    return Refusal(404, -2028, f"Entity with value({key}) does not exist")


def already_exists(set_name: str) -> Refusal:
    """POST with a key that is taken. Code [LIVE]; text [guess]."""
    return Refusal(
        400, -2035, f"This entry already exists in the following tables ({set_name}) (ODBC -2035)"
    )


def partner_code_taken(code: str) -> Refusal:
    """POST of a partner whose code is taken. [M]"""
    return Refusal(
        400,
        -10,
        f"1320000140 - Business partner code '{code}' already assigned to a business partner; "
        "enter a unique business partner code",
    )


def select_invalid(name: str, type_name: str) -> Refusal:
    """A `$select`, body or action names a property that the type has not. [3P, live quotes]"""
    return Refusal(400, -1000, f"Property '{name}' of '{type_name}' is invalid")


def filter_invalid(name: str) -> Refusal:
    """A `$filter` or `$orderby` names a property that the type has not. [3P, live quotes]"""
    return Refusal(400, 201, f"Property '{name}' is invalid")


def option_unreadable(option: str, position: int) -> Refusal:
    """A query option that cannot be parsed. Code as for invalid options [LIVE]; text [guess]."""
    return Refusal(400, 201, f"Invalid query option: {option} at position {position}.")


def option_value_invalid(text: str) -> Refusal:
    """A constant that does not fit, or a wrong `$inlinecount`. Status [M 3.7.7.7]; text [guess]."""
    return Refusal(400, 201, f"Invalid query option: {text}.")


def option_unknown(option: str) -> Refusal:
    """A query option that is none. Code as for invalid options [LIVE]; text [guess]."""
    return Refusal(400, 201, f"Invalid query option: {option}.")


def expand_invalid(name: str, type_name: str) -> Refusal:
    """`$expand` of what is no navigation property: sub-collections come inline. Text [guess]"""
    return Refusal(
        400, 201, f"Invalid query option: '{name}' is no navigation property of '{type_name}'."
    )


def crossjoin_invalid() -> Refusal:
    """A cross-join without `$expand` or `$apply` [M 3.7.9]; of unknown sets as well [guess]."""
    return Refusal(400, -1000, "invalid $crossjoin query")


def raw_value_missing(name: str) -> Refusal:
    """`…/Property/$value` of null. [M 3.11]"""
    return Refusal(404, -2028, f"Resource not found for the property: {name}", has_inner=True)


def set_unknown(name: str) -> Refusal:
    """A path that names no entity set, action or function. [guess]"""
    return Refusal(404, -1000, f"Unrecognized resource path: {name}")


def body_unreadable() -> Refusal:
    """A body that is no JSON object. [guess]"""
    return Refusal(400, -1000, "Invalid JSON format.")


def value_invalid(name: str, value: object) -> Refusal:
    """A body's value does not fit its property's type. [guess]"""
    return Refusal(400, -1000, f"Invalid value {value!r} for property '{name}'")


def reference_invalid(locator: str) -> Refusal:
    """A referenced code does not exist: -2028 is overloaded for it. [LIVE]; locator form [LIVE]"""
    return Refusal(400, -2028, f"[{locator}] , 'No matching records found (ODBC -2028)'")


def business(text: str, number: int = 1250000095) -> Refusal:
    """A business rule refuses: code -10, text prefixed with an internal number. [M]"""
    return Refusal(400, -10, f"{number} - {text}")


def negative_inventory(locator: str) -> Refusal:
    """A line would take more than is there. [3P, SAP's own note 2693418]"""
    return Refusal(400, -10, f"10001069 - Quantity falls into negative inventory [{locator}]")


def sql_syntax(text: str, position: int, reason: str) -> Refusal:
    """Code 701 for SQL that is not understood or not supported. [M 4.10]"""
    where = f"line 1, character position {position}"
    return Refusal(400, 701, f"Invalid SQL syntax:{text}, {where}, {reason}")


def sql_table(name: str) -> Refusal:
    """Code 702: the table is not in the allow-list. [M 4.10.1]"""
    return Refusal(400, 702, f"Table '{name}' not accessible")


def sql_column(name: str) -> Refusal:
    """Code 703: the column is excluded [M 4.5]; here also one that does not exist [guess]."""
    table, _, column = name.rpartition(".")
    place = f" from table '{table}'" if table else ""
    return Refusal(400, 703, f"Column '{column}'{place} not accessible")


def lots_incomplete(locator: str) -> Refusal:
    """A line of a lot-managed item whose lots do not add up. [3P] text; code as other -10"""
    return business(
        f"Cannot add row without complete selection of batch/serial numbers [{locator}]", 1470000342
    )


def rate_missing(currency: str) -> Refusal:
    """A document in a currency without a rate on its day. [3P] text; code [guess]"""
    return Refusal(400, -4006, f"Update the exchange rate , '{currency}'")


def base_closed(locator: str, line: int) -> Refusal:
    """A line is copied from one that is closed or cancelled. [3P] text; code [3P]"""
    return Refusal(
        400, -5002, f"One of the base documents has already been closed  [{locator}][line: {line}]"
    )


def document_closed(line: int | None = None) -> Refusal:
    """A PATCH touches a closed document or line. Code as for a closed base [3P]; text [guess]"""
    place = "" if line is None else f" [line: {line}]"
    return Refusal(400, -5002, f"Document or row is already closed{place}")


def in_use(name: str) -> Refusal:
    """A master that documents name cannot be deleted. Code [guess]; text [guess]"""
    return business(f"{name} is linked to transactions and cannot be removed", 10000203)


def master_inactive(locator: str, code: str) -> Refusal:
    """A document for a frozen partner or item. Code [guess]; text [guess]"""
    return business(f"'{code}' is inactive [{locator}]", 10000204)


def lot_not_released(locator: str, name: str) -> Refusal:
    """A locked lot is to leave. Code [guess]; text [guess]"""
    return business(f"Batch '{name}' is not released [{locator}]", 10000205)


def status_backwards() -> Refusal:
    """A production order's state moves forward only. Code and text [guess]"""
    return business("Production order status cannot be changed backwards", 10000063)


def sql_not_imitated(name: str) -> Refusal:
    """An allowed table of which this sandbox holds no rows; the text says so on purpose."""
    return Refusal(400, 702, f"Table '{name}' is not imitated by this sandbox.")
