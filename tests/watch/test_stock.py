"""Products of which more is promised than there is are told of, and only those."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.models import Reservation, SourceItem, StockSettings
from orderflow_bridge.problems.kinds import OVERSOLD
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.watch import stock
from orderflow_bridge.watch.stock import look_for_oversold_products
from tests.factories import (
    make_order,
    make_reservation,
    make_source_item,
    make_stock,
)

pytestmark = pytest.mark.django_db


def subjects(at_once: int = stock.SLICE) -> list[str]:
    look_for_oversold_products(timezone.now(), at_once=at_once)
    return sorted(open_problems(OVERSOLD).values_list("subject", flat=True))


def test_an_oversold_product_is_told_with_its_open_orders_until_there_is_enough() -> None:
    make_stock("Default")
    item = make_source_item("24-MB01", 2)
    make_source_item("24-MB02", 5)
    order = make_order(items=[("24-MB01", 5)], increment_id="000000005")
    make_reservation("24-MB01", -5, order=order)
    make_reservation("24-MB02", -5)

    assert subjects() == ["24-MB01"]
    problem = open_problems(OVERSOLD).get()
    assert problem.text == (
        "SKU 24-MB01 is oversold: 3 more promised than in stock; open orders: 000000005."
    )
    assert problem.url == f"/admin/catalog/product/{item.product_id}/change/"

    SourceItem.objects.filter(pk=item.pk).update(quantity=5)
    assert subjects() == []


def test_a_product_that_may_be_backordered_is_not() -> None:
    make_stock("Default")
    for sku, lowest in (("free", None), ("limited", -3)):
        make_source_item(sku, -5)
        StockSettings.objects.create(
            product=Product.objects.get(sku=sku), backorders=1, min_qty=lowest
        )

    assert subjects() == ["limited"]


def test_a_product_that_is_deleted_is_no_longer_told_of() -> None:
    make_stock("Default")
    make_source_item("24-MB01", -1)
    assert subjects() == ["24-MB01"]

    Product.objects.all().delete()
    assert subjects() == []


def test_a_large_shop_is_gone_through_in_slices_and_new_promises_are_seen_at_once() -> None:
    make_stock("Default")
    for number in range(5):
        make_source_item(f"SKU-{number}", -1 if number == 4 else 1)
    assert subjects(at_once=2) == []
    make_reservation("SKU-3", -2)
    assert subjects(at_once=2) == ["SKU-3"]
    assert subjects(at_once=2) == ["SKU-3", "SKU-4"]
    Reservation.objects.all().delete()
    assert subjects(at_once=2) == ["SKU-4"]


def test_of_very_many_a_hundred_are_told_and_the_rest_is_one() -> None:
    make_stock("Default")
    for number in range(stock.TOLD + 3):
        make_source_item(f"SKU-{number}", -1)

    found = subjects()
    assert len(found) == stock.TOLD + 1
    assert stock.OTHERS in found

    SourceItem.objects.update(quantity=1)
    assert subjects() == []


def test_a_look_takes_few_statements() -> None:
    make_stock("Default")
    for number in range(10):
        make_source_item(f"SKU-{number}", -1)
    with CaptureQueriesContext(connection) as queries:
        look_for_oversold_products(timezone.now() + timedelta(minutes=1))

    assert len(queries) <= 16
