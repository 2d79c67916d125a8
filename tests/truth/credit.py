"""Credit from the plant's own effects: receivables, exposure, ageing, over-limit orders, DSO."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.truth.comparing import Number, Table
from tests.truth.records import Effect, Records, amount, day, total

CENT = Decimal("0.01")


def receivables(records: Records) -> Table:
    """What each payer owes in the ledger, at the rates of the documents (K20)."""
    return {
        (code,): (owed,)
        for (code,), owed in records.sums("account").items()
        if code in records.customers
    }


def exposure_parts(records: Records) -> Table:
    """Each part of exposure by the partner on the document, at the rates of the documents."""
    kinds = {
        "cheques": "cheque",
        "bills": "bill",
        "deliveries_open": "delivered_not_invoiced",
        "orders_open": "open_order",
    }
    found: Table = {}
    for kind, component in kinds.items():
        for (code,), owed in records.sums(kind).items():
            found[component, code] = (owed,)
    for draft in records.sap("Drafts"):
        if draft["AuthorizationStatus"] in ("dasPending", "dasApproved"):
            key = ("draft_order", draft["CardCode"])
            before = found.get(key, (Decimal(0),))[0]
            found[key] = (before + amount(draft["DocTotal"]),)
    return found


def exposure(records: Records) -> Table:
    """Exposure of each payer: its ledger, cheques, bills, deliveries and orders, less advances.

    Deals won without their order are the CRM's and left out here. What stands in a currency is
    taken at the rate of as_of (K22), from the documents: effects are kept in our own.
    """
    own: dict[str, Decimal] = defaultdict(Decimal)
    for kind in ("account", "cheques", "bills", "deliveries_open", "orders_open"):
        for (code,), owed in records.sums(kind).items():
            own[records.payer(code)] += owed
    for draft in records.sap("Drafts"):
        if draft["AuthorizationStatus"] in ("dasPending", "dasApproved"):
            own[records.payer(draft["CardCode"])] += amount(draft["DocTotal"])
    for advance in records.live("DownPayments"):
        if advance["DownPaymentType"] == "dptInvoice":
            own[records.payer(advance["CardCode"])] -= amount(advance["DocTotal"])
    for code, partner in records.partners.items():
        if code in records.customers and partner["Currency"] not in ("EUR", "##"):
            own[code] = _at_todays_rate(records, code)
    return {
        (code,): (own.get(code, Decimal(0)),)
        for code in sorted(records.customers | own.keys())
        if records.payer(code) == code
        if code in records.customers or code not in records.partners
    }


def _at_todays_rate(records: Records, code: str) -> Decimal:
    """All that stands at risk with a partner that buys in a currency, piece by piece.

    Each piece is a document's: in our currency it has cents, as every document has.
    """
    rate = records.rate(records.partners[code]["Currency"], records.as_of) or Decimal(0)
    owed = total(records.sums(kind).get((code,), Decimal(0)) for kind in ("cheques", "bills"))
    rows = {
        (entry["JdtNum"], row["Line_ID"]): row
        for entry in records.sap("JournalEntries")
        for row in entry["JournalEntryLines"]
        if row["ShortName"] == code
    }
    for key, left in _left(records, records.as_of).items():
        if key in rows and left:
            row = rows[key]
            posted = amount(row["Debit"]) - amount(row["Credit"])
            posted_fc = amount(row["FCDebit"]) - amount(row["FCCredit"])
            owed += _cents(left / posted * posted_fc * rate)
    for name in ("Orders", "DeliveryNotes"):
        for document in records.live(name):
            if document["CardCode"] == code:
                owed += total(
                    _cents(
                        amount(line["RemainingOpenQuantity"])
                        * amount(line["Price"])
                        * (1 + amount(line["TaxPercentagePerRow"]) / 100)
                        * rate
                    )
                    for line in document["DocumentLines"]
                    if line["LineStatus"] == "bost_Open"
                )
    return owed


def order_confirmations(records: Records) -> Table:
    """Exposure of the payer right after each order, and whether that was over its limit (K21).

    Ledger, cheques, bills and deliveries carry a day and no hour, so those of the day count whole;
    orders written later on the same day do not count yet. A cheque or bill is at risk through the
    day on which it falls due. A line that left in parts has its cents rounded more than once.
    """
    daily = _Running(records)
    found: Table = {}
    for order in records.live("Orders"):
        code, confirmed = order["CardCode"], day(order["DocDate"])
        assert confirmed is not None
        payer = records.payer(code)
        group = sorted({payer} | {c for c in records.customers if records.payer(c) == payer})
        known = total(
            daily.until(kind, member, confirmed)
            for member in group
            for kind in ("account", "cheques", "bills", "deliveries_open", "orders_open")
        )
        later = total(
            change
            for member in group
            for entry, change in daily.orders.get((member, confirmed), ())
            if entry > order["DocEntry"]
        )
        limit = records.partners.get(payer, {}).get("CreditLimit")
        after = known - later - _advances(records, group, confirmed)
        over = None if limit is None else after > amount(limit)
        found[order["DocEntry"],] = (after, over)
    return found


def _advances(records: Records, group: list[str], until: date) -> Decimal:
    return total(
        amount(advance["DocTotal"])
        for advance in records.live("DownPayments")
        if advance["CardCode"] in group
        and advance["DownPaymentType"] == "dptInvoice"
        and (day(advance["DocDate"]) or until) <= until
    )


def _counts_from(effect: Effect) -> date:
    paper_paid = effect.kind in ("cheques", "bills") and effect.amount < 0
    return effect.day + timedelta(days=1) if paper_paid else effect.day


class _Running:
    """Running sums of each kind of effect by partner, and the orders of each day."""

    def __init__(self, records: Records) -> None:
        self._runs: dict[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
        self.orders: dict[tuple[str, date], list[tuple[int, Decimal]]] = defaultdict(list)
        running: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        counting = [e for e in records.effects if e.kind not in ("stock", "committed", "ordered")]
        for when, effect in sorted(((_counts_from(e), e) for e in counting), key=lambda p: p[0]):
            key = (effect.kind, effect.key[0])
            running[key] += effect.amount
            self._runs[key].append((when, running[key]))
            if effect.kind == "orders_open":
                entry = int(effect.about.split(":")[1])
                self.orders[effect.key[0], effect.day].append((entry, effect.amount))

    def until(self, kind: str, code: str, last: date) -> Decimal:
        found = Decimal(0)
        for when, running in self._runs.get((kind, code), ()):
            if when > last:
                break
            found = running
        return found


def _left(records: Records, until: date) -> dict[tuple[int, int], Decimal]:
    """What is left of every ledger row of a customer at the end of a day."""
    settled: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for match in records.sap("InternalReconciliations"):
        if (day(match["ReconDate"]) or until) > until:
            continue
        for row in match["InternalReconciliationRows"]:
            sign = 1 if row["CreditOrDebit"] == "codDebit" else -1
            settled[row["TransId"], row["TransRowId"]] += sign * amount(row["ReconcileAmount"])
    found = {}
    for entry in records.sap("JournalEntries"):
        if (day(entry["ReferenceDate"]) or until) > until:
            continue
        for row in entry["JournalEntryLines"]:
            if row["ShortName"] in records.customers:
                posted = amount(row["Debit"]) - amount(row["Credit"])
                key = (entry["JdtNum"], row["Line_ID"])
                found[key] = posted - settled[key]
    return found


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def open_items(records: Records, until: date) -> list[tuple[str, date, Decimal]]:
    """Payer, due day and open amount of every ledger row that is open at the end of a day."""
    left = _left(records, until)
    found = []
    for entry in records.sap("JournalEntries"):
        for row in entry["JournalEntryLines"]:
            amount_left = left.get((entry["JdtNum"], row["Line_ID"]))
            due = day(row["DueDate"])
            if amount_left and due is not None:
                found.append((row["ShortName"], due, amount_left))
    return found


def ageing(records: Records) -> Table:
    """Open items by payer and days overdue; credits not yet set off stand apart."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for code, due, left in open_items(records, records.as_of):
        found[code, _bucket((records.as_of - due).days, left)] += left
    return {key: (left,) for key, left in found.items()}


