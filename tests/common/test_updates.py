"""Many rows with values of their own in one UPDATE."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.sales.models import Order, OrderItem
from tests.factories import make_order

pytestmark = pytest.mark.django_db


def test_every_row_gets_its_own_values(django_assert_num_queries: Any) -> None:
    order = make_order(items=[("A", 9), ("B", 9), ("C", 9)])
    rows = list(order.items.all())
    at = timezone.now() - timedelta(days=1)
    for number, row in enumerate(rows):
        row.qty_shipped, row.updated_at = Decimal(f"{number}.0001"), at

    with django_assert_num_queries(1):
        update_rows(rows, "qty_shipped", "updated_at")

    saved = list(order.items.values_list("qty_shipped", "updated_at"))
    assert saved == [(Decimal(f"{number}.0001"), at) for number in range(3)]


def test_other_rows_and_columns_stay_as_they_are() -> None:
    order, other = make_order(items=[("A", 1)]), make_order(items=[("A", 1)])
    row = order.items.get()
    row.qty_shipped, row.qty_invoiced = Decimal(1), Decimal(0)

    update_rows([row], "qty_shipped")

    row.refresh_from_db()
    assert (row.qty_shipped, row.qty_invoiced) == (1, 1)
    assert other.items.get().qty_shipped == 0


def test_texts_and_missing_values_are_written() -> None:
    order = make_order(quote_id=5)
    order.state, order.customer_note, order.quote_id = Order.State.CLOSED, 'ü "quoted" \\', None

    update_rows([order], "state", "customer_note", "quote_id")

    order.refresh_from_db()
    assert (order.state, order.customer_note, order.quote_id) == ("closed", 'ü "quoted" \\', None)


def test_a_foreign_key_is_written() -> None:
    order, other = make_order(items=[("A", 1)]), make_order()
    row = order.items.get()
    row.order = other

    update_rows([row], "order")

    assert OrderItem.objects.get().order == other


def test_no_rows_cost_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        update_rows([], "state")
