"""Our products and orders as import documents (the guide's printed message)."""

from decimal import Decimal
from pathlib import Path

import pytest

from exports.documents import NotExportable, order_document, product_document
from orderflow_bridge.catalog.models import Category, Product, ProductCategory, ProductRelation
from orderflow_bridge.client.documents import (
    ProductOperation,
    products_document,
)
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order, OrderPayment
from tests.exports.documents import fields_of, lines_of, make_shipped_order, order_lines
from tests.factories import (
    make_address,
    make_order,
    make_order_item,
    make_product,
    make_website,
)

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parents[1] / "client" / "golden"


def product_lines(product: Product, **settings) -> list[str]:
    website = make_website()
    write_settings(ProductExport, settings, website=website)
    document = product_document(product, website)
    return lines_of(products_document([document], ProductOperation.MERGE))


def make_guide_order() -> Order:
    """Make the order of the golden file."""
    order = make_order(
        increment_id="000000005",
        customer_email="roni_cost@example.com",
        subtotal=34,
        subtotal_incl_tax=34,
        shipping_amount=5,
        shipping_incl_tax=5,
        grand_total=39,
        shipping_method="flatrate_flatrate",
        shipping_description="Flat Rate - Fixed",
    )
    bag = make_product("24-MB01", name="Joust Duffle Bag", price=Decimal(34))
    make_order_item(order, bag, price_incl_tax=34, row_total_incl_tax=34)
    make_address(order)
    make_address(order, address_type="billing")
    OrderPayment.objects.create(order=order, method="checkmo", title="Check / Money order")
    return order


def test_the_guides_product_message_comes_out_line_for_line():
    product = make_product(
        "wbk002c-Black-S",
        name="Black Nolita Cami-Black-S",
        weight=Decimal("10.0000"),
        price=Decimal("25.8900"),
    )
    document = product_document(Product.objects.get(pk=product.pk), make_website())

    xml = products_document([document], ProductOperation.MERGE)

    assert xml == (GOLDEN / "product_merge_guide_example.xml").read_bytes()


def test_every_mapped_value_of_a_product_goes_under_its_key_in_orderflows_order():
    product = make_product(
        "A", name="Bag", barcode="5012345678900", weight=Decimal("1.5"), weight_units="kg",
        storage_types="shelf", price=Decimal("9.99"), tax_code="T1", length=1, width=2, height=3,
        area=6, volume=Decimal("6.25"), custom_attributes={"tax": "1.67", "currency": "GBP"},
    )  # fmt: skip
    ProductCategory.objects.create(product=product, category=Category.objects.create(name="Bags"))

    assert product_lines(Product.objects.get(pk=product.pk)) == [
        "externalReference=A", "description=Bag", "barcode=5012345678900", "weight=1.5",
        "weightUnits=kg", "physicalStorageTypes=shelf", "category=Bags", "priceNet=9.99",
        "sellable=1", "priceGross=9.99", "tax=1.67", "taxCode=T1", "currency=GBP", "length=1",
        "width=2", "height=3", "area=6", "volume=6.25", "magentoType=simple",
    ]  # fmt: skip


def test_a_disabled_product_is_sent_as_not_sellable():
    product = make_product(status=Product.Status.DISABLED, price=Decimal(0))

    fields = fields_of(product_lines(product))

    assert (fields["sellable"], fields["priceNet"]) == ("0", "0")


def test_an_attribute_that_is_no_simple_value_is_left_out():
    product = make_product(custom_attributes={"tax": ["1", "2"], "currency": None})

    assert not {"tax", "currency"} & fields_of(product_lines(product)).keys()


def test_the_first_category_by_position_is_sent():
    product = make_product()
    for name, position in (("Last", 2), ("First", 1)):
        category = Category.objects.create(name=name)
        ProductCategory.objects.create(product=product, category=category, position=position)

    assert fields_of(product_lines(product))["category"] == "First"


def test_without_include_image_field_no_image_is_sent():
    product = make_product(image="/m/b/mb01.jpg")

    assert "imageReference" not in fields_of(product_lines(product))


@pytest.mark.parametrize("parent_type", ["configurable", "grouped", "bundle"])
def test_the_image_is_the_products_else_its_parents_else_the_default_one(parent_type):
    settings = {"include_image_field": True, "placeholder_image": "default.jpg"}
    own = make_product(image="own.jpg")
    child, orphan = make_product(), make_product(image="no_selection")
    parent = make_product(type_id=parent_type, image="parent.jpg")
    for each in (own, child):
        ProductRelation.objects.create(parent=parent, child=each)

    images = [fields_of(product_lines(each, **settings)) for each in (own, child, orphan)]

    assert [fields["imageReference"] for fields in images] == [
        "own.jpg", "parent.jpg", "default.jpg",
    ]  # fmt: skip