def _bucket(late: int, left: Decimal) -> str:
    if left < 0:
        return "unapplied"
    for last, name in ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90")):
        if late <= last:
            return name
    return "90+"


def collection(records: Records) -> Table:
    """DSO and CEI of the days up to as_of, all with tax (K23): for 30, 90 and 365 days."""
    found: Table = {}
    for days in (30, 90, 365):
        first = records.as_of - timedelta(days=days)
        found["as_of", days] = _collection(records, first, records.as_of, days)
    month = records.as_of.replace(day=1)
    first_month = min(effect.day for effect in records.effects if effect.kind == "account")
    while month > first_month:
        last = month - timedelta(days=1)
        month = last.replace(day=1)
        before = month - timedelta(days=1)
        found[f"month {month}", last.day] = _collection(records, before, last, last.day)
    return found


def _collection(
    records: Records, before: date, last: date, days: int
) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal | None, Decimal | None]:
    opening = total(left for *_, left in open_items(records, before))
    closing_items = open_items(records, last)
    closing = total(left for *_, left in closing_items)
    current = total(left for _, due, left in closing_items if left > 0 and due >= last)
    sales = total(_gross(records, before, last))
    dso = (closing / sales * days).quantize(CENT, ROUND_HALF_UP) if sales else None
    below = opening + sales - current
    cei = ((opening + sales - closing) / below * 100).quantize(CENT) if below else None
    return opening, closing, current, sales, dso, cei


