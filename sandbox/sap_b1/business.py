"""What a write means to the company: finds the rules of each entity set and applies them."""

from __future__ import annotations

from sandbox.sap_b1 import messages
from sandbox.sap_b1.keys import Key, key_of, written_key
from sandbox.sap_b1.merge import ROW_KEYS, merged, next_row_number, read_only
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.approvals import Approvals
from sandbox.sap_b1.rules.changing import Deleting
from sandbox.sap_b1.rules.documents import MarketingDocuments
from sandbox.sap_b1.rules.kinds import KIND_BY_NAME, KIND_BY_SET, DocumentKind
from sandbox.sap_b1.rules.ledger import Ledger
from sandbox.sap_b1.rules.payments import PAYMENT_KIND_BY_SET, Payments
from sandbox.sap_b1.rules.production import Production
from sandbox.sap_b1.rules.stock import Stock
from sandbox.sap_b1.rules.transfers import TRANSFER_SETS, Transfers
from sandbox.sap_b1.schema import EntitySet
from sandbox.sap_b1.sql.run import saved_query
from sandbox.sap_b1.values import Body

_UNDELETABLE = (
    "Document",
    "Payment",
    "StockTransfer",
    "JournalEntry",
    "InternalReconciliation",
    "Attachments2",
)
_ACTIONS = {
    "StockTransfers": frozenset(("Cancel",)),
    "InventoryTransferRequests": frozenset(("Close", "Cancel")),
    "ApprovalRequests": frozenset(("CancelApprovalRequest", "RestoreApprovalRequest")),
    "ProductionOrders": frozenset(("Cancel",)),
    "Drafts": frozenset(("Close",)),
    "SQLQueries": frozenset(("List",)),
}


