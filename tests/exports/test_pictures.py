"""Include Image Field: a product that has no picture, nor a default one, is not announced."""

import pytest

from exports.cron import export_products_create
from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import write_settings
from tests.exports.shop import lines, make_due_products, make_shop, row, told
from tests.factories import make_product

pytestmark = pytest.mark.django_db

WANTED = {"include_image_field": True}
NO_IMAGE = (
    "Product 24-MB02 has no image, and no default image is set. Give it one, set the Default Image,"
    " or turn Include Image Field off."
)


def test_a_product_without_any_picture_fails_and_orderflow_is_not_told(orderflow):
    website = make_shop(orderflow, products=WANTED)
    [pictured] = make_due_products(website, 1, sku="24-MB01", image="/m/b/mb01.jpg")
    [bare] = make_due_products(website, 1, sku="24-MB02")

    summary = export_products_create()

    assert summary == "2 products: 1 successes, 1 failures."
    assert told(orderflow) == [pictured.sku]
    assert ("24-MB02", "Failure", NO_IMAGE) in lines()
    export_state = row(bare, website)
    assert (export_state.orderflow_export_status, export_state.orderflow_last_error) == (
        "Failed",
        NO_IMAGE,
    )
    assert export_state.orderflow_due_at is not None


def test_it_fails_in_the_same_way_when_it_is_exported_by_hand(orderflow, boss):
    [bare] = make_due_products(make_shop(orderflow, products=WANTED), 1, sku="24-MB02")

    page = boss.post(f"/admin/catalog/product/{bare.pk}/export/", follow=True).content.decode()

    assert "Product 24-MB02 has failed to be queued for export to OrderFlow." in page
    assert orderflow.heard == []


def test_a_default_image_is_enough(orderflow):
    make_due_products(make_shop(orderflow, products=WANTED), 1)
    write_settings(ProductExport, {"placeholder_image": "/placeholder.jpg"})

    assert export_products_create() == "1 products: 1 successes, 0 failures."


def test_the_picture_of_a_configurable_parent_is_enough(orderflow):
    [variant] = make_due_products(make_shop(orderflow, products=WANTED), 1)
    parent = make_product(type_id=Product.Type.CONFIGURABLE, image="/p/a/parent.jpg")
    ProductRelation.objects.create(parent=parent, child=variant)

    export_products_create()

    assert told(orderflow) == [variant.sku]


def test_without_the_setting_pictures_do_not_matter(orderflow):
    make_due_products(make_shop(orderflow), 1)

    assert export_products_create() == "1 products: 1 successes, 0 failures."
