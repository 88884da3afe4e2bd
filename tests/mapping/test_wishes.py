"""An agency's usual wishes, in the document that OrderFlow gets (docs/extending.md, "Recipes")."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import prefetch_related_objects
from django.test.utils import CaptureQueriesContext

from exports.cron import export_orders_create, export_products_create
from exports.documents import mapping_lookups, order_document
from orderflow_bridge.carriers.models import MappedMethod
from orderflow_bridge.catalog.models import Category, Product, ProductCategory, ProductRelation
from orderflow_bridge.configuration.sections import ExportMode, OrderExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.mapping.rows import Part
from orderflow_bridge.sales.models import Order
from tests.exports.documents import fields_of, lines_of
from tests.exports.shop import lines, make_due_orders, make_due_products, make_shop
from tests.factories import make_address
from tests.fakes import FakeOrderFlow
from tests.mapping.rows import change

pytestmark = pytest.mark.django_db

PUSH = {"mode": ExportMode.PUSH}


def pushed_product(orderflow: FakeOrderFlow, **values) -> dict[str, str]:
    """Return the fields of a product's document as OrderFlow gets it."""
    make_due_products(make_shop(orderflow, products=PUSH), 1, **values)
    export_products_create()
    [heard] = orderflow.heard
    return fields_of(lines_of(heard.body))


def pushed_order(orderflow: FakeOrderFlow, *, company: str = "", **values) -> dict[str, str]:
    """Return the fields of an order's document as OrderFlow gets it."""
    website = make_shop(orderflow, orders=PUSH)
    [order] = make_due_orders(website, 1, **{"items": [("24-MB01", 1)], **values})
    for kind in ("shipping", "billing"):
        make_address(order, address_type=kind, company=company, street="Mill Yard\nUnit 3")
    export_orders_create()
    [heard] = orderflow.heard
    return fields_of(lines_of(heard.body))


def test_the_barcode_comes_from_another_attribute_and_else_from_its_own_field(orderflow):
    change(Part.PRODUCT, "barcode", field="product.ean", default="none")

    fields = pushed_product(orderflow, barcode="1", custom_attributes={"ean": "5012345678900"})

    assert fields["barcode"] == "5012345678900"


def test_the_description_is_name_plus_colour(orderflow):
    change(Part.PRODUCT, "description", template="{{ [product.name, product.colour]|join(', ') }}")

    fields = pushed_product(orderflow, name="Joust Bag", custom_attributes={"colour": "blue"})

    assert fields["description"] == "Joust Bag, blue"


def test_the_weight_is_sent_in_grams(orderflow):
    change(Part.PRODUCT, "weight", template="{{ product.weight * 1000 }}", decimals=0)
    change(Part.PRODUCT, "weightUnits", constant="g")

    fields = pushed_product(orderflow, weight=Decimal("1.2345"), weight_units="kg")

    assert (fields["weight"], fields["weightUnits"]) == ("1235", "g")


def test_the_gift_message_is_the_delivery_instruction_where_there_is_one(orderflow):
    change(
        Part.SHIPMENT, "deliveryInstruction",
        template="Card: {{ gift.message }}", when="gift.message",
    )  # fmt: skip
    gift = {"sender": "Ann", "recipient": "Bob", "message": "Happy\nbirthday"}

    fields = pushed_order(
        orderflow, extra={"extension_attributes": {"gift_message": gift}}, customer_note="Ring"
    )

    assert fields["shipment.deliveryInstruction"] == "Card: Happy birthday"


def test_without_a_gift_message_the_delivery_instruction_is_the_systems(orderflow):
    change(
        Part.SHIPMENT, "deliveryInstruction",
        template="Card: {{ gift.message }}", when="gift.message",
    )  # fmt: skip

    fields = pushed_order(orderflow, customer_note="Ring twice")

    assert fields["shipment.deliveryInstruction"] == "Ring twice"


@pytest.mark.parametrize(("method", "priority"), [("express_24", "1"), ("flatrate", None)])
def test_express_shipping_has_priority(orderflow, method, priority):
    change(Part.SHIPMENT, "priority", constant="1", when="'express' in order.shipping_method")

    fields = pushed_order(orderflow, shipping_method=method)

    assert fields.get("shipment.priority") == priority


@pytest.mark.parametrize("company", ["Acme", ""])
def test_the_company_comes_first_in_the_address(orderflow, company):
    change(Part.ADDRESS, "addressLine1", field="address.company")
    change(Part.ADDRESS, "addressLine2", field="system.addressLine1")
    change(Part.ADDRESS, "addressLine3", field="system.addressLine2")
    change(
        Part.ADDRESS, "addressLine4",
        template="{{ [system.addressLine3, system.addressLine4]|join(', ') }}",
    )  # fmt: skip
    expected = [*([company] if company else []), "Mill Yard", "Unit 3", "Calder"]

    fields = pushed_order(orderflow, company=company)

    for kind in ("delivery", "invoice"):
        sent = [fields.get(f"{kind}AddressLine{n}") for n in range(1, len(expected) + 1)]
        assert sent == expected


