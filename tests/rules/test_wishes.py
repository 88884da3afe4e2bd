"""The usual wishes of merchants that are rules, each as docs/extending.md tells to fulfil it."""

import pytest

from exports.cron import export_orders_create, export_products_create
from imports.cron import import_inventory_updates
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.inventory.models import SourceItem
from tests.exports.shop import make_due_orders, make_due_products, make_shop, told
from tests.factories import make_product, make_source
from tests.imports.stock import queue
from tests.rules.test_pages import ORDERS, RULES, SAFETY, filled, safety

pytestmark = pytest.mark.django_db


def test_no_export_for_pick_up_orders(boss, orderflow):
    website = make_shop(orderflow)
    [parcel] = make_due_orders(website, 1, shipping_method="flatrate_flatrate")
    make_due_orders(website, 1, shipping_method="instore_pickup")
    row = ("and", "shipping_method", "like", "instore%")
    boss.post(f"{RULES}add/", filled(row, name="Pick-up", action="refuse"))

    export_orders_create()

    assert told(orderflow) == [parcel.increment_id]


def test_orders_above_a_total_are_held_until_somebody_releases_them(boss, orderflow):
    website = make_shop(orderflow)
    [dear] = make_due_orders(website, 1, grand_total=501)
    [cheap] = make_due_orders(website, 1, grand_total=500)
    boss.post(f"{RULES}add/", filled(("and", "grand_total", "gt", "500")))

    export_orders_create()
    assert told(orderflow) == [cheap.increment_id]

    boss.post(f"{ORDERS}{dear.pk}/release/")
    export_orders_create()
    assert told(orderflow) == [cheap.increment_id, dear.increment_id]


def test_a_cancellation_window_of_half_an_hour(boss, orderflow):
    make_due_orders(make_shop(orderflow), 1)
    boss.post(f"{RULES}add/", filled(release="delay", delay_minutes="30"))

    export_orders_create()

    assert told(orderflow) == []


def test_no_export_of_samples(boss, orderflow):
    website = make_shop(orderflow)
    [mug] = make_due_products(website, 1)
    make_due_products(website, 1, custom_attributes={"sample": "yes"})
    row = ("and", "sample", "eq", "yes")
    boss.post(f"{RULES}add/", filled(row, entity=int(Entity.PRODUCT), action="refuse"))

    export_products_create()

    assert told(orderflow) == [mug.sku]


def test_five_units_are_kept_back(boss):
    make_source()
    make_product("24-MB01")
    boss.post(f"{SAFETY}add/", safety())
    queue(("24-MB01", 12, 1))

    import_inventory_updates()

    assert SourceItem.objects.get().quantity == 7
    assert Product.objects.count() == 1
