"""Marketing documents: what saving, changing, closing and cancelling them does to the company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.sap_b1 import messages
from sandbox.sap_b1.records import Records
from sandbox.sap_b1.rules.amounts import cents, tidy
from sandbox.sap_b1.rules.changing import check_not_below_copied, check_still_open
from sandbox.sap_b1.rules.completing import Completing, set_open
from sandbox.sap_b1.rules.kinds import KIND_BY_TYPE, DocumentKind
from sandbox.sap_b1.rules.ledger import Ledger, Matched, open_gross
from sandbox.sap_b1.rules.production import Production
from sandbox.sap_b1.rules.stock import Open, Stock
from sandbox.sap_b1.values import Body

_INVOICE, _DELIVERY, _RETURN, _GOODS_RECEIPT, _GOODS_RETURN = 13, 15, 16, 20, 21

# Documents that a client may still change in quantity and price; the others are posted.
_CHANGEABLE = ("Quotations", "Orders", "PurchaseOrders")
# Cancelled by a second document that does the opposite; the rest are simply marked. [K27]
_MIRRORED = (
    "DeliveryNotes",
    "Returns",
    "Invoices",
    "CreditNotes",
    "DownPayments",
    "PurchaseDeliveryNotes",
    "PurchaseReturns",
    "PurchaseInvoices",
    "PurchaseCreditNotes",
)
# What is copied into these stays open on its base: advances, requests, and credit notes, which are
# set against their invoice instead.
_TAKES_NOTHING = (
    "DownPayments",
    "CreditNotes",
    "PurchaseCreditNotes",
    "ReturnRequest",
    "GoodsReturnRequest",
)


class MarketingDocuments:
    """Saves, changes, closes and cancels documents with all that follows."""

    def __init__(
        self, records: Records, stock: Stock, ledger: Ledger, production: Production
    ) -> None:
        self.records, self.stock, self.ledger = records, stock, ledger
        self.production = production
        self.completing = Completing(records, stock, ledger)

    # -- saving ----------------------------------------------------------------------------

    def create(self, kind: DocumentKind, incoming: Body) -> Body:
        """Save a document; returns it as stored."""
        body = self.completing.document(kind, incoming)
        self._check_bases(kind, body)
        self._move_stock(kind, body)
        self._post(kind, body, kind.receivable)
        self._close_at_once(kind, body)
        self._settle(kind, body)
        self.records.insert(kind.entity_set, body)
        self._follow(kind, None, body)
        self._reduce_bases(kind, body, 1)
        self._apply_credit(kind, body)
        return body

    def _check_bases(self, kind: DocumentKind, body: Body) -> None:
        for line in body["DocumentLines"]:
            base_kind = KIND_BY_TYPE.get(int(line.get("BaseType") or -1))
            if base_kind is None or base_kind.entity_set in ("Invoices", "PurchaseInvoices"):
                continue
            base = self.records.get(base_kind.entity_set, (int(line["BaseEntry"]),)) or {}
            row = _row(base, line["BaseLine"])
            is_closed = row is not None and row.get("LineStatus") != "bost_Open"
            takes = kind.entity_set not in ("DownPayments", "ReturnRequest", "GoodsReturnRequest")
            if (base.get("Cancelled") == "tYES" or is_closed) and takes:
                raise messages.base_closed(f"{kind.line_table}.BaseEntry", line["LineNum"] + 1)

    def _moves(self, kind: DocumentKind, body: Mapping[str, Any], line: Body) -> bool:
        """Whether saving this line moves goods."""
        if not kind.stock or line.get("ItemType") == "dit_Resource" or "ItemCode" not in line:
            return False
        if line.get("WithoutInventoryMovement") == "tYES":
            return False
        base_type = int(line.get("BaseType") or -1)
        if kind.entity_set == "Invoices":
            is_reserve = body.get("ReserveInvoice") == "tYES"
            if base_type == _DELIVERY or is_reserve:
                return False
        if kind.entity_set == "CreditNotes" and base_type == _RETURN:
            return False
        if kind.entity_set == "PurchaseInvoices" and base_type == _GOODS_RECEIPT:
            return False
        if kind.entity_set == "PurchaseCreditNotes" and base_type == _GOODS_RETURN:
            return False
        if line.get("TransactionType") == "botrntReject":
            return False
        return self.stock.is_kept(str(line["ItemCode"]), str(line["WarehouseCode"]))

    def _move_stock(self, kind: DocumentKind, body: Body) -> None:
        for line in body["DocumentLines"]:
            if self._moves(kind, body, line):
                locator = f"{kind.line_table}.ItemCode][line: {line['LineNum'] + 1}"
                self.stock.move(line, kind.stock, locator)

    def _post(self, kind: DocumentKind, body: Body, sign: int) -> None:
        """Post a receivable; a down payment *request* posts nothing. [K19]"""
        if not kind.journal or body.get("DownPaymentType") == "dptRequest":
            return
        self.completing.installments(body)
        body["TransNum"] = self.ledger.post_receivable(body, sign, kind.journal)

    def _close_at_once(self, kind: DocumentKind, body: Body) -> None:
        """Goods receipts, issues and returns wait for nothing; nor do deliveries already billed."""
        local = self.records.company.currency
        for line in body["DocumentLines"]:
            is_billed = kind.entity_set == "DeliveryNotes" and line.get("BaseType") == _INVOICE
            if kind.side == "inventory" or kind.entity_set == "Returns" or is_billed:
                set_open(body, line, 0.0, local)

    # -- changing --------------------------------------------------------------------------

    def modify(self, kind: DocumentKind, before: Body, after: Body) -> Body:
        """PATCH: amounts and open quantities follow; posted documents keep their lines' amounts."""
        check_still_open(before, after)
        old = {line["LineNum"]: line for line in before.get("DocumentLines") or []}
        rows: list[Body] = []
        for line in after.get("DocumentLines") or []:
            line = dict(line)
            if line["LineNum"] not in old:
                self._refuse_posted(kind)
                line = self.completing.line(kind, after, line)
            else:
                known = old[line["LineNum"]]
                if any(line.get(name) != known.get(name) for name in ("Quantity", "UnitPrice")):
                    self._refuse_posted(kind)
                check_not_below_copied(known, line)
                self.completing.reprice(after, known, line)
            rows.append(line)
        after = {**after, "DocumentLines": rows}
        if kind.entity_set in _CHANGEABLE:
            self.completing.total(after)
        self._settle(kind, after)
        self.records.update(kind.entity_set, before, after)
        self._follow(kind, before, after)
        return after

    def _refuse_posted(self, kind: DocumentKind) -> None:
        if kind.entity_set not in _CHANGEABLE:
            raise messages.business(
                "Field cannot be updated after the document was added", 10000201
            )

    # -- actions ---------------------------------------------------------------------------

    def actions(self, kind: DocumentKind) -> frozenset[str]:
        """What may be done with documents of a kind; goods receipts and issues only stand."""
        if kind.side == "inventory":
            return frozenset()
        by_second = ("CreateCancellationDocument",) if kind.entity_set in _MIRRORED else ()
        return frozenset(("Close", "Cancel", "Reopen", *by_second))

    def act(self, kind: DocumentKind, before: Body, action: str) -> Body | None:
        """`Close`, `Cancel`, `Reopen` or `CreateCancellationDocument`."""
        if action == "Reopen":
            return self._reopen(kind, before)
        if before.get("DocumentStatus") == "bost_Close" and action == "Close":
            raise messages.business("Document is already closed", 10000045)
        if before.get("Cancelled") == "tYES" or before.get("CancelStatus") == "csCancellation":
            raise messages.business("Document is already cancelled", 10000046)
        if action == "Close":
            return self._close(kind, before)
        if kind.entity_set in _MIRRORED:
            return self._mirror(kind, before)
        return self._cancel(kind, before)

    def _close(self, kind: DocumentKind, before: Body) -> Body:
        after = {**before, "DocumentLines": _closed_rows(before)}
        self._settle(kind, after, is_by_hand=True)
        self.records.update(kind.entity_set, before, after)
        self._follow(kind, before, after)
        return after

    def _cancel(self, kind: DocumentKind, before: Body) -> Body:
        for line in before["DocumentLines"]:
            if tidy(float(line["RemainingOpenQuantity"]) - float(line["Quantity"])) < 0:
                raise messages.business("Cannot cancel a document that was copied", 10000047)
        after = {
            **before,
            "DocumentLines": _closed_rows(before),
            "Cancelled": "tYES",
            "CancelStatus": "csYes",
            "CancelDate": self.records.today(),
        }
        self._settle(kind, after, is_by_hand=True)
        self.records.update(kind.entity_set, before, after)
        self._follow(kind, before, after)
        return after

    def _reopen(self, kind: DocumentKind, before: Body) -> Body:
        if before.get("DocumentStatus") != "bost_Close" or before.get("Cancelled") == "tYES":
            raise messages.business("Only a closed document can be reopened", 10000048)
        rows = [dict(line) for line in before["DocumentLines"]]
        for line in rows:
            set_open(before, line, float(line["RemainingOpenQuantity"]), self._local)
        after = {**before, "DocumentLines": rows}
        self._settle(kind, after)
        self.records.update(kind.entity_set, before, after)
        self._follow(kind, before, after)
        return after

    def _mirror(self, kind: DocumentKind, before: Body) -> Body:
        """Cancel by a second document: goods, balances and base lines go back. [K27]"""
        if float(before.get("PaidToDate") or 0.0) > 0:
            raise messages.business("Cannot cancel a document that was paid", 10000049)
        today, rows = self.records.today(), []
        for line in before["DocumentLines"]:
            base = {
                "BaseType": kind.object_type,
                "BaseEntry": before["DocEntry"],
                "BaseLine": line["LineNum"],
            }
            rows.append({**line, **base})
        mirror = {
            **before,
            "DocEntry": self.records.next_number(kind.entity_set, "DocEntry"),
            "DocNum": self.records.next_number(kind.entity_set, "DocNum"),
            "DocDate": today,
            "CancelStatus": "csCancellation",
            "CancelDate": today,
            "DocumentLines": rows,
            "DocumentInstallments": [dict(p) for p in before.get("DocumentInstallments") or []],
        }
        for line, original in zip(rows, before["DocumentLines"], strict=True):
            line["DocEntry"] = mirror["DocEntry"]
            if self._moves(kind, before, original):
                locator = f"{kind.line_table}.ItemCode][line: {line['LineNum'] + 1}"
                self.stock.move(line, -kind.stock, locator)
        after = {
            **before,
            "DocumentLines": [dict(line) for line in before["DocumentLines"]],
            "Cancelled": "tYES",
            "CancelStatus": "csYes",
            "CancelDate": today,
        }
        if kind.journal and before.get("TransNum"):
            mirror["TransNum"] = self.ledger.post_receivable(mirror, -kind.receivable, kind.journal)
            self._reconcile_cancelled(kind, before, mirror)
        for document in (after, mirror):
            for line in document["DocumentLines"]:
                set_open(document, line, 0.0, self._local)
            self._settle(kind, document, is_by_hand=True)
        self.records.insert(kind.entity_set, mirror)
        self.records.update(kind.entity_set, before, after)
        self._follow(kind, before, after)
        self._reduce_bases(kind, before, -1)
        return mirror

    def _reconcile_cancelled(self, kind: DocumentKind, before: Body, mirror: Body) -> None:
        payer = str(before.get("FatherCard") or before["CardCode"])
        amount, is_owed = float(before["DocTotal"]), kind.receivable > 0
        self.ledger.reconcile(
            "rtCancellation",
            [
                Matched(
                    payer,
                    int(doc["TransNum"]),
                    0,
                    kind.object_type,
                    int(doc["DocEntry"]),
                    amount,
                    d,
                )
                for doc, d in ((before, is_owed), (mirror, not is_owed))
            ],
        )

    # -- payments --------------------------------------------------------------------------

    def mark_paid(self, kind: DocumentKind, key: int, amount: float, amount_fc: float) -> Body:
        """Add to what is paid of a document (negative: take off); paid in full, it closes."""
        before = self.records.get(kind.entity_set, (key,))
        if before is None:
            raise messages.reference_invalid("RCT2.DocEntry")
        after = {
            **before,
            "PaidToDate": cents(float(before.get("PaidToDate") or 0.0) + amount),
            "PaidToDateFC": cents(float(before.get("PaidToDateFC") or 0.0) + amount_fc),
            "DocumentLines": [dict(line) for line in before["DocumentLines"]],
        }
        if after["PaidToDate"] > float(before["DocTotal"]):
            raise messages.business("Payment exceeds the open amount of the document", 10000050)
        is_paid = after["PaidToDate"] >= float(after["DocTotal"])
        if before.get("ReserveInvoice") != "tYES":
            for line in after["DocumentLines"]:
                line["LineStatus"] = "bost_Close" if is_paid else "bost_Open"
        self._settle(kind, after)
        self.records.update(kind.entity_set, before, after)
        return after

    def _apply_credit(self, kind: DocumentKind, body: Body) -> None:
        """A credit note copied from an invoice is set against it, as far as both are open."""
        entries = {
            int(line["BaseEntry"])
            for line in body["DocumentLines"]
            if kind.entity_set == "CreditNotes" and line.get("BaseType") == _INVOICE
        }
        for entry in sorted(entries):
            invoice = self.records.get("Invoices", (entry,))
            credit = self.records.get("CreditNotes", (int(body["DocEntry"]),))
            if invoice is None or credit is None:
                continue
            amount = cents(min(_unpaid(invoice), _unpaid(credit)))
            if amount <= 0:
                continue
            payer = str(body.get("FatherCard") or body["CardCode"])
            self.ledger.reconcile(
                "rtCreditMemo",
                [
                    Matched(payer, int(invoice["TransNum"] or 0), 0, 13, entry, amount, True),
                    Matched(
                        payer, int(credit["TransNum"]), 0, 14, int(body["DocEntry"]), amount, False
                    ),
                ],
            )
            self.mark_paid(KIND_BY_TYPE[_INVOICE], entry, amount, 0.0)
            body.update(self.mark_paid(kind, int(body["DocEntry"]), amount, 0.0))

    # -- what stays open -------------------------------------------------------------------

    @property
    def _local(self) -> str:
        return self.records.company.currency

    def _settle(self, kind: DocumentKind, body: Body, is_by_hand: bool = False) -> None:
        """Close a document whose lines are all closed (a receivable also has to be paid)."""
        is_closed = all(line["LineStatus"] == "bost_Close" for line in body["DocumentLines"])
        if kind.receivable and not is_by_hand:
            is_closed = is_closed and _unpaid(body) <= 0
        body["DocumentStatus"] = "bost_Close" if is_closed else "bost_Open"
        body["ClosingDate"] = self.records.today() if is_closed else None

    def _reduce_bases(self, kind: DocumentKind, body: Body, sign: int) -> None:
        """Take a document's quantities off the lines it was copied from (-1: give them back)."""
        taken: dict[tuple[int, int], list[Body]] = defaultdict(list)
        for line in body["DocumentLines"]:
            if line.get("BaseEntry") is not None:
                taken[int(line["BaseType"]), int(line["BaseEntry"])].append(line)
        for (base_type, entry), lines in taken.items():
            base_kind = KIND_BY_TYPE.get(base_type)
            if kind.side == "inventory":
                self.production.report(kind, entry, lines)
            elif base_kind is not None and kind.entity_set not in _TAKES_NOTHING:
                self._reduce(base_kind, entry, lines, sign)

    def _reduce(self, kind: DocumentKind, entry: int, lines: Iterable[Body], sign: int) -> None:
        before = self.records.get(kind.entity_set, (entry,))
        if before is None:
            return
        after = {**before, "DocumentLines": [dict(line) for line in before["DocumentLines"]]}
        for line in lines:
            row = _row(after, line["BaseLine"])
            if row is not None:
                left = float(row["RemainingOpenQuantity"]) - sign * float(line["Quantity"])
                left = min(max(left, 0.0), float(row["Quantity"]))
                set_open(after, row, tidy(left), self._local)
        self._settle(kind, after)
        self.records.update(kind.entity_set, before, after)
        self._follow(kind, before, after)

    def _follow(self, kind: DocumentKind, before: Body | None, after: Body | None) -> None:
        """Move the totals by the difference between what was open and what is."""
        was, now = self._open(kind, before), self._open(kind, after)
        for place in {*was.committed, *now.committed}:
            self.stock.shift(place, "Committed", now.committed[place] - was.committed[place])
        for place in {*was.ordered, *now.ordered}:
            self.stock.shift(place, "Ordered", now.ordered[place] - was.ordered[place])
        for card in {*was.orders, *now.orders}:
            change = cents(now.orders[card] - was.orders[card])
            self.ledger.shift(card, "OpenOrdersBalance", change)
        for card in {*was.deliveries, *now.deliveries}:
            change = cents(now.deliveries[card] - was.deliveries[card])
            self.ledger.shift(card, "OpenDeliveryNotesBalance", change)

    def _open(self, kind: DocumentKind, body: Body | None) -> Open:
        found = Open()
        if body is None or body.get("Cancelled") == "tYES":
            return found
        for line in body.get("DocumentLines") or []:
            if line.get("LineStatus") != "bost_Open":
                continue
            self._open_quantity(kind, body, line, found)
            if kind.entity_set == "Orders":
                found.orders[str(body["CardCode"])] += open_gross(body, line)
            if kind.entity_set == "DeliveryNotes":
                found.deliveries[str(body["CardCode"])] += open_gross(body, line)
        return found

    def _open_quantity(self, kind: DocumentKind, body: Body, line: Body, found: Open) -> None:
        commits = kind.entity_set == "Orders" or (
            kind.entity_set == "Invoices" and body.get("ReserveInvoice") == "tYES"
        )
        target = found.committed if commits else found.ordered
        if not commits and kind.entity_set != "PurchaseOrders":
            return
        code, warehouse = str(line.get("ItemCode")), str(line.get("WarehouseCode"))
        is_without = line.get("WithoutInventoryMovement") == "tYES"
        if not is_without and self.stock.is_kept(code, warehouse):
            target[code, warehouse] += float(line.get("RemainingOpenInventoryQuantity") or 0.0)


def _row(document: Mapping[str, Any], number: Any) -> Body | None:
    rows: list[Body] = document.get("DocumentLines") or []
    return next((row for row in rows if row["LineNum"] == number), None)


def _closed_rows(document: Body) -> list[Body]:
    """The lines closed by hand: their rest stays visible, nothing of it is open any more."""
    closed = {"LineStatus": "bost_Close", "OpenAmount": 0.0, "OpenAmountFC": 0.0}
    return [{**line, **closed} for line in document["DocumentLines"]]


def _unpaid(document: Mapping[str, Any]) -> float:
    return float(document["DocTotal"]) - float(document.get("PaidToDate") or 0.0)
