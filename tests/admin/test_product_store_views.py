"""The product's page of a store view: the switch, the values, *Use Default Value*."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.catalog.models import Product, StoreValue
from orderflow_bridge.catalog.view_page import CODES
from tests.factories import make_product, make_store, make_user, make_website

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Client:
    """Return a superuser's browser."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def product() -> Product:
    """Make a product of the website Base."""
    return make_product("A", name="Bag", custom_attributes={"meta_title": "Bags"})


@pytest.fixture
def views() -> dict[str, Any]:
    """Make two views of the website Base."""
    base = make_website(code="base", name="Base", is_default=True)
    return {code: make_store(base, code=code, name=code.upper()) for code in ("en", "de")}


def address(product: Product, view: Any = None) -> str:
    """Return the page of a product's values."""
    query = f"?store={view.pk}" if view else ""
    return f"/admin/catalog/product/{product.pk}/store-views/{query}"


def soup(answer: Any) -> BeautifulSoup:
    """Return a page that was shown."""
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "lxml")


def given(**values: str) -> dict[str, str]:
    """Return a form that gives these values and uses the default ones for the others."""
    return {**values, **{f"default-{code}": "on" for code in CODES if code not in values}}


def test_a_products_page_leads_to_its_store_views(boss, product, views):
    page = soup(boss.get(f"/admin/catalog/product/{product.pk}/change/"))

    links = {a.text: a["href"] for a in page.select("nav[aria-label='Store View'] a")}
    assert list(links) == ["All Store Views", "Base / EN", "Base / DE"]
    assert links["Base / DE"] == address(product, views["de"])


def test_values_of_a_view_are_saved_and_shown_with_their_default(boss, product, views):
    form = given(name="Tasche", meta_title="", status="2")

    answer = boss.post(address(product, views["de"]), form, follow=True)

    rows = StoreValue.objects.values_list("store__code", "attribute", "value")
    assert sorted(rows) == [
        ("de", "meta_title", ""), ("de", "name", "Tasche"), ("de", "status", 2),
        ("en", "status", 2),
    ]  # fmt: skip
    page = soup(answer)
    assert page.select_one("[name=name]")["value"] == "Tasche"
    assert "checked" not in page.select_one("[name=default-name]").attrs
    assert "checked" in page.select_one("[name=default-description]").attrs
    assert "(Bag)" in page.text
    assert LogEntry.objects.get().get_change_message().startswith("Values of store view DE: ")


def test_a_tick_goes_back_to_the_default_value(boss, product, views):
    boss.post(address(product, views["de"]), given(name="Tasche"))

    boss.post(address(product, views["de"]), given())

    assert not StoreValue.objects.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [({"name": ""}, "Enter a name, or use the default value."), ({"status": "7"}, "status field")],
)
def test_a_value_that_does_not_fit_is_marked(boss, product, views, values, said):
    page = soup(boss.post(address(product, views["de"]), given(**values)))

    assert said in page.text
    assert not StoreValue.objects.exists()


def test_a_shop_of_one_view_says_why_there_is_nothing_to_choose(boss, product):
    make_store(make_website(is_default=True))

    assert "default values only" in soup(boss.get(address(product))).text
    assert not soup(boss.get(f"/admin/catalog/product/{product.pk}/change/")).select(
        "nav[aria-label='Store View']"
    )


def test_who_may_only_look_cannot_save(product, views):
    client = Client()
    user = make_user(rights=["catalog.view_product"])
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)

    page = soup(client.get(address(product, views["de"])))

    assert page.select_one("fieldset[disabled]") is not None
    assert not [b for b in page.select("button[type=submit]") if b.text == "Save"]
    assert client.post(address(product, views["de"]), given(name="X")).status_code == 403


def test_a_view_or_product_that_is_not_there_is_not_found(boss, product, views):
    assert boss.get(f"{address(product)}?store=4711").status_code == 404
    product.delete()
    assert boss.get("/admin/catalog/product/4711/store-views/").status_code == 404