def test_a_custom_field_has_the_customer_group(orderflow):
    change(
        Part.ORDER, "customerGroup",
        template="{% if order.customer_group_id == 2 %}Wholesale{% else %}Retail{% endif %}",
    )  # fmt: skip

    assert pushed_order(orderflow, customer_group_id=2)["customerGroup"] == "Wholesale"


def test_fields_of_parents_categories_and_the_last_of_many_are_taken(orderflow):
    change(Part.PRODUCT, "brand", field="parent.brand")
    change(Part.PRODUCT, "category", field="categories.last.name")
    change(Part.PRODUCT, "allCategories", field="categories.name", length=8)
    change(Part.PRODUCT, "isNew", field="product.is_new", yes="new", no="old")
    change(Part.PRODUCT, "since", field="product.news_from_date", date="%d.%m.%Y")
    change(Part.PRODUCT, "magentoType", use="off")
    website = make_shop(orderflow, products=PUSH)
    attributes = {"is_new": "1", "news_from_date": "2026-11-30 10:00:00"}
    [product] = make_due_products(website, 1, custom_attributes=attributes)
    parent = Product.objects.create(
        sku="P", name="P", type_id="configurable", custom_attributes={"brand": "Joust"}
    )
    ProductRelation.objects.create(parent=parent, child=product)
    for place, name in enumerate(("Bags", "Sale")):
        category = Category.objects.create(name=name)
        ProductCategory.objects.create(product=product, category=category, position=place)
    Product.objects.filter(pk=product.pk).mark_pending()

    export_products_create()

    fields = fields_of(lines_of(orderflow.heard[0].body))
    assert (fields["brand"], fields["category"], fields["allCategories"]) == (
        "Joust", "Sale", "Bags, Sa",
    )  # fmt: skip
    assert (fields["isNew"], fields["since"]) == ("new", "30.11.2026")
    assert "magentoType" not in fields


def test_lines_of_an_order_are_mapped_by_their_products(orderflow):
    change(Part.ORDER_LINE, "shelf", field="product.storage_types", when="item.qty_ordered > 1")

    website = make_shop(orderflow, orders=PUSH)
    make_due_products(website, 1, sku="A", storage_types="cold")
    [order] = make_due_orders(website, 1, items=[("A", 2), ("A", 1)])
    make_address(order)
    export_orders_create()

    fields = fields_of(lines_of(orderflow.heard[-1].body))
    assert fields["orderLine.1.shelf"] == "cold"
    assert "orderLine.2.shelf" not in fields


def test_a_row_that_makes_no_value_fails_its_product_alone_and_says_which_row_it_is(orderflow):
    change(Part.PRODUCT, "weight", template="{{ product.weight * product.factor }}")
    website = make_shop(orderflow, products=PUSH)
    bad, good = make_due_products(website, 2, weight=Decimal(2), custom_attributes={"factor": 3})
    Product.objects.filter(pk=bad.pk).update(custom_attributes={})

    export_products_create()

    [heard] = orderflow.heard
    assert fields_of(lines_of(heard.body))["externalReference"] == good.sku
    [told] = [reason for reference, _, reason in lines() if reference == bad.sku]
    assert told == (
        f"Product {bad.sku} cannot be written. The mapping of weight (Product) makes no value:"
        " The template cannot be written: “nothing” is no number."
    )


def test_the_shipping_maps_value_stands_where_a_rows_condition_does_not_hold(orderflow):
    MappedMethod.objects.create(method="flatrate", priority=3)
    change(Part.SHIPMENT, "priority", constant="1", when="order.grand_total > 100")
    write_settings(OrderExport, {"map_shipping_methods": True})

    fields = pushed_order(orderflow, shipping_method="flatrate", grand_total=Decimal(5))

    assert fields["shipment.priority"] == "3"


def test_four_orders_more_take_no_statement_more(orderflow):
    change(Part.ORDER_LINE, "shelf", field="product.storage_types")
    change(Part.ORDER, "view", field="store.name")
    website = make_shop(orderflow, orders=PUSH)
    counts = []
    for number in (1, 4):
        for order in make_due_orders(website, number, items=[("A", 1)]):
            make_address(order)
        ids = list(Order.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            found = list(Order.objects.select_related("website", "payment").filter(pk__in=ids))
            prefetch_related_objects(found, "addresses", "items", *mapping_lookups(website))
            documents = [order_document(order) for order in found]
        counts.append(len(queries))
        assert len(documents) == len(ids)

    assert counts[1] <= counts[0]  # the first also reads settings and rows
