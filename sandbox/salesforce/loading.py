"""Fills an org from a company's files, one object a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.company import CompanyError, read_records
from sandbox.salesforce.messages import SalesforceError
from sandbox.salesforce.records import Records
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.soql.select import insertion, table
from sandbox.salesforce.values import Kept, loader


class Loader:
    """Loads files into the records of one org."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.catalog = records.catalog
        self.state = records.state

    def load(self, folder: Path) -> None:
        """Load `folder`/<Object>.jsonl, and its custom fields from CustomField.jsonl first.

        A record with a field that neither the schema nor CustomField.jsonl knows is refused:
        CompanyError names file, line and field.
        """
        declared = folder / "CustomField.jsonl"
        if declared.exists():
            for number, record in read_records(declared):
                self._load_custom_field(declared, number, record)
        for file in sorted(folder.glob("*.jsonl")):
            if file != declared:
                self._load_file(file)
        if self.state.row(f"select 1 from {table('User')} limit 1") is None:
            self._create_first_user()
        if self.state.row(f"select 1 from {table('Organization')} limit 1") is None:
            self._create_organization()

    def _load_custom_field(self, file: Path, number: int, record: Mapping[str, Any]) -> None:
        try:
            sobject, _, name = record["FullName"].partition(".")
            self.records.create_custom_field(
                None, sobject, name, record["Metadata"], for_everyone=True
            )
        except (KeyError, SalesforceError) as error:
            message = f"{file.name} line {number}: {error}."
            raise CompanyError(message) from error

    def _load_file(self, file: Path) -> None:
        sobject = self.catalog.sobject(file.stem)
        if sobject is None or sobject.is_tooling:
            message = f"{file.name}: Salesforce has no object {file.stem} that is served here."
            raise CompanyError(message)
        fields = [found for found in sobject.fields.values() if not found.is_compound]
        columns = [
            (found.name, loader(found), 0 if found.type == "boolean" else None) for found in fields
        ]
        statement = insertion(sobject.name, [found.name for found in fields])
        with self.state.transaction() as connection:
            connection.executemany(statement, self._load_rows(file, sobject, columns))

    def _load_rows(
        self, file: Path, sobject: SObject, columns: Sequence[tuple[str, Any, Kept]]
    ) -> Iterable[list[Kept]]:
        known = {name for name, _, _ in columns}
        for number, record in read_records(file):
            if not record.keys() <= known:
                unknown = sorted(record.keys() - known)[0]
                message = (
                    f"{file.name} line {number}: {sobject.name} has no field {unknown}"
                    " (custom fields are declared in CustomField.jsonl)."
                )
                raise CompanyError(message)
            if not record.get("Id"):
                message = f"{file.name} line {number} has no Id."
                raise CompanyError(message)
            try:
                yield [
                    default if (value := record.get(name)) is None else load(value)
                    for name, load, default in columns
                ]
            except SalesforceError as error:
                message = f"{file.name} line {number}: {error.message}."
                raise CompanyError(message) from error

    def _create_organization(self) -> None:
        """The org's own record; it was there before the journal begins."""
        company = self.records.context.company
        now, user_id = self.records.now(), self.records.integration_user()
        values: dict[str, Kept] = {
            "Id": self.records.organization_id(),
            "Name": company.name,
            "Country": company.country,
            "TimeZoneSidKey": company.time_zone,
            "LanguageLocaleKey": "en_US",
            "OrganizationType": "Enterprise Edition",
            "InstanceName": "PX1",
            "IsSandbox": 0,
            "CreatedDate": now,
            "CreatedById": user_id,
            "LastModifiedDate": now,
            "LastModifiedById": user_id,
            "SystemModstamp": now,
        }
        with self.state.transaction() as connection:
            connection.execute(insertion("Organization", values), list(values.values()))

    def _create_first_user(self) -> None:
        self.records.insert(
            "User",
            {
                "FirstName": "Promesa",
                "LastName": "Integration",
                "Name": "Promesa Integration",
                "Username": "integration@example.com",
                "Email": "integration@example.com",
                "Alias": "integ",
                "IsActive": 1,
                "UserType": "Standard",
            },
            None,
        )