def test_the_export_fails_when_an_image_is_wanted_and_there_is_none():
    product = make_product("24-MB01")

    with pytest.raises(NotExportable, match=r"^Product 24-MB01 has no image, and no default image"):
        product_lines(product, include_image_field=True)


def test_an_order_has_every_line_of_the_golden_one_and_says_besides_that_taxes_are_zero():
    order = make_guide_order()

    lines = order_lines(order)

    golden = lines_of((GOLDEN / "order_guide_like.xml").read_bytes())
    added = [line for line in lines if line not in golden]
    assert [line for line in lines if line in golden] == golden
    assert added == [
        "totalTax=0", "shippingTax=0", "orderLine.1.totalTax=0", "orderLine.1.unitTax=0",
    ]  # fmt: skip


def test_taxes_coupon_note_and_shipping_go_under_their_keys():
    order = make_shipped_order(
        items=[("A", 1)], grand_total=Decimal("126"), tax_amount=Decimal("21"),
        subtotal=Decimal(100), subtotal_incl_tax=Decimal(120), shipping_amount=Decimal(5),
        shipping_incl_tax=Decimal(6), shipping_tax_amount=Decimal(1), customer_note="Ring twice",
        coupon_code="TEN", discount_description="Ten off", order_currency_code="GBP",
        extra={"currency_units": "GBP", "tax_code": "T1", "goods_tax": 20},
    )  # fmt: skip

    fields = fields_of(order_lines(order))

    assert {
        "totalPriceNet": "105", "totalPriceGross": "126", "totalTax": "21", "goodsPriceNet": "100",
        "goodsPriceGross": "120", "goodsTax": "20", "shippingPriceNet": "5",
        "shippingPriceGross": "6", "shippingTax": "1", "currency": "GBP", "currencyUnits": "GBP",
        "taxCode": "T1", "promotionCode": "TEN", "promotionDescription": "Ten off",
        "customerComment": "Ring twice", "shipment.deliveryInstruction": "Ring twice",
    }.items() <= fields.items()  # fmt: skip


def test_gross_amounts_that_a_shop_has_not_filled_in_are_added_up():
    order = make_shipped_order(
        subtotal=100, tax_amount=21, shipping_amount=5, shipping_tax_amount=1, grand_total=126
    )
    make_order_item(order, make_product(price=Decimal(50)), 2, tax_amount=20)

    fields = fields_of(order_lines(order))

    assert (fields["goodsPriceGross"], fields["shippingPriceGross"]) == ("120", "6")
    assert fields["orderLine.1.totalPriceGross"] == "120"
    assert fields["orderLine.1.unitPriceGross"] == "60"


def test_an_address_has_four_street_lines_and_then_city_and_region():
    order = make_order(items=[("A", 1)])
    make_address(
        order, street="Unit 3\nMill Yard\n\nLower Road\nGate 2\nby the canal", company="Acme",
        fax="01 23", email="ship@example.com",
    )  # fmt: skip

    fields = fields_of(order_lines(order))

    assert [fields[f"deliveryAddressLine{number}"] for number in range(1, 7)] == [
        "Unit 3", "Mill Yard", "Lower Road", "Gate 2, by the canal", "Calder", "Michigan",
    ]  # fmt: skip
    assert (fields["deliveryCompanyName"], fields["deliveryFax"]) == ("Acme", "01 23")
    assert fields["deliveryEmailAddress"] == "ship@example.com"
    assert fields["invoiceContactName"] == "Veronica Costello"


def test_an_order_without_a_shipping_address_is_not_sent():
    order = make_order(items=[("A", 1)], increment_id="000000007")
    make_address(order, address_type="billing")

    with pytest.raises(NotExportable, match=r"^Order 000000007 has no shipping address\.$"):
        order_document(order)


def test_an_order_with_nothing_left_is_not_sent():
    order = make_shipped_order(increment_id="000000008")
    make_order_item(order, "A", 1, qty_canceled=1)

    with pytest.raises(NotExportable, match=r"^Order 000000008 has nothing left to despatch\.$"):
        order_document(order)


def test_a_customers_text_cannot_add_a_line():
    order = make_shipped_order(items=[("A", 1)], customer_note="Thanks\norderLine.1.quantity=99")

    lines = order_lines(order)

    assert "orderLine.1.quantity=99" not in lines
    assert "customerComment=Thanks orderLine.1.quantity=99" in lines
