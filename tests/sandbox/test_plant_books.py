"""The demo company's control totals, recomputed from its documents in SQL alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

SETS = (
    "BusinessPartners", "Items", "Warehouses", "Orders", "DeliveryNotes", "Returns", "Invoices",
    "CreditNotes", "DownPayments", "IncomingPayments", "JournalEntries", "InternalReconciliations",
    "PurchaseOrders", "PurchaseDeliveryNotes", "ProductionOrders", "ResourceCapacities",
    "InventoryGenEntries", "InventoryGenExits", "InventoryTransferRequests", "StockTransfers",
    "Deposits", "OBTQ", "OBTN", "Quotations", "VendorPayments", "PurchaseInvoices",
    "PurchaseReturns",
)  # fmt: skip


@pytest.fixture(scope="module")
def db(demo_company: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for name in SETS:
        path = demo_company / "sap_b1" / f"{name}.jsonl"
        connection.execute(
            f"create table {name} as select json::json as r from read_csv("
            f"'{path}', columns={{'json': 'varchar'}}, header=false, delim='\x01', quote='', "
            "escape='', max_line_size=20000000)"
        )
    for name in ("Orders", "DeliveryNotes", "Returns", "Invoices", "CreditNotes", "PurchaseOrders",
                 "PurchaseDeliveryNotes", "PurchaseReturns", "InventoryGenEntries",
                 "InventoryGenExits", "Quotations"):  # fmt: skip
        connection.execute(
            f"create view {name}Lines as select r,"
            f" unnest(from_json(r->'DocumentLines', '[\"json\"]')) as l from {name}"
        )
    opening = demo_company / "truth" / "opening_stock.json"
    connection.execute(
        "create table opening as select item, warehouse, qty::decimal(18,6) as qty"
        f" from read_json('{opening}')"
    )
    yield connection
    connection.close()


def _rows(db: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return db.execute(sql).fetchall()


def test_account_balances_are_the_journal(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            """
            with booked as (
              select l->>'ShortName' as card,
                     sum((l->>'Debit')::decimal(18,2) - (l->>'Credit')::decimal(18,2)) as balance
              from (select unnest(from_json(r->'JournalEntryLines', '["json"]')) as l
                    from JournalEntries)
              group by 1)
            select r->>'CardCode', (r->>'CurrentAccountBalance')::decimal(18,2), balance
            from BusinessPartners left join booked on card = r->>'CardCode'
            where (r->>'CurrentAccountBalance')::decimal(18,2) is distinct from
                  coalesce(balance, 0)::decimal(18,2)
            """,
        )
        == []
    )


def test_every_journal_entry_balances(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            """
            select r->>'JdtNum', sum((l->>'Debit')::decimal(18,2) - (l->>'Credit')::decimal(18,2))
            from (select r, unnest(from_json(r->'JournalEntryLines', '["json"]')) as l
                  from JournalEntries)
            group by 1 having sum((l->>'Debit')::decimal(18,2) - (l->>'Credit')::decimal(18,2)) <> 0
            """,
        )
        == []
    )


def test_account_balances_are_the_open_documents(db: duckdb.DuckDBPyConnection) -> None:
    """Invoices and down payment invoices less credit notes, payments and cancellations."""
    assert (
        _rows(
            db,
            """
            with moves as (
              select coalesce(r->>'FatherCard', r->>'CardCode') as card,
                     case when r->>'CancelStatus' = 'csCancellation' then -1 else 1 end
                       * (r->>'DocTotal')::decimal(18,2) as amount
              from Invoices
              union all
              select coalesce(r->>'FatherCard', r->>'CardCode'), (r->>'DocTotal')::decimal(18,2)
              from DownPayments where r->>'DownPaymentType' = 'dptInvoice'
              union all
              select coalesce(r->>'FatherCard', r->>'CardCode'), -(r->>'DocTotal')::decimal(18,2)
              from CreditNotes
              union all
              select r->>'CardCode', -((r->>'TransferSum')::decimal(18,2)
                + (r->>'BillOfExchangeAmount')::decimal(18,2)
                + coalesce((select sum((c->>'CheckSum')::decimal(18,2))
                    from (select unnest(from_json(r->'PaymentChecks', '["json"]')) as c)), 0))
              from IncomingPayments
              union all
              select l->>'ShortName', (l->>'Debit')::decimal(18,2) - (l->>'Credit')::decimal(18,2)
              from (select r, unnest(from_json(r->'JournalEntryLines', '["json"]')) as l
                    from JournalEntries
                    where r->>'OriginalJournal' in ('ttOpeningBalance', 'ttJournalEntry')))
            select r->>'CardCode', (r->>'CurrentAccountBalance')::decimal(18,2), sum(amount)
            from BusinessPartners left join moves on card = r->>'CardCode'
            where r->>'CardType' = 'cCustomer'
            group by 1, 2
            having (r->>'CurrentAccountBalance')::decimal(18,2) <> coalesce(sum(amount), 0)
            """,
        )
        == []
    )


@pytest.mark.parametrize(
    ("entity", "field"),
    [("Orders", "OpenOrdersBalance"), ("DeliveryNotes", "OpenDeliveryNotesBalance")],
)
def test_open_documents_are_their_open_lines(
    db: duckdb.DuckDBPyConnection, entity: str, field: str
) -> None:
    """K18: remaining quantity x price x rate x (1 + tax), line by line."""
    assert (
        _rows(
            db,
            f"""
            with open as (
              select r->>'CardCode' as card, sum(round(
                (l->>'RemainingOpenQuantity')::decimal(38,3) * (l->>'Price')::decimal(38,4)
                * (r->>'DocRate')::decimal(38,4)
                * (1 + (l->>'TaxPercentagePerRow')::decimal(9,2) / 100)::decimal(38,4), 2))
                as amount
              from {entity}Lines
              where l->>'LineStatus' = 'bost_Open' and r->>'Cancelled' = 'tNO' group by 1)
            select r->>'CardCode', (r->>'{field}')::decimal(18,2), amount
            from BusinessPartners left join open on card = r->>'CardCode'
            where (r->>'{field}')::decimal(18,2) <> coalesce(amount, 0)::decimal(18,2)
            """,
        )
        == []
    )


def test_open_cheques_fall_due_after_the_as_of_day(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            """
            with open as (
              select r->>'CardCode' as card, sum((c->>'CheckSum')::decimal(18,2)) as amount
              from (select r, unnest(from_json(r->'PaymentChecks', '["json"]')) as c
                    from IncomingPayments)
              where (c->>'DueDate')::timestamp >= '2025-09-01' group by 1)
            select r->>'CardCode', (r->>'OpenChecksBalance')::decimal(18,2), amount
            from BusinessPartners left join open on card = r->>'CardCode'
            where (r->>'OpenChecksBalance')::decimal(18,2) <> coalesce(amount, 0)::decimal(18,2)
            """,
        )
        == []
    )


STOCK_MOVES = """
    select item, warehouse, qty from opening
    union all
    select l->>'ItemCode', l->>'WarehouseCode', (l->>'InventoryQuantity')::decimal(18,6)
    from PurchaseDeliveryNotesLines where l->>'WarehouseCode' <> 'DS'
    union all
    select l->>'ItemCode', l->>'WarehouseCode', (l->>'InventoryQuantity')::decimal(18,6)
    from InventoryGenEntriesLines
    where l->>'ItemType' = 'dit_Item' and coalesce(l->>'TransactionType', '') <> 'botrntReject'
    union all
    select l->>'ItemCode', l->>'WarehouseCode', -(l->>'InventoryQuantity')::decimal(18,6)
    from InventoryGenExitsLines where l->>'ItemType' = 'dit_Item'
    union all
    select l->>'ItemCode', l->>'WarehouseCode', -(l->>'InventoryQuantity')::decimal(18,6)
    from PurchaseReturnsLines
    union all
    select l->>'ItemCode', l->>'WarehouseCode',
      case when r->>'CancelStatus' = 'csCancellation' then 1 else -1 end
        * (l->>'InventoryQuantity')::decimal(18,6)
    from DeliveryNotesLines where l->>'WarehouseCode' <> 'DS'
      and l->>'WithoutInventoryMovement' = 'tNO'
    union all
    select l->>'ItemCode', l->>'WarehouseCode', (l->>'InventoryQuantity')::decimal(18,6)
    from ReturnsLines
    union all
    select l->>'ItemCode', l->>'WarehouseCode', (l->>'InventoryQuantity')::decimal(18,6)
    from CreditNotesLines where l->>'WithoutInventoryMovement' = 'tNO'
    union all
    select l->>'ItemCode', l->>'WarehouseCode', (l->>'InventoryQuantity')::decimal(18,6)
    from (select unnest(from_json(r->'StockTransferLines', '["json"]')) as l from StockTransfers)
    union all
    select l->>'ItemCode', l->>'FromWarehouseCode', -(l->>'InventoryQuantity')::decimal(18,6)
    from (select unnest(from_json(r->'StockTransferLines', '["json"]')) as l from StockTransfers)
