"""Deleting products: what goes along, what stays, who hears of it."""

import pytest

from orderflow_bridge.catalog.models import Product, ProductRelation, ProductWebsite
from orderflow_bridge.catalog.services import remove_product
from orderflow_bridge.common.choices import ExportStatus
from tests.factories import make_order, make_product, make_source_item, make_website

pytestmark = pytest.mark.django_db


def test_a_deleted_product_leaves_its_orders_readable() -> None:
    make_source_item("A", 5)
    order = make_order(items=[("A", 2)])

    assert remove_product("A")

    item = order.items.get()
    assert (item.product, item.sku, item.name) == (None, "A", "Product A")
    assert not Product.objects.exists()


def test_a_product_that_is_not_there_cannot_be_deleted() -> None:
    assert not remove_product("A")


def test_variants_hear_when_their_parents_picture_goes() -> None:
    parent = make_product("P", type_id=Product.Type.CONFIGURABLE, image="/p.jpg")
    child = make_product("A")
    ProductRelation.objects.bulk_create([ProductRelation(parent=parent, child=child)])
    ProductWebsite.objects.create(product=child, website=make_website())
    ProductWebsite.objects.update(orderflow_export_status=ExportStatus.EXPORTED)

    remove_product("P")

    assert ProductWebsite.objects.get().orderflow_export_status == ExportStatus.PENDING
