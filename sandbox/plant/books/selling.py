"""Everything that is written between us and a customer, as one set of books."""

from __future__ import annotations

from sandbox.plant.books.delivering import DeliveryBooks
from sandbox.plant.books.invoicing import InvoiceBooks
from sandbox.plant.books.ordering import OrderBooks


class SalesBooks(OrderBooks, DeliveryBooks, InvoiceBooks):
    """Orders, deliveries and invoices."""
