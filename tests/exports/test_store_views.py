"""Which store view's values OrderFlow gets of a product: by fetches, lists and pushes."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from exports.cron import export_products_create
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import write_settings
from tests.exports.shop import make_due_products, make_shop
from tests.factories import make_product, make_store, make_user, make_website
from tests.fakes import Answer
from tests.soapapi.posting import PRODUCTS, call, post

pytestmark = pytest.mark.django_db
SKU = "<sku>BAG</sku>"
EVERYTHING = "<searchCriteria/>"


@pytest.fixture
def key() -> str:
    """A token of a user who may fetch."""
    user: User = make_user("orderflow", rights=[ORDERFLOW_IMPORT, PRODUCTS_VIEW])
    return grant_token(user)


@pytest.fixture
def views() -> dict[str, Any]:
    """Make a product that is called otherwise in each of two views."""
    website = make_website(code="base", is_default=True)
    views = {"en": make_store(website, code="en"), "de": make_store(website, code="de")}
    make_product("BAG", name="Bag").website_links.create(website=website)
    for code, name in (("en", "Satchel"), ("de", "Tasche")):
        save_products([ProductChange("BAG", {"name": name}, store_id=views[code].pk)])
    return views


@pytest.mark.parametrize("method", ["Get", "GetList"])
@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/soap/en", "Satchel"),
        ("/soap/de", "Tasche"),
        ("/soap/default", "Satchel"),
        ("/soap/all", "Bag"),
    ],
)
def test_a_product_is_answered_as_the_addresss_view_shows_it(
    client: Client, key: str, views: dict[str, Any], method: str, address: str, name: str
) -> None:
    arguments = SKU if method == "Get" else EVERYTHING

    answer = post(client, call(PRODUCTS, method, arguments, token=key), address)

    assert f"<name>{name}</name>" in answer.content.decode()


def test_a_store_id_counts_more_than_the_address(
    client: Client, key: str, views: dict[str, Any]
) -> None:
    for number, name in ((views["de"].pk, "Tasche"), (0, "Bag"), (4711, "Bag")):
        body = call(PRODUCTS, "Get", f"{SKU}<storeId>{number}</storeId>", token=key)

        assert f"<name>{name}</name>" in post(client, body, "/soap/en").content.decode()


@pytest.mark.parametrize(("is_named", "name"), [(True, "Tasche"), (False, "Bag")])
def test_a_pushed_product_holds_the_values_of_the_store_id(
    orderflow: Any, is_named: bool, name: str
) -> None:
    website = make_shop(orderflow, products={"mode": "push"})
    make_store(website, code="en")
    german = make_store(website, code="de")
    [product] = make_due_products(website, 1)
    save_products([ProductChange(product.sku, {"name": "Bag"})])
    save_products([ProductChange(product.sku, {"name": "Tasche"}, store_id=german.pk)])
    if is_named:
        write_settings(ProductExport, {"store_id": german.pk}, website=website)
    orderflow.answers = [Answer(b"<importReport/>")]

    export_products_create()

    assert f"={name}\n" in orderflow.heard[0].body.decode()
