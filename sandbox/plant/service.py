"""The CRM's service records: cases of customers, answers on them, tasks and visits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.plant.crm import Crm, instant


class Service:
    """Cases and what is done about them, written into the CRM."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm

    def open_case(
        self,
        customer: str,
        subject: str,
        owner: str,
        *,
        lot: str | None = None,
        description: str | None = None,
        kind: str = "Mechanical",
        origin: str = "Email",
    ) -> str:
        """A case of a customer; `lot` is what was typed into the field for it, as it was typed."""
        crm = self.crm
        return crm.new(
            "Case",
            {
                "CaseNumber": f"{len(crm.sets['Case']) + 1001:08d}",
                "AccountId": crm.accounts.get(customer),
                "ContactId": crm.contacts.get(customer),
                "Subject": subject,
                "Description": description,
                "Type": kind,
                "Status": "New",
                "Reason": None,
                "Origin": origin,
                "Priority": "Medium",
                "IsClosed": False,
                "ClosedDate": None,
                "IsEscalated": False,
                "Promesa_Lot__c": lot,
                "OwnerId": owner,
            },
            owner,
        )

    def answer(self, case: str, text: str) -> str:
        """What the customer is told, on the case and for the customer to see."""
        record = self.crm.sets["Case"][case]
        record["Status"] = "Working"
        self.crm.touch(record, record["OwnerId"])
        return self._comment(case, text, published=True)

    def note(self, case: str, text: str) -> str:
        """A comment among ourselves: no answer."""
        return self._comment(case, text, published=False)

    def _comment(self, case: str, text: str, *, published: bool) -> str:
        owner = self.crm.sets["Case"][case]["OwnerId"]
        person = self.crm.sets["User"][owner]
        return self.crm.new(
            "CaseComment",
            {
                "ParentId": case,
                "CommentBody": text,
                "IsPublished": published,
                "CreatorId": owner,
                "CreatorName": person["Name"],
            },
            owner,
        )

    def close(self, case: str) -> None:
        """Nothing is left to do."""
        record = self.crm.sets["Case"][case]
        record.update(Status="Closed", IsClosed=True, ClosedDate=instant(self.crm.now))
        self.crm.touch(record, record["OwnerId"])

    def assign(self, case: str, subject: str) -> str:
        """Something to do about a case: an open task."""
        record = self.crm.sets["Case"][case]
        return self.crm.new(
            "Task",
            {
                "WhoId": record["ContactId"],
                "WhatId": case,
                "AccountId": record["AccountId"],
                "Subject": subject,
                "TaskSubtype": "Task",
                "Status": "Not Started",
                "Priority": "High",
                "IsClosed": False,
                "ActivityDate": (self.crm.now.date() + timedelta(days=3)).isoformat(),
                "CompletedDateTime": None,
                "Description": None,
                "OwnerId": record["OwnerId"],
            },
            record["OwnerId"],
        )

    def finish(self, task: str) -> None:
        """A task is done."""
        record = self.crm.sets["Task"][task]
        record.update(Status="Completed", IsClosed=True, CompletedDateTime=instant(self.crm.now))
        self.crm.touch(record, record["OwnerId"])

    def visit(self, case: str, starts: datetime, minutes: int) -> str:
        """A visit to the customer about a case."""
        record = self.crm.sets["Case"][case]
        ends = starts + timedelta(minutes=minutes)
        return self.crm.new(
            "Event",
            {
                "WhoId": record["ContactId"],
                "WhatId": case,
                "AccountId": record["AccountId"],
                "Subject": f"Visita: {record['Subject']}"[:255],
                "Location": None,
                "IsAllDayEvent": False,
                "ActivityDate": starts.date().isoformat(),
                "ActivityDateTime": instant(starts),
                "StartDateTime": instant(starts),
                "EndDateTime": instant(ends),
                "DurationInMinutes": minutes,
                "Description": None,
                "OwnerId": record["OwnerId"],
            },
            record["OwnerId"],
        )
