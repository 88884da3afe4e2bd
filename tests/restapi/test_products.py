"""Products by REST: read, created, changed in part, deleted; their websites and stock."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCT_STOCK, PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Category, Product, ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import (
    make_order,
    make_product,
    make_source_item,
    make_user,
    make_website,
)

pytestmark = pytest.mark.django_db

URL = "/rest/V1/products"


@pytest.fixture
def shop() -> Client:
    """Return a client that may read and write products and see their stock."""
    user = make_user(rights=[PRODUCTS_VIEW, CATALOG_PRODUCTS, PRODUCT_STOCK])
    return Client(headers={"Authorization": f"Bearer {grant_token(user)}"})


def _send(shop: Client, method: str, path: str, body: Any) -> Any:
    return getattr(shop, method)(path, body, content_type="application/json")


def _exported(sku: str = "A", **values: Any) -> Product:
    """Make a product that OrderFlow has fetched."""
    product = make_product(sku, **values)
    ProductWebsite.objects.create(product=product, website=make_website())
    _fetched()
    return product


def _fetched() -> None:
    """Let OrderFlow have fetched every product."""
    ProductWebsite.objects.update(
        orderflow_export_status=ExportStatus.EXPORTED, orderflow_due_at=None
    )
    Product.objects.all().write_export_state(status=ExportStatus.EXPORTED)


def _status(sku: str = "A") -> set[str]:
    product = Product.objects.get(sku=sku)
    rows = product.website_links.values_list("orderflow_export_status", flat=True)
    return {product.orderflow_export_status, *rows}


def _attributes(document: Any) -> dict[str, Any]:
    return {each["attribute_code"]: each["value"] for each in document["custom_attributes"]}


def test_a_product_is_created_with_all_that_belongs_to_it(shop: Client) -> None:
    website, category = make_website(), Category.objects.create(name="Bags")
    body: dict[str, Any] = {
        "product": {
            "sku": "24-MB01",
            "name": "Joust Duffle Bag",
            "attribute_set_id": 15,
            "price": 34,
            "status": 1,
            "visibility": 4,
            "type_id": "simple",
            "weight": "0.9",
            "extension_attributes": {
                "website_ids": [website.pk],
                "category_links": [{"position": 3, "category_id": str(category.pk)}],
                "stock_item": {"qty": "100", "is_in_stock": True},
            },
            "product_links": [
                {
                    "sku": "24-MB01",
                    "link_type": "related",
                    "linked_product_sku": "24-MB02",
                    "linked_product_type": "simple",
                    "position": 1,
                }
            ],
            "tier_prices": [{"customer_group_id": 0, "qty": 10, "value": 30.5}],
            "custom_attributes": [
                {"attribute_code": "description", "value": "<p>Roomy</p>"},
                {"attribute_code": "barcode", "value": "4006381333931"},
                {"attribute_code": "weight_units", "value": "kg"},
                {"attribute_code": "length", "value": "30.5"},
                {"attribute_code": "tax_class_id", "value": "2"},
                {"attribute_code": "color", "value": "49"},
                {"attribute_code": "activity", "value": ["11", "12"]},
            ],
        },
        "saveOptions": True,
    }

    answer = _send(shop, "post", URL, body).json()

    product = Product.objects.get(sku="24-MB01")
    assert (product.price, product.weight, product.barcode, product.length) == (
        Decimal(34),
        Decimal("0.9"),
        "4006381333931",
        Decimal("30.5"),
    )
    assert answer["id"] == product.pk
    assert answer["price"] == 34
    assert answer["tier_prices"] == [{"customer_group_id": 0, "qty": 10, "value": 30.5}]
    assert answer["product_links"] == body["product"]["product_links"]
    extension = answer["extension_attributes"]
    assert extension["website_ids"] == [website.pk]
    assert extension["category_links"] == [{"position": 3, "category_id": str(category.pk)}]
    assert (extension["stock_item"]["qty"], extension["stock_item"]["is_in_stock"]) == (100, True)
    attributes = _attributes(answer)
    assert attributes["activity"] == ["11", "12"]
    assert attributes["tax_class_id"] == "2"
    assert attributes["category_ids"] == [str(category.pk)]
    assert attributes["orderflow_export_status"] == "Pending"


def test_only_given_keys_change(shop: Client) -> None:
    make_product("A", price=Decimal(10), description="Old", custom_attributes={"color": "red"})

    _send(shop, "put", f"{URL}/A", {"product": {"name": "New"}})

    product = Product.objects.get()
    assert (product.name, product.price, product.description) == ("New", Decimal(10), "Old")
    assert product.custom_attributes == {"color": "red"}


def test_null_empties_what_may_be_empty(shop: Client) -> None:
    make_product("A", weight=Decimal(2), custom_attributes={"color": "red", "size": "L"})
    given = {"weight": None, "custom_attributes": [{"attribute_code": "color", "value": None}]}

    _send(shop, "put", f"{URL}/A", {"product": given})

    product = Product.objects.get()
    assert (product.weight, product.custom_attributes) == (None, {"size": "L"})


def test_camel_case_is_understood(shop: Client) -> None:
    make_product("A")
    attribute = {"attributeCode": "color", "value": "red"}

    _send(
        shop, "put", f"{URL}/A", {"product": {"typeId": "virtual", "customAttributes": [attribute]}}
    )

    product = Product.objects.get()
    assert (product.type_id, product.custom_attributes) == ("virtual", {"color": "red"})


def test_the_sku_of_the_address_counts(shop: Client) -> None:
    make_product("A/B 1")

    answer = _send(shop, "put", f"{URL}/A%2FB%201", {"product": {"sku": "C", "name": "New"}})

    assert answer.json()["sku"] == "A/B 1"
    assert Product.objects.get().name == "New"


def test_a_change_makes_the_product_pending(shop: Client) -> None:
    _exported()

    _send(shop, "put", f"{URL}/A", {"product": {"price": 11}})

    assert _status() == {ExportStatus.PENDING}


def test_saving_what_was_read_changes_nothing(shop: Client) -> None:
    product = _exported(
        price=Decimal("10.5"),
        image="/a/b.jpg",
        tax_class_id=2,
        custom_attributes={"color": 49, "sizes": ["S", "M"], "is_new": True},
    )
    category = Category.objects.create(name="Bags")
    product.category_links.create(category=category)
    make_source_item(product, 5)
    _fetched()
    before = Product.objects.values().get()
    document = shop.get(f"{URL}/A").json()

    answer = _send(shop, "put", f"{URL}/A", {"product": document})

    assert answer.json() == document
    assert Product.objects.values().get() == before
    assert _status() == {ExportStatus.EXPORTED}


def test_a_quantity_makes_nothing_pending(shop: Client) -> None:
    _exported()
    given = {"extension_attributes": {"stock_item": {"qty": 7}}}

    answer = _send(shop, "put", f"{URL}/A", {"product": given})

    item = SourceItem.objects.get()
    assert (item.source_id, item.quantity, item.status) == ("default", Decimal(7), 1)
    assert answer.json()["extension_attributes"]["stock_item"]["qty"] == 7
    assert _status() == {ExportStatus.EXPORTED}


def test_a_configurable_takes_a_stock_item_and_holds_none(shop: Client) -> None:
    given = {
        "sku": "A",
        "name": "A",
        "type_id": "configurable",
        "extension_attributes": {"stock_item": {"qty": 7, "is_in_stock": True}},
    }

    assert _send(shop, "post", URL, {"product": given}).status_code == 200
    assert not SourceItem.objects.exists()


def test_stock_is_shown_only_to_who_may_see_it() -> None:
    make_source_item("A", 5)
    token = grant_token(make_user(rights=[PRODUCTS_VIEW, CATALOG_PRODUCTS]))

    answer = Client(headers={"Authorization": f"Bearer {token}"}).get(f"{URL}/A").json()

    assert "stock_item" not in answer["extension_attributes"]


def test_where_a_product_stands_with_orderflow_is_not_for_callers_to_say(shop: Client) -> None:
    at = datetime(2017, 3, 22, tzinfo=UTC)
    _exported()
    given = [
        {"attribute_code": "orderflow_export_status", "value": "Failed"},
        {"attribute_code": "orderflow_export_date", "value": "2017-03-22 00:00:00"},
    ]

    _send(shop, "put", f"{URL}/A", {"product": {"custom_attributes": given}})

    product = Product.objects.get()
    assert product.orderflow_export_status == ExportStatus.EXPORTED
    assert product.orderflow_export_date != at


def test_reading_never_changes_where_a_product_stands(shop: Client) -> None:
    make_product("A")
    before = Product.objects.values().get()

    assert _attributes(shop.get(f"{URL}/A").json())["orderflow_export_status"] == "Pending"
    assert shop.get(f"{URL}?searchCriteria").json()["total_count"] == 1

    assert Product.objects.values().get() == before


@pytest.mark.parametrize(
    ("given", "message", "parameters"),
    [
        ({"name": "A"}, '"%field" can not be empty.', {"field": "sku"}),
        ({"sku": "A"}, '"%field" can not be empty.', {"field": "name"}),
        (
            {"sku": "A", "name": "A", "status": 9},
            'Invalid value of "%value" provided for the %fieldName field.',
            {"fieldName": "status", "value": "9"},
        ),
        (
            {"sku": "A", "name": "A", "extension_attributes": {"stock_item": {"qty": 10**9}}},
            'Invalid value of "%value" provided for the %fieldName field.',
            {"fieldName": "qty", "value": "1000000000"},
        ),
        (
            {"sku": "A", "name": "A", "extension_attributes": {"website_ids": [999]}},
            "The website with id %id that was requested wasn't found. Verify the website.",
            {"id": 999},
        ),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_saved(
    shop: Client, given: Any, message: str, parameters: Any
) -> None:
    answer = _send(shop, "post", URL, {"product": given})

    assert answer.status_code == 400
    assert answer.json() == {"message": message, "parameters": parameters}
    assert not Product.objects.exists()


def test_a_body_without_a_product_is_refused(shop: Client) -> None:
    answer = _send(shop, "post", URL, {"sku": "A"})

    assert answer.json()["parameters"] == {"fieldName": "product"}


def test_a_deleted_product_is_gone_and_its_orders_are_not(shop: Client) -> None:
    order = make_order(items=[("A", 1)])

    assert shop.delete(f"{URL}/A").json() is True
    assert shop.get(f"{URL}/A").status_code == 404
    assert order.items.get().sku == "A"
