"""The system values: declared once, written as they always were, and free of charge."""

from decimal import Decimal

import pytest

from exports.documents import order_document, product_document
from orderflow_bridge.carriers.models import MappedMethod
from orderflow_bridge.catalog.models import Category, Product, ProductCategory
from orderflow_bridge.client.documents import orders_document
from orderflow_bridge.configuration.sections import OrderExport, ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.mapping.rows import Part
from orderflow_bridge.mapping.system_rows import SYSTEM_ROWS
from orderflow_bridge.sales.models import Order, OrderPayment
from orderflow_bridge.stores.models import Website
from tests.exports.documents import EXPORTED_AT
from tests.factories import make_address, make_order, make_order_item, make_product, make_website
from tests.mapping.rows import change

pytestmark = pytest.mark.django_db

GIFT = {"gift_message": {"sender": "Ann", "recipient": "Bob", "message": "Hi"}}


def _full_product() -> Product:
    product = make_product(
        "A", name="Bag", barcode="5", weight=1, weight_units="kg", storage_types="shelf",
        price=Decimal(9), tax_code="T1", length=1, width=2, height=3, area=6, volume=6,
        custom_attributes={"tax": "1", "currency": "GBP"}, image="a.jpg",
    )  # fmt: skip
    ProductCategory.objects.create(product=product, category=Category.objects.create(name="Bags"))
    return product


def _full_order() -> Order:
    extra = {
        **dict.fromkeys(
            ("currency_units", "tax_code", "shipping_tax_code", "goods_tax", "goods_tax_code"), "x"
        ),
        "extension_attributes": GIFT,
    }
    order = make_order(
        customer_note="Ring", coupon_code="TEN", discount_description="Ten off", extra=extra,
        shipping_method="flat", shipping_description="Flat",
    )  # fmt: skip
    make_order_item(order, make_product("B"), extra={"extension_attributes": GIFT, "tax_code": "x"})
    make_address(order, street="1\n2\n3\n4", company="Acme", fax="1", region="R", email="a@b.io")
    OrderPayment.objects.create(order=order, method="checkmo")
    return Order.objects.get(pk=order.pk)


def _map_flat_shipping() -> None:
    MappedMethod.objects.create(
        method="flat", suggestion_code="S", suggestion_name="Slow", priority=1,
        priority_name="High", courier="DHL", ship_days=1, delivery_days=2,
    )  # fmt: skip
    write_settings(OrderExport, {"map_shipping_methods": True})


def test_every_key_that_is_sent_by_itself_has_its_system_row_and_no_other_has():
    website = make_website()
    write_settings(ProductExport, {"include_image_field": True}, website=website)
    _map_flat_shipping()
    document = order_document(_full_order())
    sent = {
        Part.PRODUCT: product_document(_full_product(), website).fields,
        Part.ORDER: document.fields,
        Part.ADDRESS: document.delivery,
        Part.ORDER_LINE: document.lines[0].fields,
        Part.SHIPMENT: document.shipment,
    }

    declared = {part: {row.key for row in rows} for part, rows in SYSTEM_ROWS.items()}

    assert {part: set(fields) for part, fields in sent.items()} == declared


def test_without_changed_rows_the_mapping_is_not_asked(django_assert_num_queries):
    website = make_website()
    product = Product.objects.prefetch_related(
        "category_links__category", "parent_relations__parent"
    ).get(pk=_full_product().pk)
    product_document(product, website)

    with django_assert_num_queries(0):
        product_document(product, website)


def test_switched_off_the_system_values_are_sent():
    website = make_website()
    product = _full_product()
    change(Part.PRODUCT, "barcode", constant="changed")
    change(Part.ORDER, "source", constant="shop")
    assert product_document(product, website).fields["barcode"] == "changed"

    for section in (ProductExport, OrderExport):
        write_settings(section, {"apply_mappings": False})

    assert product_document(product, website).fields["barcode"] == "5"
    assert "source" not in order_document(_full_order()).fields


def test_a_website_changes_what_default_config_changed_and_may_go_back_to_the_systems():
    first, second, third = (make_website() for _ in range(3))
    product = _full_product()
    change(Part.PRODUCT, "barcode", constant="all")
    change(Part.PRODUCT, "barcode", constant="second", website=second)
    change(Part.PRODUCT, "barcode", use="system", website=third)

    sent = [product_document(product, each).fields["barcode"] for each in (first, second, third)]

    assert sent == ["all", "second", "5"]


def test_a_row_that_says_what_the_system_says_changes_no_byte():
    order = _full_order()
    before = orders_document([order_document(order, now=EXPORTED_AT)])
    for part in (Part.ORDER, Part.ADDRESS, Part.ORDER_LINE, Part.SHIPMENT):
        for row in SYSTEM_ROWS[part]:
            if row.key != "quantity":
                change(part, row.key, field=f"system.{row.key}")

    after = orders_document([order_document(order, now=EXPORTED_AT)])

    assert after == before


def test_rows_of_a_website_that_goes_go_with_it():
    website = Website.objects.create(code="gone", name="Gone")
    change(Part.PRODUCT, "barcode", constant="x", website=website)

    website.delete()

    assert product_document(_full_product(), make_website()).fields["barcode"] == "5"
