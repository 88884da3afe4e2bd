"""Waiting SKUs in the admin, and every way of making the product that they wait for."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from imports.cron import import_inventory_updates
from imports.models import IgnoredSku, SkuAlias, WaitingSku
from orderflow_bridge.access.rights import BULK_OPERATIONS, CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.problems.kinds import UNKNOWN_SKU
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.services import watch
from tests.admin.test_stock_and_products import form_of
from tests.factories import make_product, make_source, make_user, make_website
from tests.file_transfer.files import imported
from tests.imports.stock import apply, stock
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db

WAITING = "/admin/imports/waitingsku/"
ALIASES = "/admin/imports/skualias/"


@pytest.fixture
def waiting() -> WaitingSku:
    """OrderFlow has counted a SKU that the shop lacks."""
    make_website(code="base", is_default=True)
    make_source()
    apply(("MUG & CO/1", 5, 10))
    return WaitingSku.objects.get()


def by_admin(boss: Client, waiting: WaitingSku) -> None:
    page = boss.get(f"{WAITING}{waiting.pk}/change/")
    [create] = [each for each in page.context["buttons"] if each.title == "Create Product"]
    form = form_of(boss.get(create.url))
    assert form["sku"] == "MUG & CO/1"
    assert boss.post(create.url, {**form, "name": "Mug"}).status_code == 302


def by_rest(boss: Client, waiting: WaitingSku) -> None:
    shop = Shop(PRODUCTS_VIEW, CATALOG_PRODUCTS)
    status, _ = shop.post("products", {"product": {"sku": "mug & co/1", "name": "Mug"}})
    assert status == 200


def by_bulk(boss: Client, waiting: WaitingSku) -> None:
    shop = Shop(PRODUCTS_VIEW, CATALOG_PRODUCTS, BULK_OPERATIONS)
    product = {"product": {"sku": "MUG & CO/1", "name": "Mug", "price": 5}}
    status, _ = shop.post("/rest/async/bulk/V1/products", [product])
    assert status == 202


def by_file(boss: Client, waiting: WaitingSku) -> None:
    imported(Kind.PRODUCTS, b"sku,name\nMUG & CO/1,Mug\n")


def by_python(boss: Client, waiting: WaitingSku) -> None:
    Product.objects.bulk_create([Product(sku="MUG & CO/1", name="Mug")])


def by_selection(boss: Client, waiting: WaitingSku) -> None:
    asked = {"action": "create_selected", "_selected_action": [waiting.pk]}
    assert b"Create a simple product for each" in boss.post(WAITING, asked).content
    answers = {"confirmed": "yes", "new-status": "2", "new-websites": [Website.objects.get().pk]}
    answer = boss.post(WAITING, {**asked, **answers}, follow=True)
    assert "Products created: 1." in answer.content.decode()
    product = Product.objects.get()
    assert (product.name, product.status) == (waiting.sku, Product.Status.DISABLED)
    assert product.websites.count() == 1


def by_product_file(boss: Client, waiting: WaitingSku) -> None:
    asked = {"action": "product_file", "_selected_action": [waiting.pk]}
    [header, row] = csv.reader(_text(boss.post(WAITING, asked)).splitlines())
    assert row[0] == waiting.sku
    assert not any(row[1:])
    row[header.index("name")] = "Mug"
    text = io.StringIO()
    csv.writer(text).writerows([header, row])
    imported(Kind.PRODUCTS, text.getvalue().encode())


def _text(answer: Any) -> str:
    return b"".join(answer).decode("utf-8-sig")


def by_renaming(boss: Client, waiting: WaitingSku) -> None:
    product = make_product("OLD")
    form = form_of(boss.get(f"/admin/catalog/product/{product.pk}/change/"))
    boss.post(f"/admin/catalog/product/{product.pk}/change/", {**form, "sku": waiting.sku})


@pytest.mark.parametrize(
    "way",
    [by_admin, by_rest, by_bulk, by_file, by_python, by_renaming, by_selection, by_product_file],
)
def test_the_figure_is_stock_after_the_next_run_however_the_product_was_made(
    boss: Client, waiting: WaitingSku, way: Callable[[Client, WaitingSku], None]
) -> None:
    way(boss, waiting)
    import_inventory_updates()
    watch()

    [(key, (quantity, _, sequence))] = stock().items()
    assert (key[0].upper(), quantity, sequence) == ("MUG & CO/1", Decimal(5), 10)
    assert not WaitingSku.objects.exists()
    assert not open_problems(UNKNOWN_SKU).exists()


def test_an_alias_is_given_by_a_form_that_knows_the_sku(boss: Client, waiting: WaitingSku) -> None:
    product = make_product("MUG")
    page = boss.get(f"{WAITING}{waiting.pk}/change/")
    [alias] = [each for each in page.context["buttons"] if each.title == "Alias"]
    form = form_of(boss.get(alias.url))
    answer = boss.post(alias.url, {**form, "product": product.pk})

    told = [str(each) for each in get_messages(answer.wsgi_request)]
    assert "Its figure is applied by the next run of the inventory import." in told
    import_inventory_updates()
    assert stock() == {("MUG", "default"): (5, 1, 10)}
    tab = boss.get(f"/admin/catalog/product/{product.pk}/change/").content.decode()
    assert "OrderFlow&#x27;s SKUs" in tab
    assert "MUG &amp; CO/1" in tab


def test_an_alias_is_given_on_the_products_page(boss: Client, waiting: WaitingSku) -> None:
    product = make_product("MUG")
    address = f"/admin/catalog/product/{product.pk}/change/"
    form = form_of(boss.get(address))
    boss.post(address, {**form, "sku_aliases-TOTAL_FORMS": 1, "sku_aliases-0-sku": waiting.sku})

    assert SkuAlias.objects.get().product == product


@pytest.mark.parametrize(
    ("sku", "error"),
    [
        ("mug", "A product has this SKU: it needs no alias."),
        ("cup-1 ", "This SKU is an alias already: change that one."),
    ],
)
def test_an_alias_that_says_nothing_is_refused(boss: Client, sku: str, error: str) -> None:
    product = make_product("MUG")
    SkuAlias.objects.create(sku="CUP-1", product=product)
    answer = boss.post(f"{ALIASES}add/", {"sku": sku, "product": product.pk})

    assert answer.context["adminform"].form.errors["sku"] == [error]


def test_a_sku_is_ignored_and_heeded_on_its_page(boss: Client, waiting: WaitingSku) -> None:
    boss.post(f"{WAITING}{waiting.pk}/ignore/")
    assert IgnoredSku.objects.get().ignored_by.username == "boss"
    assert not open_problems(UNKNOWN_SKU).exists()
    assert "Ignored" in boss.get(f"{WAITING}?state=yes").content.decode()

    boss.post(f"{WAITING}{waiting.pk}/heed/")
    assert open_problems(UNKNOWN_SKU).exists()


def test_many_are_ignored_and_heeded_at_once(boss: Client, waiting: WaitingSku) -> None:
    apply(("CUP", 1, 1), ("CUP", 1, 1, "eu"))
    chosen = [*WaitingSku.objects.values_list("pk", flat=True)]
    post = {"_selected_action": chosen, "confirmed": "yes"}

    answer = boss.post(WAITING, {**post, "action": "ignore_selected"})
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        "SKUs that are ignored from now on: 2."
    ]
    boss.post(WAITING, {**post, "action": "heed_selected"})
    assert not IgnoredSku.objects.exists()
    assert open_problems(UNKNOWN_SKU).count() == 2


def test_the_list_is_a_file_too(boss: Client, waiting: WaitingSku) -> None:
    answer: Any = boss.get(f"{WAITING}download/csv/")
    text = b"".join(answer.streaming_content).decode()

    assert "MUG & CO/1" in text


def test_who_may_neither_add_products_nor_aliases_is_not_offered_to(waiting: WaitingSku) -> None:
    client = Client()
    client.force_login(make_user(is_staff=True, rights=["imports.view_waitingsku"]))
    page = client.get(f"{WAITING}{waiting.pk}/change/")

    assert page.context["buttons"] == []
    assert client.post(f"{WAITING}{waiting.pk}/ignore/").status_code == 403


def test_the_problem_leads_to_the_waiting_sku(boss: Client, waiting: WaitingSku) -> None:
    problem = open_problems(UNKNOWN_SKU).get()

    assert problem.url == f"{WAITING}{waiting.pk}/change/"
    assert boss.get(problem.url).status_code == 200


def test_products_are_created_once_per_sku_and_those_that_are_there_are_left_alone(
    boss: Client, waiting: WaitingSku
) -> None:
    make_source("eu")
    apply(("mug & co/1", 5, 11, "eu"), ("CUP", 5, 12))
    make_product("CUP", name="Our Cup")
    rows = [row.pk for row in WaitingSku.objects.all()]
    answer = boss.post(
        WAITING,
        {
            "action": "create_selected",
            "_selected_action": rows,
            "confirmed": "yes",
            "new-status": "1",
        },
        follow=True,
    )

    assert "Products created: 1." in answer.content.decode()
    assert Product.objects.get(sku="CUP").name == "Our Cup"
    assert Product.objects.count() == 2
    import_inventory_updates()
    assert not WaitingSku.objects.exists()


def test_the_list_is_a_file(boss: Client, waiting: WaitingSku) -> None:
    [row] = csv.DictReader(_text(boss.get(f"{WAITING}download/csv/")).splitlines())

    assert (row["SKU"], row["OrderFlow's Figure"], row["Lines"]) == (waiting.sku, "5", "1")
    assert row["First Seen"]
    assert row["Last Seen"]
