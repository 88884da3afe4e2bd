"""Values per store view by REST: what an address shows and writes, as in Magento."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product, ProductWebsite, StoreValue
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.restapi.bulk.cron import carry_out_bulks
from tests.factories import make_product, make_store, make_user, make_website

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Client:
    """Return a client that may read and write products."""
    user = make_user(rights=[PRODUCTS_VIEW, CATALOG_PRODUCTS])
    return Client(headers={"Authorization": f"Bearer {grant_token(user)}"})


@pytest.fixture(autouse=True)
def views() -> dict[str, Any]:
    """Make two views of the default website and one of another."""
    base = make_website(code="base", is_default=True)
    other = make_website(code="other", sort_order=1)
    return {
        "en": make_store(base, code="en"),
        "de": make_store(base, code="de", sort_order=1),
        "fr": make_store(other, code="fr"),
    }


def attribute(code: str, value: Any) -> dict[str, Any]:
    """Return what a product says of one custom attribute."""
    return {"custom_attributes": [{"attribute_code": code, "value": value}]}


def put(shop: Client, store: str, sku: str = "A", **product: Any) -> Any:
    """Change a product at a store's address and return the answer."""
    path = f"/rest/{store}V1/products/{sku}"
    response = shop.put(path, {"product": product}, content_type="application/json")
    assert response.status_code == 200, response.content
    return response.json()


def shown(shop: Client, store: str, sku: str = "A") -> dict[str, Any]:
    """Return a product as an address shows it, its attributes by code among its fields."""
    document = shop.get(f"/rest/{store}V1/products/{sku}").json()
    attributes = {each["attribute_code"]: each["value"] for each in document["custom_attributes"]}
    return {**attributes, **document}


def names(shop: Client) -> list[str]:
    """Return a product's name in every view, the default values last."""
    return [shown(shop, store)["name"] for store in ("en/", "de/", "fr/", "all/")]


def test_a_value_belongs_to_the_view_it_was_written_in(shop):
    make_product("A", name="Bag")

    answer = put(shop, "de/", name="Tasche")

    assert answer["name"] == "Tasche"
    assert names(shop) == ["Bag", "Tasche", "Bag", "Bag"]


def test_without_a_store_it_is_the_default_view_and_all_means_the_default_values(shop):
    make_product("A", name="Bag")

    put(shop, "", name="Satchel")
    put(shop, "default/", **attribute("description", "Leather"))
    put(shop, "all/", name="Purse")

    assert names(shop) == ["Satchel", "Purse", "Purse", "Purse"]
    assert shown(shop, "")["name"] == shown(shop, "default/")["name"] == "Satchel"
    assert (shown(shop, "")["description"], "description" in shown(shop, "all/")) == (
        "Leather",
        False,
    )


def test_a_view_is_named_by_its_id_too(shop, views):
    make_product("A", name="Mug")
    put(shop, "de/", name="Becher")
    path = "/rest/fr/V1/products/A"

    names = [
        shop.get(f"{path}?storeId={store}").json()["name"]
        for store in (views["de"].pk, views["en"].pk, 0, "")
    ]

    assert names == ["Becher", "Mug", "Mug", "Mug"]
    assert shop.get(f"{path}?storeId=de").status_code == 400


def test_only_what_is_given_is_the_views_own(shop):
    make_product("A", name="Bag", description="Old")
    put(shop, "de/", name="Tasche")

    put(shop, "all/", name="Purse", **attribute("description", "New"))

    assert (shown(shop, "de/")["name"], shown(shop, "de/")["description"]) == ("Tasche", "New")


def test_null_goes_back_to_the_default_value_and_an_empty_text_is_a_value(shop):
    make_product("A", name="Bag", custom_attributes={"meta_title": "Bags"})
    put(shop, "de/", name="Tasche", **attribute("meta_title", ""))
    assert "meta_title" not in shown(shop, "de/")

    put(shop, "de/", name=None, **attribute("meta_title", None))

    assert (shown(shop, "de/")["name"], shown(shop, "de/")["meta_title"]) == ("Bag", "Bags")
    assert not StoreValue.objects.exists()