def _gross(records: Records, before: date, last: date) -> list[Decimal]:
    """Invoices less credit notes posted after one day and up to another, with tax."""
    found = []
    for name, sign in (("Invoices", 1), ("CreditNotes", -1)):
        for record in records.live(name):
            posted = day(record["DocDate"])
            if posted is not None and before < posted <= last:
                found.append(sign * amount(record["DocTotal"]))
    return found


NUMBERS = (
    Number(
        "receivables per payer",
        receivables,
        "select payer_card_code, sum(ledger_open_amount) from marts.fct_receivable"
        " group by all having sum(ledger_open_amount) <> 0",
        ("owed",),
    ),
    Number(
        "parts of exposure per partner",
        exposure_parts,
        "select component, card_code, sum(document_rate_amount) from marts.fct_exposure_line"
        " where component not in ('receivable', 'unlinked_won_deal', 'down_payment_on_order',"
        " 'down_payment_on_delivery') group by all having sum(document_rate_amount) <> 0",
        ("amount",),
        key_width=2,
    ),
    Number(
        "exposure per payer",
        exposure,
        "select payer_card_code, sum(own_exposure_amount - unlinked_deals_amount)"
        " from marts.fct_exposure group by all",
        ("exposure",),
    ),
    Number(
        "exposure at each order's confirmation",
        order_confirmations,
        "select document_entry, exposure_after_amount, is_over_limit"
        " from marts.fct_order_confirmation",
        ("exposure", "over limit"),
        within=Decimal("0.05"),
    ),
    Number(
        "ageing per payer",
        ageing,
        "select payer_card_code, ageing_bucket, sum(ledger_open_amount)"
        " from marts.fct_receivable group by all",
        ("owed",),
        key_width=2,
    ),
    Number(
        "DSO and CEI",
        collection,
        "select case period_kind when 'as_of' then 'as_of' else 'month ' || period_start_date end,"
        " period_days, opening_receivables_amount, receivables_amount, current_receivables_amount,"
        " credit_sales_amount, round(dso_days, 2), round(cei_pct, 2) from marts.fct_dso"
        " where payer_card_code = '*'",
        ("opening", "closing", "current", "sales", "DSO", "CEI"),
        key_width=2,
    ),
)
