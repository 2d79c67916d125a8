"""The Service Layer's own codes and texts, each with its source; a guess is marked as one.

Sources: [M] SAP's user guide for the Service Layer 1.28 · [CAS] recorded traffic of a live server ·
[LIVE] notes and tests checked on live servers · [Q] b1sl-python's notes on quirks ·
[3P] several independent public clients that quote the text · [guess] nothing better was found.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """An error answer: HTTP status, the Service Layer's code, and its text."""

    status: int
    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.status} {self.code} {self.text}"


VERSION = "1000280"  # [CAS] a 10.0 server, April 2026
SERVER = "Apache/2.4.61 (Unix)"  # [CAS]
KEEP_ALIVE = "timeout=5, max=100"  # [CAS]
STRICT_TRANSPORT = "max-age=63072000; includeSubdomains; preload"  # [CAS]

# [M 3.1] v1 form; the v2 form of this answer is a guess by analogy with other v2 errors.
INVALID_SESSION = Refusal(401, 301, "Invalid session or session already timeout.")

# [3P] text and code -304 as three public clients and doubles expect them; status 401 [guess].
WRONG_CREDENTIALS = Refusal(401, -304, "Fail to get DB Credentials from SLD")

NO_MATCH = Refusal(404, -2028, "No matching records found (ODBC -2028)")  # [LIVE]
UNSUPPORTED = Refusal(400, -5006, "The requested action is not supported for this object.")  # [M]
CONCURRENT_CHANGE = Refusal(  # [M 5.2.3]
    412,
    -2039,
    "Another user or another operation modified data; "
    "to continue, open the window again (ODBC -2039)",
)
INCOMPLETE_BATCH = Refusal(400, -1000, "Incomplete Batch Request Body!")  # [M 3.10.6]
SQL_PARAMETER = Refusal(400, 704, "Parameter error.")  # [Q] the text names no parameter
NOT_PERMITTED = Refusal(403, -6006, "You are not permitted to perform this action")  # code [M 4.11]


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


def option_not_imitated(option: str) -> Refusal:
    """An option the real server has and this sandbox does not; the text says so on purpose."""
    return Refusal(400, 201, f"Invalid query option: {option} is not imitated by this sandbox.")


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


def sql_syntax(position: int, reason: str) -> Refusal:
    """Code 701 for SQL that is not understood; position and reason in the text. [Q]"""
    return Refusal(400, 701, f"Invalid SQL syntax: line 1, character position {position}, {reason}")


def sql_table(name: str) -> Refusal:
    """Code 702: the table is not in the allow-list. [M 4.5]; text [guess]"""
    return Refusal(400, 702, f"Table '{name}' is not accessible.")


def sql_column(name: str) -> Refusal:
    """Code 703: the column is excluded. [M 4.5]; text [guess]"""
    return Refusal(400, 703, f"Column '{name}' is not accessible.")
