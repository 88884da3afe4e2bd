"""Products are searched and sorted by what the address shows of them, as in Magento."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from orderflow_bridge.access.rights import PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product, StoreValue
from orderflow_bridge.catalog.scopes import PER_VIEW
from orderflow_bridge.stores.models import Store
from tests.factories import make_product, make_store, make_user, make_website

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Client:
    """Return a client that may read products."""
    user = make_user(rights=[PRODUCTS_VIEW])
    return Client(headers={"Authorization": f"Bearer {grant_token(user)}"})


@pytest.fixture
def german() -> Store:
    """Return the second of the default website's two views."""
    base = make_website(code="base", is_default=True)
    make_store(base, code="en")
    return make_store(base, code="de", sort_order=1)


def own(view: Store, product: Product, **values: Any) -> None:
    """Give a view values of its own."""
    for code, value in values.items():
        StoreValue.objects.create(product=product, store=view, attribute=code, value=value)


def found(shop: Client, store: str, field: str, value: str, how: str = "eq") -> list[str]:
    """Return the SKUs that a search at a store's address finds, in their order."""
    group = "searchCriteria[filterGroups][0][filters][0]"
    criteria = {f"{group}[field]": field, f"{group}[value]": value, f"{group}[conditionType]": how}
    return listed(shop, store, **criteria)


def listed(shop: Client, store: str, **criteria: str) -> list[str]:
    """Return the SKUs of a list at a store's address."""
    query = urlencode({"searchCriteria[pageSize]": "50", **criteria})
    answer = shop.get(f"/rest/{store}/V1/products?{query}")
    assert answer.status_code == 200, answer.content
    return [each["sku"] for each in answer.json()["items"]]


def test_a_product_is_found_by_the_name_that_the_view_shows(shop, german):
    own(german, make_product("A", name="Bag"), name="Tasche")
    make_product("B", name="Bag")

    assert found(shop, "de", "name", "Tasche") == ["A"]
    assert found(shop, "de", "name", "Bag") == ["B"]
    assert found(shop, "de", "name", "%a%", "like") == ["A", "B"]
    assert found(shop, "en", "name", "Bag") == ["A", "B"]
    assert found(shop, "all", "name", "Tasche") == []


def test_an_attribute_and_a_choice_are_those_of_the_view(shop, german):
    bag = make_product("A", custom_attributes={"url_key": "bag"})
    own(german, bag, url_key="tasche", visibility=1, status=2)
    make_product("B", custom_attributes={"url_key": "belt"})

    assert found(shop, "de", "url_key", "tasche") == ["A"]
    assert found(shop, "de", "url_key", "bag,belt", "in") == ["B"]
    assert found(shop, "de", "visibility", "1") == ["A"]
    assert found(shop, "de", "status", "1,9", "in") == ["B"]
    assert found(shop, "en", "visibility", "1") == []


@pytest.mark.parametrize("code", sorted(PER_VIEW))
def test_whatever_may_differ_by_view_is_found_by_what_the_view_shows(shop, german, code):
    value: Any = 2 if code in ("status", "visibility", "tax_class_id") else "2026-12-24 00:00:00"
    own(german, make_product("A"), **{code: value})

    document = shop.get("/rest/de/V1/products/A").json()
    attributes = {each["attribute_code"]: each["value"] for each in document["custom_attributes"]}
    shown = {**attributes, **document}[code]

    assert found(shop, "de", code, str(shown)) == ["A"]
    assert found(shop, "all", code, str(shown)) == []


def test_an_empty_text_of_the_view_is_no_default_value(shop, german):
    own(german, make_product("A", description="Leather"), description="")

    assert found(shop, "de", "description", "Leather") == []
    assert found(shop, "en", "description", "Leather") == ["A"]


def test_a_list_is_sorted_by_what_the_view_shows(shop, german):
    own(german, make_product("A", name="Alpha"), name="Zeta")
    make_product("B", name="Beta")
    order = {"searchCriteria[sortOrders][0][field]": "name"}

    assert listed(shop, "de", **order, **_ascending()) == ["B", "A"]
    assert listed(shop, "all", **order, **_ascending()) == ["A", "B"]


def _ascending() -> dict[str, str]:
    return {"searchCriteria[sortOrders][0][direction]": "ASC"}
