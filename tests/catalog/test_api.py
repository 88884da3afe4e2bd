"""Products as documents: every field of docs/contract/documents.md, and when it is there."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.documents.products import product_list
from orderflow_bridge.documents.stock import product_documents
from tests import filled
from tests.factories import make_product, make_source, make_source_item, make_website

pytestmark = pytest.mark.django_db


def product_fields(product: Product) -> dict[str, Any]:
    return product_list([product])[0]


def _attributes(document: dict[str, Any]) -> dict[str, Any]:
    return {entry["attribute_code"]: entry["value"] for entry in document["custom_attributes"]}


def test_a_filled_product_has_every_field() -> None:
    product = filled.filled_product()

    [document] = product_documents([product], with_stock=True)

    assert set(filled.PRODUCT_FIELDS) <= document.keys()
    assert set(filled.PRODUCT_ATTRIBUTES) <= _attributes(document).keys()
    assert document["extension_attributes"]["stock_item"].keys() == set(filled.STOCK_ITEM)
    for name in ("product_links", "options", "media_gallery_entries", "tier_prices"):
        assert document[name], name


def test_values_are_written_as_magento_does() -> None:
    product = filled.filled_product()

    document = product_fields(product)

    assert (document["price"], document["weight"]) == (25.89, 10)
    assert document["created_at"] == "2017-03-22 15:25:16"
    attributes = _attributes(document)
    assert attributes["length"] == "1"
    assert attributes["height"] == "3.5"
    assert attributes["tax_class_id"] == "2"
    assert attributes["colours"] == ["3", "4"]
    assert attributes["orderflow_export_status"] == "Queued"
    assert attributes["orderflow_export_date"] == "2017-03-22 15:25:16"
    assert "empty" not in attributes


def test_websites_are_numbers_and_category_ids_are_texts() -> None:
    product = filled.filled_product()

    extension = product_fields(product)["extension_attributes"]

    assert extension["website_ids"] == sorted(product.websites.values_list("pk", flat=True))
    ids = sorted(product.categories.values_list("pk", flat=True))
    assert extension["category_links"] == [{"position": 2, "category_id": str(pk)} for pk in ids]
    assert _attributes(product_fields(product))["category_ids"] == [str(pk) for pk in ids]


def test_the_stock_item_counts_what_lies_at_enabled_sources() -> None:
    product = filled.filled_product()
    make_source_item(product, 1000, source="closed")
    make_source("closed", enabled=False)

    [document] = product_documents([product], with_stock=True)

    stock = document["extension_attributes"]["stock_item"]
    assert stock["qty"] == 91.5
    assert stock["is_in_stock"] is True
    assert stock["low_stock_date"] is None


def test_without_the_right_to_stock_there_is_no_stock_item() -> None:
    [document] = product_documents([filled.filled_product()], with_stock=False)

    assert "stock_item" not in document["extension_attributes"]


def test_a_bare_product_leaves_out_what_it_has_not() -> None:
    document = product_fields(make_product("bare", price=None))

    assert document["sku"] == "bare"
    assert "price" not in document
    assert "weight" not in document
    assert _attributes(document) == {"orderflow_export_status": "Pending"}
    assert document["tier_prices"] == []


def test_a_page_takes_the_same_number_of_queries_however_long_it_is() -> None:
    website = make_website()
    for number in range(5):
        product = make_product(f"P-{number}")
        ProductWebsite.objects.create(product=product, website=website)
        make_source_item(product, 3)

    with CaptureQueriesContext(connection) as captured:
        documents = product_documents(list(Product.objects.order_by("pk")), with_stock=True)

    assert len(captured) == 4  # the products, their websites, categories and stock
    assert [document["sku"] for document in documents] == [f"P-{number}" for number in range(5)]
    assert [d["extension_attributes"]["stock_item"]["qty"] for d in documents] == [3] * 5