class Business:
    """Creates, changes and deletes entities of any set by the company's rules."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.stock, self.ledger = Stock(records), Ledger(records)
        self.production = Production(records, self.stock)
        self.documents = MarketingDocuments(records, self.stock, self.ledger, self.production)
        self.transfers = Transfers(records, self.stock)
        self.payments = Payments(records, self.ledger, self.documents)
        self.approvals, self.deleting = Approvals(records), Deleting(records)

    # -- create ----------------------------------------------------------------------------

    def create(self, entity_set: EntitySet, incoming: Body) -> Body:
        """Add an entity and everything that follows from it; returns it as stored."""
        with self.records.transaction():
            kind = KIND_BY_SET.get(entity_set.name)
            if kind is not None:
                return self.documents.create(kind, incoming)
            payment = PAYMENT_KIND_BY_SET.get(entity_set.name)
            if payment is not None:
                return self.payments.create(payment, incoming)
            if entity_set.name in TRANSFER_SETS:
                return self.transfers.create(entity_set.name, incoming)
            match entity_set.name:
                case "Drafts":
                    return self.save_draft(incoming)
                case "Deposits":
                    return self.payments.deposit(incoming)
                case "ProductionOrders":
                    return self.production.create(incoming)
                case "UserFieldsMD":
                    return self._declare(entity_set, incoming)
                case "UserTablesMD":
                    return self._declare_table(entity_set, incoming)
                case "SQLQueries":
                    return self._create_plain(entity_set, saved_query(incoming))
            return self._create_plain(entity_set, incoming)

    def _create_plain(self, entity_set: EntitySet, incoming: Body) -> Body:
        body = dict(incoming)
        self._number(entity_set, body)
        self._number_rows(entity_set, body)
        self._check_free(entity_set, body)
        self.records.insert(entity_set.name, body)
        if entity_set.name == "JournalEntries":
            self.ledger.post_manual(body)
        return body

    def save_draft(self, incoming: Body) -> Body:
        """A document kept as a draft: complete, but neither stock nor books know of it."""
        kind = KIND_BY_NAME.get(str(incoming.get("DocObjectCode") or "oOrders"))
        if kind is None:
            raise messages.value_invalid("DocObjectCode", incoming.get("DocObjectCode"))
        body = self.documents.completing.document(kind, incoming, is_draft=True)
        self.records.insert("Drafts", body)
        return body

    def release_draft(self, key: int) -> Body:
        """`DraftsService_SaveDraftToDocument`: the draft becomes a document and is closed."""
        draft = self.records.get("Drafts", (key,))
        if draft is None:
            raise messages.entity_missing(str(key))
        self.approvals.check_free(draft)
        if draft.get("DocumentStatus") == "bost_Close":
            raise messages.document_closed()
        kind = KIND_BY_NAME[str(draft["DocObjectCode"])]
        kept = {name: value for name, value in draft.items() if name not in ("DocEntry", "DocNum")}
        with self.records.transaction():
            body = self.documents.create(kind, {**kept, "AuthorizationStatus": "dasWithout"})
            closed = {
                **draft,
                "DocumentStatus": "bost_Close",
                "AuthorizationStatus": "dasGenerated",
            }
            self.records.update("Drafts", draft, closed)
            self.approvals.generated(draft)
        return body

    def hold_for_approval(self, kind: DocumentKind, incoming: Body) -> None:
        """An approval procedure keeps a document as a draft and asks for a decision."""
        with self.records.transaction():
            pending = {"DocObjectCode": kind.object_name, "AuthorizationStatus": "dasPending"}
            self.approvals.ask(kind, self.save_draft({**incoming, **pending}))

    def _declare(self, entity_set: EntitySet, incoming: Body) -> Body:
        """A user field; the same name on the same table is refused."""
        table, name = incoming.get("TableName"), incoming.get("Name")
        if not table or not name:
            raise messages.value_invalid("TableName" if not table else "Name", None)
        known = self.records.equal("UserFieldsMD", {"TableName": table})
        if (
            str(table).startswith("@")
            and self.records.get("UserTablesMD", (str(table)[1:],)) is None
        ):
            raise messages.reference_invalid("CUFD.TableID")
        if any(field["Name"] == name for field in known):
            raise messages.already_exists(f"CUFD {table}.{name}")
        body: Body = {
            "Type": "db_Alpha",
            "SubType": "st_None",
            "Mandatory": "tNO",
            "EditSize": incoming.get("Size"),
            "ValidValuesMD": [],
            **incoming,
            "FieldID": max((int(field["FieldID"]) for field in known), default=-1) + 1,
        }
        self.records.insert(entity_set.name, body)
        self.records.declared.declare_field(body)
        return body

    def _declare_table(self, entity_set: EntitySet, incoming: Body) -> Body:
        """A user table: its name in capitals, served as `U_NAME` if it has no object. [M 3.15]"""
        if not incoming.get("TableName"):
            raise messages.value_invalid("TableName", None)
        body: Body = {
            "TableType": "bott_NoObject",
            "Archivable": "tNO",
            "DisplayMenu": "tNO",
            "ApplyAuthorization": "tNO",
            **incoming,
            "TableName": str(incoming["TableName"]).upper(),
        }
        self._check_free(entity_set, body)
        self.records.insert(entity_set.name, body)
        self.records.declared.reload()
        return body

    # -- change ----------------------------------------------------------------------------

    def modify(
        self, entity_set: EntitySet, before: Body, incoming: Body, is_replacing: bool
    ) -> Body:
        """PATCH: the given properties replace those there; rows are merged by their key."""
        after = merged(self.records.schema, entity_set.structure, before, incoming, is_replacing)
        return self._change(entity_set, before, after)

    def replace(self, entity_set: EntitySet, before: Body, incoming: Body) -> Body:
        """PUT: only the given properties and the key remain; documents keep what they compute."""
        if entity_set.name in KIND_BY_SET or entity_set.name == "ProductionOrders":
            return self.modify(entity_set, before, incoming, is_replacing=True)
        kept = {name: before[name] for name in read_only(entity_set.structure) if name in before}
        if entity_set.name == "Items":  # stock by warehouse is no property of the master
            kept["ItemWarehouseInfoCollection"] = before.get("ItemWarehouseInfoCollection")
        return self._change(entity_set, before, {**incoming, **kept})

    def _change(self, entity_set: EntitySet, before: Body, after: Body) -> Body:
        with self.records.transaction():
            kind = KIND_BY_SET.get(entity_set.name)
            if kind is not None:
                return self.documents.modify(kind, before, after)
            if entity_set.name == "ProductionOrders":
                return self.production.modify(before, after)
            if entity_set.name == "ApprovalRequests":
                return self.approvals.decide(before, after)
            if entity_set.name == "UserFieldsMD" and after.get("Type") != before.get("Type"):
                raise messages.business("The type of a user field cannot be changed", 10000080)
            if entity_set.name == "SQLQueries":
                after = saved_query(after)
            self.records.update(entity_set.name, before, after)
            if entity_set.name == "BatchNumberDetails":
                self.stock.lot_changed(after)
            return after

    def actions(self, entity_set: EntitySet) -> frozenset[str]:
        """The bound actions of a set that have their consequences here."""
        kind = KIND_BY_SET.get(entity_set.name)
        if kind is not None:
            return self.documents.actions(kind) & entity_set.actions
        if entity_set.name in PAYMENT_KIND_BY_SET:
            return frozenset(name for name in entity_set.actions if name.startswith("Cancel"))
        return _ACTIONS.get(entity_set.name, frozenset()) & entity_set.actions

    def act(self, entity_set: EntitySet, before: Body, action: str) -> Body | None:
        """A bound action such as `Close` or `Cancel`; returns what it answers with, if anything."""
        if action not in self.actions(entity_set):
            raise messages.unsupported()
        with self.records.transaction():
            kind = KIND_BY_SET.get(entity_set.name)
            if kind is not None:
                result = self.documents.act(kind, before, action)
                return result if action == "CreateCancellationDocument" else None
            payment = PAYMENT_KIND_BY_SET.get(entity_set.name)
            if payment is not None:
                self.payments.cancel(payment, before)
            elif entity_set.name in TRANSFER_SETS:
                self.transfers.end(entity_set.name, before)
            elif action == "CancelApprovalRequest":
                self.approvals.cancel(before)
            elif action == "RestoreApprovalRequest":
                self.approvals.restore(before)
            elif entity_set.name == "ProductionOrders":
                self.production.cancel(before)
            else:
                self.records.update("Drafts", before, {**before, "DocumentStatus": "bost_Close"})
            return None

    # -- delete ----------------------------------------------------------------------------

    def delete(self, entity_set: EntitySet, key: Key) -> None:
        """Remove an entity that exists."""
        with self.records.transaction():
            self.deleting.check(entity_set.name, self.records.get(entity_set.name, key) or {})
            self.records.delete(entity_set.name, key)
            if entity_set.name == "UserTablesMD":
                self._drop_table(str(key[0]))
            if entity_set.name in ("UserFieldsMD", "UserTablesMD"):
                self.records.declared.reload()

    def _drop_table(self, name: str) -> None:
        """What goes with a user table: its rows and its fields."""
        set_name = f"U_{name}"
        if set_name in self.records.schema.sets:
            for row in self.records.equal(set_name, {}):
                self.records.delete(set_name, (row["Code"],))
        for field in self.records.equal("UserFieldsMD", {"TableName": f"@{name}"}):
            self.records.delete("UserFieldsMD", (field["TableName"], field["FieldID"]))

    def check_deletable(self, entity_set: EntitySet) -> None:
        """Refusal for documents, which are cancelled or closed, and attachments. [M 3.5.4, 3.17]

        A draft is no document yet and can be deleted.
        """
        if entity_set.structure.name in _UNDELETABLE and entity_set.name != "Drafts":
            raise messages.unsupported()

    # -- keys ------------------------------------------------------------------------------

    def _number(self, entity_set: EntitySet, body: Body) -> None:
        """Give the next number where the last whole-number key is missing."""
        structure = entity_set.structure
        name = structure.key[-1]
        if name not in body and structure.properties[name].kind == "integer":
            body[name] = self.records.next_number(entity_set.name, name)

    def _number_rows(self, entity_set: EntitySet, body: Body) -> None:
        """Number the rows of sub-collections that carry a running number."""
        for prop in entity_set.structure.properties.values():
            rows = body.get(prop.name) if prop.kind == "complex" and prop.is_collection else None
            names, is_numbered = ROW_KEYS.get(prop.type_name, ((), False))
            for row in rows or ():
                if is_numbered and row.get(names[-1]) is None:
                    row[names[-1]] = next_row_number(rows, names[-1])

    def _check_free(self, entity_set: EntitySet, body: Body) -> None:
        structure = entity_set.structure
        missing = [name for name in structure.key if body.get(name) in (None, "")]
        if missing:
            raise messages.value_invalid(missing[0], None)
        key = key_of(body, structure)
        if self.records.get(entity_set.name, key) is None:
            return
        if entity_set.name == "BusinessPartners":
            raise messages.partner_code_taken(str(key[0]))
        raise messages.already_exists(f"{entity_set.name}({written_key(key, structure)})")
