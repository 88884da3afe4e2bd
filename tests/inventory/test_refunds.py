"""What a refund does to the stock: promises are given back, goods are not taken in."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from orderflow_bridge.inventory.models import Reservation, SourceItem
from orderflow_bridge.inventory.services import refund_and_release
from orderflow_bridge.sales.refunding import Refund
from orderflow_bridge.sales.shipping import ship_order
from tests.factories import make_order, make_product, make_reservation, make_source_item

pytestmark = pytest.mark.django_db


def promised(order):
    return Reservation.objects.filter(order_id=order.pk).aggregate(total=Sum("quantity"))["total"]


def test_units_that_will_not_be_shipped_are_promised_no_more():
    product = make_product("A")
    order = make_order(items=[(product, 3)], grand_total=Decimal(30))
    make_reservation(product, -3, order=order)

    refund_and_release(order.pk, Refund({order.items.get().pk: Decimal(2)}))

    assert promised(order) == -1
    assert Reservation.objects.latest("id").event == "creditmemo_created"


def test_units_that_were_shipped_come_back_only_with_orderflows_next_figure():
    product = make_product("A")
    make_source_item(product, 5)
    order = make_order(items=[(product, 3)], grand_total=Decimal(30))
    ship_order(order.pk)

    refund_and_release(order.pk, Refund())

    assert not Reservation.objects.exists()
    assert SourceItem.objects.get().quantity == 5
