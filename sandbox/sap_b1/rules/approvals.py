"""Documents that wait for approval: the draft, the request, the decision. [A7]"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.kinds import DocumentKind
from sandbox.sap_b1.values import Body

_STATUS_BY_DECISION: Mapping[str, tuple[str, str]] = {
    "ardApproved": ("arsApproved", "dasApproved"),
    "ardNotApproved": ("arsNotApproved", "dasRejected"),
    "ardPending": ("arsPending", "dasPending"),
}


class Approvals:
    """Keeps requests, and moves the drafts they are about."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def ask(self, kind: DocumentKind, draft: Body) -> Body:
        """A request for a draft that an approval procedure caught."""
        now = self.records.local_now()
        body: Body = {
            "Code": self.records.next_number("ApprovalRequests", "Code"),
            "ApprovalTemplatesID": 1,
            "ObjectType": str(kind.object_type),
            "IsDraft": "Y",
            "ObjectEntry": draft["DocEntry"],
            "Status": "arsPending",
            "CurrentStage": 1,
            "OriginatorID": 1,
            "CreationDate": self.records.today(),
            "CreationTime": f"{now:%H:%M:%S}",
            "DraftEntry": draft["DocEntry"],
            "DraftType": "112",
            "ApprovalRequestLines": [{"StageCode": 1, "UserID": 1, "Status": "ardPending"}],
        }
        self.records.insert("ApprovalRequests", body)
        return body

    def decide(self, before: Body, after: Body) -> Body:
        """PATCH with `ApprovalRequestDecisions`: the last decision counts, the draft follows."""
        given = after.get("ApprovalRequestDecisions") or []
        decision = str(given[-1].get("Status") or "ardPending") if given else None
        after = {**after, "ApprovalRequestDecisions": []}
        if decision is not None:
            if before.get("Status") not in ("arsPending", None):
                raise messages.business("The approval request is already decided", 10000090)
            status, draft_status = _STATUS_BY_DECISION[decision]
            remarks = given[-1].get("Remarks")
            lines = [
                {**line, "Status": decision, "Remarks": remarks}
                for line in before.get("ApprovalRequestLines") or []
            ]
            after = {**after, "Status": status, "ApprovalRequestLines": lines}
            self._move_draft(before, draft_status)
        self.records.update("ApprovalRequests", before, after)
        return after

    def cancel(self, before: Body) -> None:
        """`CancelApprovalRequest`."""
        self.records.update("ApprovalRequests", before, {**before, "Status": "arsCancelled"})
        self._move_draft(before, "dasCancelled")

    def restore(self, before: Body) -> None:
        """`RestoreApprovalRequest`."""
        self.records.update("ApprovalRequests", before, {**before, "Status": "arsPending"})
        self._move_draft(before, "dasPending")

    def check_free(self, draft: Body) -> None:
        """Refusal for a draft that still waits, or was turned down."""
        if draft.get("AuthorizationStatus") in ("dasPending", "dasRejected", "dasCancelled"):
            raise messages.business("The draft has not been approved", 10000091)

    def generated(self, draft: Body) -> None:
        """The draft became a document: so say its requests."""
        for body in self.records.equal("ApprovalRequests", {"DraftEntry": draft["DocEntry"]}):
            self.records.update("ApprovalRequests", body, {**body, "Status": "arsGenerated"})

    def _move_draft(self, request: Body, status: str) -> None:
        draft = self.records.get("Drafts", (int(request.get("DraftEntry") or 0),))
        if draft is not None:
            self.records.update("Drafts", draft, {**draft, "AuthorizationStatus": status})