"""

WAREHOUSE_ROWS = """
    select r->>'ItemCode' as item, w->>'WarehouseCode' as warehouse,
           (w->>'InStock')::decimal(18,6) as in_stock,
           (w->>'Committed')::decimal(18,6) as committed,
           (w->>'Ordered')::decimal(18,6) as ordered
    from (select r, unnest(from_json(r->'ItemWarehouseInfoCollection', '["json"]')) as w from Items)
"""


def test_stock_is_opening_and_movements(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            f"""
            with moved as (
              select item, warehouse, sum(qty) as qty from ({STOCK_MOVES})
              where item in (select r->>'ItemCode' from Items where r->>'InventoryItem' = 'tYES')
              group by 1, 2)
            select item, warehouse, in_stock, qty
            from ({WAREHOUSE_ROWS}) full join moved using (item, warehouse)
            where coalesce(in_stock, 0) <> coalesce(qty, 0)
            """,
        )
        == []
    )


def test_lots_add_up_to_stock(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            f"""
            with lots as (
              select r->>'ItemCode' as item, r->>'WhsCode' as warehouse,
                     sum((r->>'Quantity')::decimal(18,6)) as qty
              from OBTQ group by 1, 2)
            select item, warehouse, in_stock, qty
            from ({WAREHOUSE_ROWS}) left join lots using (item, warehouse)
            where item in (select r->>'ItemCode' from Items where r->>'ManageBatchNumbers' = 'tYES')
              and in_stock <> coalesce(qty, 0)
            """,
        )
        == []
    )


def test_committed_is_open_demand(db: duckdb.DuckDBPyConnection) -> None:
    """Open order lines, undelivered reserve invoices, components, disassemblies, transfers (K6)."""
    assert (
        _rows(
            db,
            f"""
            with demand as (
              select l->>'ItemCode' as item, l->>'WarehouseCode' as warehouse,
                     (l->>'RemainingOpenInventoryQuantity')::decimal(18,6) as qty
              from OrdersLines where l->>'LineStatus' = 'bost_Open' and r->>'Cancelled' = 'tNO'
                and l->>'WithoutInventoryMovement' = 'tNO' and l->>'WarehouseCode' <> 'DS'
              union all
              select l->>'ItemCode', l->>'WarehouseCode',
                     (l->>'RemainingOpenInventoryQuantity')::decimal(18,6)
              from InvoicesLines where r->>'ReserveInvoice' = 'tYES'
                and l->>'LineStatus' = 'bost_Open'
              union all
              select l->>'ItemNo', l->>'Warehouse', greatest(0,
                abs((l->>'PlannedQuantity')::decimal(18,6)) - (l->>'IssuedQuantity')::decimal(18,6))
              from (select r, unnest(from_json(r->'ProductionOrderLines', '["json"]')) as l
                    from ProductionOrders
                    where r->>'ProductionOrderStatus' in ('boposPlanned', 'boposReleased'))
              where l->>'ItemType' = 'pit_Item'
                and ((l->>'PlannedQuantity')::double > 0) =
                    (r->>'ProductionOrderType' <> 'bopotDisassembly')
              union all
              select r->>'ItemNo', r->>'Warehouse', greatest(0,
                (r->>'PlannedQuantity')::decimal(18,6) - (r->>'CompletedQuantity')::decimal(18,6))
              from ProductionOrders where r->>'ProductionOrderType' = 'bopotDisassembly'
                and r->>'ProductionOrderStatus' in ('boposPlanned', 'boposReleased')
              union all
              select l->>'ItemCode', l->>'FromWarehouseCode',
                     (l->>'RemainingOpenInventoryQuantity')::decimal(18,6)
              from (select r, unnest(from_json(r->'StockTransferLines', '["json"]')) as l
                    from InventoryTransferRequests where r->>'DocumentStatus' = 'bost_Open')),
            summed as (select item, warehouse, sum(qty) as qty from demand
              where item in (select r->>'ItemCode' from Items where r->>'InventoryItem' = 'tYES')
              group by 1, 2)
            select item, warehouse, committed, qty
            from ({WAREHOUSE_ROWS}) full join summed using (item, warehouse)
            where coalesce(committed, 0) <> coalesce(qty, 0)
            """,
        )
        == []
    )


def test_ordered_is_expected_supply(db: duckdb.DuckDBPyConnection) -> None:
    """Open purchase lines, what production still owes, by-products, transfers (K6, K11)."""
    assert (
        _rows(
            db,
            f"""
            with supply as (
              select l->>'ItemCode' as item, l->>'WarehouseCode' as warehouse,
                     (l->>'RemainingOpenInventoryQuantity')::decimal(18,6) as qty
              from PurchaseOrdersLines where l->>'LineStatus' = 'bost_Open'
                and l->>'WarehouseCode' <> 'DS'
              union all
              select r->>'ItemNo', r->>'Warehouse', greatest(0,
                (r->>'PlannedQuantity')::decimal(18,6) - (r->>'CompletedQuantity')::decimal(18,6)
                - (r->>'RejectedQuantity')::decimal(18,6))
              from ProductionOrders where r->>'ProductionOrderType' <> 'bopotDisassembly'
                and r->>'ProductionOrderStatus' in ('boposPlanned', 'boposReleased')
              union all
              select l->>'ItemNo', l->>'Warehouse', greatest(0,
                abs((l->>'PlannedQuantity')::decimal(18,6)) - (l->>'IssuedQuantity')::decimal(18,6))
              from (select r, unnest(from_json(r->'ProductionOrderLines', '["json"]')) as l
                    from ProductionOrders
                    where r->>'ProductionOrderStatus' in ('boposPlanned', 'boposReleased'))
              where l->>'ItemType' = 'pit_Item'
                and ((l->>'PlannedQuantity')::double < 0) =
                    (r->>'ProductionOrderType' <> 'bopotDisassembly')
              union all
              select l->>'ItemCode', l->>'WarehouseCode',
                     (l->>'RemainingOpenInventoryQuantity')::decimal(18,6)
              from (select r, unnest(from_json(r->'StockTransferLines', '["json"]')) as l
                    from InventoryTransferRequests where r->>'DocumentStatus' = 'bost_Open')),
            summed as (select item, warehouse, sum(qty) as qty from supply
              where item in (select r->>'ItemCode' from Items where r->>'InventoryItem' = 'tYES')
              group by 1, 2)
            select item, warehouse, ordered, qty
            from ({WAREHOUSE_ROWS}) full join summed using (item, warehouse)
            where coalesce(ordered, 0) <> coalesce(qty, 0)
            """,
        )
        == []
    )


def test_item_totals_are_their_warehouses(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            f"""
            select r->>'ItemCode' from Items join (
              select item, sum(in_stock) s, sum(committed) c, sum(ordered) o
              from ({WAREHOUSE_ROWS}) group by 1) on item = r->>'ItemCode'
            where s <> (r->>'QuantityOnStock')::decimal(18,6)
               or c <> (r->>'QuantityOrderedByCustomers')::decimal(18,6)
               or o <> (r->>'QuantityOrderedFromVendors')::decimal(18,6)
            """,
        )
        == []
    )


def test_no_journal_row_is_reconciled_beyond_its_amount(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            """
            with matched as (
              select (m->>'TransId')::bigint as jdt, (m->>'TransRowId')::bigint as line,
                     m->>'ShortName' as card,
                     sum((m->>'ReconcileAmount')::decimal(18,2)
                       * case when m->>'CreditOrDebit' = 'codDebit' then 1 else -1 end) as amount
              from (select unnest(from_json(r->'InternalReconciliationRows', '["json"]')) as m
                    from InternalReconciliations)
              group by all),
            booked as (
              select (r->>'JdtNum')::bigint as jdt, (l->>'Line_ID')::bigint as line,
                     l->>'ShortName' as card,
                     (l->>'Debit')::decimal(18,2) - (l->>'Credit')::decimal(18,2) as amount
              from (select r, unnest(from_json(r->'JournalEntryLines', '["json"]')) as l
                    from JournalEntries))
            select jdt, line, card, matched.amount, booked.amount
            from matched left join booked using (jdt, line, card)
            where booked.amount is null or matched.amount * booked.amount < 0
               or abs(matched.amount) > abs(booked.amount)
            """,
        )
        == []
    )


def test_every_reconciliation_balances(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            """
            select r->>'ReconNum'
            from (select r, unnest(from_json(r->'InternalReconciliationRows', '["json"]')) as m
                  from InternalReconciliations)
            group by 1
            having sum((m->>'ReconcileAmount')::decimal(18,2)
                     * case when m->>'CreditOrDebit' = 'codDebit' then 1 else -1 end) <> 0
            """,
        )
        == []
    )


def test_what_is_paid_is_what_was_reconciled(db: duckdb.DuckDBPyConnection) -> None:
    assert (
        _rows(
            db,
            """
            with matched as (
              select (m->>'SrcObjAbs')::bigint as entry,
                     sum((m->>'ReconcileAmount')::decimal(18,2)) as amount
              from (select unnest(from_json(r->'InternalReconciliationRows', '["json"]')) as m
                    from InternalReconciliations where r->>'ReconType' <> 'rtCancellation')
              where m->>'SrcObjTyp' = '13' group by 1)
            select r->>'DocNum', (r->>'PaidToDate')::decimal(18,2), amount
            from Invoices left join matched on entry = (r->>'DocEntry')::bigint
            where (r->>'PaidToDate')::decimal(18,2) <> coalesce(amount, 0)::decimal(18,2)
            """,
        )
        == []
    )


def test_document_totals_are_their_lines(db: duckdb.DuckDBPyConnection) -> None:
    for entity in ("Orders", "DeliveryNotes", "Invoices", "CreditNotes", "Quotations"):
        assert (
            _rows(
                db,
                f"""
                select r->>'DocNum', (r->>'DocTotal')::decimal(18,2),
                  sum((l->>'LineTotal')::decimal(18,2) + (l->>'TaxTotal')::decimal(18,2))
                from {entity}Lines group by 1, 2
                having (r->>'DocTotal')::decimal(18,2) <>
                  sum((l->>'LineTotal')::decimal(18,2) + (l->>'TaxTotal')::decimal(18,2))
                """,
            )
            == []
        )


def test_deliveries_and_invoices_chain_to_what_they_came_from(
    db: duckdb.DuckDBPyConnection,
) -> None:
    bases = {"DeliveryNotes": ("17", "Orders"), "Invoices": ("15", "DeliveryNotes")}
    for entity, (kind, base) in bases.items():
        assert (
            _rows(
                db,
                f"""
                select l->>'BaseEntry' from {entity}Lines where l->>'BaseType' = '{kind}'
                  and not exists (from {base}Lines b
                    where b.r->>'DocEntry' = {entity}Lines.l->>'BaseEntry'
                      and b.l->>'LineNum' = {entity}Lines.l->>'BaseLine'
                      and b.l->>'ItemCode' = {entity}Lines.l->>'ItemCode')
                """,
            )
            == []
        )
