"""The `Name` object: what the records of several objects show through one relationship.

`Who.Name` of a task may be a contact's or a lead's; the fields that can be asked for are those
that the objects share, and Type says which object it is.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from sandbox.salesforce.schema import SObject, described_field, make_sobject, recorded_describe
from sandbox.salesforce.soql.select import table

NAME_OBJECT = "Name"
_FIELDS = {
    "Id": "id",
    "Name": "string",
    "Type": "picklist",
    "FirstName": "string",
    "LastName": "string",
    "Title": "string",
    "Email": "email",
    "Phone": "phone",
    "Username": "string",
    "Alias": "string",
    "IsActive": "boolean",
}
# What stands for the name of an object that has no field Name.
_NUMBERS = {"Case": "CaseNumber", "Contract": "ContractNumber", "Order": "OrderNumber"}


@functools.cache
def name_object() -> SObject:
    """The object whose fields several others share."""
    fields = {name: described_field(name, kind) for name, kind in _FIELDS.items()}
    return make_sobject(NAME_OBJECT, NAME_OBJECT, "Names", fields, (), recorded_describe("Account"))


def names_of(parents: Sequence[SObject]) -> str:
    """SQL for the names of all records of `parents`."""
    return "(" + " union all ".join(map(_names_of_one, parents)) + ")"


def _names_of_one(parent: SObject) -> str:
    number = _NUMBERS.get(parent.name)
    columns = []
    for name in _FIELDS:
        source = number if name == "Name" and number else name
        if name == "Type":
            columns.append(f"'{parent.name}' as \"Type\"")
        elif source in parent.fields:
            columns.append(f'"{source}" as "{name}"')
        else:
            columns.append(f'null as "{name}"')
    return f"select {', '.join(columns)} from {table(parent.name)}"