def test_a_status_is_the_whole_websites_and_a_price_and_a_weight_everybodys(shop):
    make_product("A", name="Bag")

    put(shop, "de/", status=2, price=7, weight=3)

    assert [shown(shop, f"{store}/")["status"] for store in ("en", "de", "fr", "all")] == [
        2, 2, 1, 1,
    ]  # fmt: skip
    assert (shown(shop, "fr/")["price"], shown(shop, "fr/")["weight"]) == (7, 3)


def test_a_new_product_begins_with_default_values_whatever_the_address(shop):
    put(shop, "de/", name="Tasche")

    assert names(shop) == ["Tasche"] * 4
    assert not StoreValue.objects.exists()


def test_who_saves_what_he_has_read_changes_nothing(shop):
    make_product("A", name="Bag", description="Leather")
    put(shop, "de/", name="Tasche")
    document = shop.get("/rest/de/V1/products/A").json()

    put(shop, "de/", **document)

    assert list(StoreValue.objects.values_list("attribute", "value")) == [("name", "Tasche")]


def test_a_value_that_does_not_fit_is_refused(shop):
    make_product("A", name="Bag")

    response = shop.put(
        "/rest/de/V1/products/A",
        {"product": {"sku": "A", "status": 7, "name": "Tasche"}},
        content_type="application/json",
    )

    assert response.status_code == 400
    assert response.json()["parameters"]["fieldName"] == "status"
    assert not StoreValue.objects.exists()


def test_lists_show_a_views_values_with_as_many_queries_for_many(shop):
    for number in range(3):
        make_product(f"A{number}", name="Bag")
        put(shop, "de/", sku=f"A{number}", name=f"Tasche {number}")
    path = "/rest/de/V1/products?searchCriteria[sortOrders][0][field]=sku&fields=items[name]"

    def count(size: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            items = shop.get(f"{path}&searchCriteria[pageSize]={size}").json()["items"]
        assert {item["name"] for item in items} <= {"Tasche 0", "Tasche 1", "Tasche 2"}
        return len(queries)

    assert count(1) == count(3)


def test_a_shop_of_one_view_has_default_values_only(shop, views):
    views["de"].delete()
    views["fr"].delete()
    make_product("A", name="Bag")

    put(shop, "", name="Satchel")

    assert Product.objects.get().name == "Satchel"


def test_a_views_values_go_with_it(shop, views):
    make_product("A", name="Bag")
    put(shop, "de/", name="Tasche")

    views["de"].delete()

    assert not StoreValue.objects.exists()


def test_a_bulk_call_writes_the_values_of_its_address(shop):
    make_product("A", name="Bag")

    shop.post(
        "/rest/de/async/bulk/V1/products",
        [{"product": {"sku": "A", "name": "Tasche"}}],
        content_type="application/json",
    )
    carry_out_bulks()

    assert names(shop) == ["Bag", "Tasche", "Bag", "Bag"]


@pytest.mark.parametrize(
    ("store", "pending"),
    [("en", {"base", "other"}), ("de", {"base"}), ("fr", {"other"}), ("all", {"base", "other"})],
)
def test_the_instances_that_get_to_see_a_views_value_are_told_of_it(shop, views, store, pending):
    product = make_product("A", name="Bag")
    for website in (views["en"].website, views["fr"].website):
        ProductWebsite.objects.create(product=product, website=website)
    ProductWebsite.objects.update(orderflow_export_status=ExportStatus.EXPORTED)
    Product.objects.all().write_export_state(status=ExportStatus.EXPORTED)

    put(shop, f"{store}/", name="Something else")

    rows = ProductWebsite.objects.filter(orderflow_export_status=ExportStatus.PENDING)
    assert set(rows.values_list("website__code", flat=True)) == pending
    product.refresh_from_db()
    assert product.orderflow_export_status == ExportStatus.PENDING


def test_a_website_that_names_a_view_as_its_own_is_told_of_it(shop, views):
    product = make_product("A", name="Bag")
    website = views["fr"].website
    write_settings(ProductExport, {"store_id": views["de"].pk}, website=website)
    row = ProductWebsite.objects.create(product=product, website=website)
    ProductWebsite.objects.update(orderflow_export_status=ExportStatus.EXPORTED)

    put(shop, "de/", name="Tasche")

    row.refresh_from_db()
    assert row.orderflow_export_status == ExportStatus.PENDING
