"""Units that are spoken for: the guide's rule, condition by condition."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orderflow_bridge.sales.models import OrderItem
from tests.factories import make_order, make_product, make_quote
from tests.imports.plain_demand import quoted_units, unsent_units

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


def unsent(product: Any, **values: Any) -> Any:
    """Count the unsent units of a product as a shop is usually configured."""
    settings = {"statuses": ["processing", "pending"], "cutoff_days": 1, "now": NOW}
    return unsent_units([product.pk], **{**settings, **values}).get(product.pk, 0)


def quoted(product: Any) -> Any:
    return quoted_units([product.pk], cutoff_days=1, now=NOW).get(product.pk, 0)


def test_orders_that_were_never_exported_are_unsent() -> None:
    product = make_product()
    make_order(items=[(product, 2)])
    make_order(items=[(product, 3)], status="pending")

    assert unsent(product) == 5


@pytest.mark.parametrize(
    "values",
    [
        {"is_virtual": True},
        {"status": "holded"},
        {"created_at": NOW - DAY - timedelta(seconds=1)},
        {"orderflow_export_date": NOW - timedelta(minutes=1)},
    ],
)
def test_some_orders_do_not_count(values: dict[str, Any]) -> None:
    product = make_product()
    make_order(items=[(product, 2)], **values)

    assert unsent(product) == 0


def test_the_cutoff_is_the_oldest_time_that_counts() -> None:
    product = make_product()
    make_order(items=[(product, 2)], created_at=NOW - DAY)

    assert unsent(product) == 2


def test_an_order_exported_after_the_last_one_the_figure_knows_is_unsent() -> None:
    product = make_product()
    make_order(items=[(product, 2)], orderflow_export_date=NOW - timedelta(minutes=5))

    assert unsent(product, last_order_exported=NOW - timedelta(minutes=10)) == 2
    assert unsent(product, last_order_exported=NOW - timedelta(minutes=5)) == 0


def test_canceled_units_are_not_counted() -> None:
    product = make_product()
    make_order(items=[(product, 5)])
    OrderItem.objects.update(qty_canceled=2)

    assert unsent(product) == 3


def test_without_statuses_nothing_is_unsent() -> None:
    product = make_product()
    make_order(items=[(product, 5)])

    assert unsent(product, statuses=[]) == 0


def test_a_variants_units_are_counted_once() -> None:
    variant = make_product()
    make_order(configurables=[(variant, 2)])

    assert unsent(variant) == 2


def test_active_quotes_count_with_their_parents_quantity() -> None:
    product = make_product()
    make_quote(items=[(product, 2)], configurables=[(product, 3)])

    assert quoted(product) == 5


@pytest.mark.parametrize(
    "values", [{"is_active": False}, {"created_at": NOW - DAY - timedelta(seconds=1)}]
)
def test_ordered_and_forgotten_quotes_do_not_count(values: dict[str, Any]) -> None:
    product = make_product()
    make_quote(items=[(product, 2)], **values)

    assert quoted(product) == 0


def test_an_old_quote_that_was_changed_today_does_not_count() -> None:
    product = make_product()
    make_quote(items=[(product, 2)], created_at=NOW - 30 * DAY, updated_at=NOW)
    make_quote(items=[(product, 3)], created_at=NOW - DAY, updated_at=NOW)

    assert quoted(product) == 3
