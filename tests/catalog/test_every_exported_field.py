"""Whatever OrderFlow gets of a product, a change of it makes the product Pending.

The fields are those of the documents themselves, so a field that is added to a document and is
forgotten here, or in what is watched, fails a test.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from exports.documents import PRODUCT_ATTRIBUTES, PRODUCT_COLUMNS, product_document
from orderflow_bridge.access.rights import CATALOG_IMAGES, CATALOG_PRODUCTS
from orderflow_bridge.catalog.models import Category, Product, ProductRelation, ProductWebsite
from orderflow_bridge.catalog.querysets import EXPORTED_FIELDS
from orderflow_bridge.catalog.services import refresh_export_status
from orderflow_bridge.client.documents import PRODUCT_KEYS
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.documents.product_records import (
    ATTRIBUTE_COLUMNS,
    PRODUCT,
    PRODUCT_EXTENSION,
)
from orderflow_bridge.documents.stock import product_documents
from tests.factories import make_product, make_website
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db

Change = Callable[[Shop], Any]


def _put(**fields: Any) -> Change:
    return lambda shop: shop.put("products/24-MB01", {"product": {"sku": "24-MB01", **fields}})


def _attribute(code: str, value: Any) -> Change:
    return _put(custom_attributes=[{"attribute_code": code, "value": value}])


def _extension(**fields: Any) -> Change:
    return _put(extension_attributes=fields)


def _rename(shop: Shop) -> None:
    Product.objects.filter(sku="24-MB01").update(sku="24-MB99")


LINK = {
    "sku": "24-MB01", "link_type": "related", "linked_product_sku": "B",
    "linked_product_type": "simple", "position": 1,
}  # fmt: skip
OPTION = {
    "product_sku": "24-MB01", "title": "Gift wrap", "type": "field", "sort_order": 1,
    "is_require": False,
}  # fmt: skip
# What OrderFlow fetches: its fields, and a change of each.
FETCHED: dict[str, Change] = {
    "sku": _rename,
    "name": _put(name="Other"),
    "attribute_set_id": _put(attribute_set_id=9),
    "price": _put(price=11),
    "status": _put(status=2),
    "visibility": _put(visibility=3),
    "type_id": _put(type_id="virtual"),
    "weight": _put(weight=3),
    "product_links": _put(product_links=[LINK]),
    "options": _put(options=[OPTION]),
    "media_gallery_entries": lambda shop: shop.put(
        f"products/24-MB01/media/{Product.objects.get(sku='24-MB01').pk}",
        {"entry": {"media_type": "image", "label": "New", "position": 1, "disabled": False,
                   "types": ["image"]}},
    ),
    "tier_prices": _put(tier_prices=[{"customer_group_id": 0, "qty": 5, "value": 9}]),
    "custom_attributes": _attribute("colour", "red"),
    "website_ids": _extension(website_ids=[1]),
    "category_links": _extension(category_links=[{"category_id": "1", "position": 5}]),
    "description": _attribute("description", "Big"),
    "image": _attribute("image", "/o/t/other.jpg"),
    "tax_class_id": _attribute("tax_class_id", "3"),
    "barcode": _attribute("barcode", "501"),
    "weight_units": _attribute("weight_units", "kg"),
    "length": _attribute("length", "1.5"),
    "width": _attribute("width", "1.5"),
    "height": _attribute("height", "1.5"),
    "area": _attribute("area", "1.5"),
    "volume": _attribute("volume", "1.5"),
    "storage_types": _attribute("storage_types", "shelf"),
    "tax_code": _attribute("tax_code", "T1"),
}  # fmt: skip
# Our own numbers and times, where the product stands, and stock, which OrderFlow itself brings.
NO_NEWS = {
    "id", "created_at", "updated_at", "orderflow_export_status", "orderflow_export_date",
    "stock_item", "extension_attributes",
}  # fmt: skip
# What is pushed: OrderFlow's keys, and the change of the above, or one of its own, behind each.
PUSHED: dict[str, Change] = {
    "externalReference": _rename,
    "description": FETCHED["name"],
    "barcode": FETCHED["barcode"],
    "imageReference": FETCHED["image"],
    "weight": FETCHED["weight"],
    "weightUnits": FETCHED["weight_units"],
    "physicalStorageTypes": FETCHED["storage_types"],
    "category": lambda shop: Category.objects.filter(pk=1).update(name="Gear"),
    "priceNet": FETCHED["price"],
    "sellable": FETCHED["status"],
    "priceGross": FETCHED["price"],
    "tax": _attribute("tax", "20"),
    "taxCode": FETCHED["tax_code"],
    "currency": _attribute("currency", "EUR"),
    "length": FETCHED["length"],
    "width": FETCHED["width"],
    "height": FETCHED["height"],
    "area": FETCHED["area"],
    "volume": FETCHED["volume"],
    "magentoType": FETCHED["type_id"],
}


@pytest.fixture
def shop() -> Shop:
    """Return a client that may write products, among them 24-MB01, which OrderFlow has got."""
    Category.objects.create(pk=1, name="Bags")
    for pk in (1, 2):
        make_website(pk=pk)
    product = make_product("24-MB01", image="/m/b/mb01.jpg", price=10)
    product.websites.set((1, 2))
    product.categories.add(1)
    write_settings(ProductExport, {"include_image_field": True})
    _settle()
    return Shop(CATALOG_IMAGES, CATALOG_PRODUCTS)


def _settle() -> None:
    ProductWebsite.objects.update(
        orderflow_export_status="Exported", orderflow_due_at=None, orderflow_attempts=2,
        orderflow_export_date=timezone.now(),
    )  # fmt: skip
    refresh_export_status(Product.objects.values_list("pk", flat=True))


def _product() -> Product:
    return Product.objects.get(sku__in=("24-MB01", "24-MB99"))


def _fetched() -> dict[str, Any]:
    [document] = product_documents([_product()], with_stock=False)
    attributes = document.pop("custom_attributes")
    ours = ("updated_at", "orderflow_export_status", "orderflow_export_date")
    kept = {name: value for name, value in document.items() if name not in ours}
    return kept | {
        f"attribute {each['attribute_code']}": each["value"]
        for each in attributes
        if each["attribute_code"] not in ours
    }


def _statuses() -> tuple[str, set[str]]:
    rows = ProductWebsite.objects.filter(product=_product())
    return (
        _product().orderflow_export_status,
        set(rows.values_list("orderflow_export_status", flat=True)),
    )


def test_every_field_that_is_fetched_is_walked_here() -> None:
    fields = {*PRODUCT.fields, *PRODUCT_EXTENSION.fields, *ATTRIBUTE_COLUMNS}

    assert fields == FETCHED.keys() | NO_NEWS


def test_every_key_that_is_pushed_is_walked_here() -> None:
    ours = {key for _, key in (*PRODUCT_COLUMNS, *PRODUCT_ATTRIBUTES)}

    assert {*PRODUCT_KEYS, *ours} == PUSHED.keys()
    assert {column for column, _ in PRODUCT_COLUMNS} <= EXPORTED_FIELDS


@pytest.mark.parametrize("field", FETCHED)
def test_a_change_of_what_is_fetched_makes_the_product_pending(shop: Shop, field: str) -> None:
    before = _fetched()

    FETCHED[field](shop)

    assert _fetched() != before
    assert _statuses() == ("Pending", {"Pending"})


@pytest.mark.parametrize("key", PUSHED)
def test_a_change_of_what_is_pushed_makes_the_product_pending(shop: Shop, key: str) -> None:
    website = _product().websites.get(pk=1)
    before = product_document(_product(), website)

    PUSHED[key](shop)

    after = product_document(_product(), website)
    assert {**after.fields, "externalReference": after.reference}.get(key) != {
        **before.fields, "externalReference": before.reference,
    }.get(key)  # fmt: skip
    assert _statuses() == ("Pending", {"Pending"})


COLUMNS = {column.name for column in Product._meta.get_fields()} & EXPORTED_FIELDS


@pytest.mark.parametrize("field", sorted(COLUMNS))
def test_a_change_of_a_column_counts_through_any_queryset(shop: Shop, field: str) -> None:
    Product.objects.filter(pk=_product().pk).update(**{field: _value_for(field)})

    assert _statuses() == ("Pending", {"Pending"})


def _value_for(field: str) -> Any:
    values = {"sku": "24-MB99", "type_id": "virtual", "custom_attributes": {"colour": "red"}}
    return values.get(field, "7")


def test_a_website_that_is_left_is_a_change_for_the_others(shop: Shop) -> None:
    shop.delete("products/24-MB01/websites/2")

    assert _statuses() == ("Pending", {"Pending"})
    assert ProductWebsite.objects.get().orderflow_due_at is not None


def test_a_row_that_is_deleted_by_itself_is_a_change(shop: Shop) -> None:
    ProductWebsite.objects.get(website=2).delete()

    assert _statuses() == ("Pending", {"Pending"})


def test_a_website_that_is_joined_is_a_change_for_the_others(shop: Shop) -> None:
    make_website(pk=3)

    shop.put(
        "products/24-MB01/websites", {"productWebsiteLink": {"sku": "24-MB01", "website_id": 3}}
    )

    assert _statuses() == ("Pending", {"Pending"})


def test_a_row_that_moves_to_another_website_begins_anew(shop: Shop) -> None:
    row = ProductWebsite.objects.get(website=2)

    row.website_id = make_website(pk=3).pk
    row.save()

    row.refresh_from_db()
    assert (row.orderflow_export_status, row.orderflow_export_date) == ("Pending", None)
    assert _statuses() == ("Pending", {"Pending"})


def test_a_category_that_is_deleted_is_a_change_of_its_products(shop: Shop) -> None:
    Category.objects.filter(pk=1).delete()

    assert _statuses() == ("Pending", {"Pending"})


@pytest.mark.parametrize("how", ["picture", "type", "queryset", "deleted", "deleted queryset"])
def test_a_variant_shows_its_parents_picture(shop: Shop, how: str) -> None:
    Product.objects.filter(sku="24-MB01").update(image="")
    parent = make_product("P", type_id="configurable", image="/p/a/parent.jpg")
    ProductRelation.objects.create(parent=parent, child=_product())
    _settle()

    match how:
        case "picture":
            shop.put("products/P", {"product": {"sku": "P", "custom_attributes": [
                {"attribute_code": "image", "value": "/n/e/new.jpg"}]}})  # fmt: skip
        case "type":
            shop.put("products/P", {"product": {"sku": "P", "type_id": "simple"}})
        case "queryset":
            Product.objects.filter(sku="P").update(image="/n/e/new.jpg")
        case "deleted":
            parent.delete()
        case "deleted queryset":
            Product.objects.filter(sku="P").delete()

    assert _statuses() == ("Pending", {"Pending"})


def test_a_stock_figure_is_no_change(shop: Shop) -> None:
    shop.put(
        "products/24-MB01",
        {"product": {"sku": "24-MB01", "extension_attributes": {"stock_item": {"qty": 7}}}},
    )

    assert _statuses() == ("Exported", {"Exported"})
