"""SKUs by REST, in capitals, small letters and between: always the same product."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from lxml import etree

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import QuoteItem
from tests.carts import make_sold, quantities
from tests.factories import make_order, make_source
from tests.restapi.expectations_products import PICTURE
from tests.restapi.shop import Script, an_order, criteria
from tests.soapapi.posting import PRODUCTS, call, post

pytestmark = pytest.mark.django_db

MUG = "Mug-Ünï"
LOUD, SOFT = MUG.upper(), MUG.lower()


@pytest.fixture
def mug() -> Product:
    """A mug on sale, ten at the default source."""
    return make_sold(MUG, 10, name="Mug", price=8)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("eq", LOUD), ("in", f"x,{SOFT}"), ("like", LOUD[:4] + "%"), ("like", f"%{LOUD[-3:]}"),
        ("gteq", LOUD), ("lteq", LOUD), ("fulltext", LOUD[1:]), ("finset", LOUD),
    ],
)  # fmt: skip
def test_search_criteria_find_products_and_stock_in_any_case(
    client: Client, script: Script, mug: Product, condition: str, value: str
) -> None:
    searching = (
        "<searchCriteria><filterGroups><item><filters><item><field>sku</field>"
        f"<value>{value}</value><conditionType>{condition}</conditionType>"
        "</item></filters></item></filterGroups></searchCriteria>"
    )
    kind = "searchCriteria[filter_groups][0][filters][0][condition_type]"
    query = f"{criteria(sku=value)}&{kind}={condition}"

    answer = post(client, call(PRODUCTS, "GetList", searching, token=script.token))
    skus = [item["sku"] for item in script.get(f"products?{query}")["items"]]
    places = [item["sku"] for item in script.get(f"inventory/source-items?{query}")["items"]]

    assert etree.fromstring(answer.content).findtext(".//sku") == MUG
    assert (skus, places) == ([MUG], [MUG])


def test_order_rows_are_found_by_their_sku_in_any_case(
    client: Client, script: Script, mug: Product
) -> None:
    make_order(items=[(mug, 1)]).items.update(sku=SOFT)

    found = script.get(f"orders/items?{criteria(sku=LOUD)}")

    assert [item["sku"] for item in found["items"]] == [SOFT]


def test_one_product_is_read_saved_and_deleted_in_any_case(script: Script, mug: Product) -> None:
    assert script.get(f"products/{LOUD}")["sku"] == MUG
    assert script.put(f"products/{SOFT}", {"product": {"price": 9}})["sku"] == MUG
    saved = script.post("products", {"product": {"sku": LOUD, "name": "Big mug"}})

    assert (saved["id"], saved["sku"], saved["name"], saved["price"]) == (mug.pk, MUG, "Big mug", 9)
    assert script.delete(f"products/{LOUD}") is True
    assert not Product.objects.exists()


def test_a_products_stock_pictures_and_websites_are_reached_in_any_case(
    script: Script, mug: Product, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_source()
    entry = {"media_type": "image", "label": "Mug", "content": PICTURE}
    website = mug.websites.get()

    script.put(f"products/{LOUD}/stockItems/1", {"stockItem": {"qty": 7}})
    picture = script.post(f"products/{LOUD}/media", {"entry": entry})
    link = {"sku": LOUD, "website_id": website.pk}
    joined = script.post(f"products/{LOUD}/websites", {"productWebsiteLink": link})

    assert script.get(f"stockItems/{SOFT}")["qty"] == 7
    assert script.get(f"products/{SOFT}/media")[0]["id"] == int(picture)
    assert joined is True
    assert quantities(MUG)[0] == 7


def test_source_items_are_written_and_taken_away_in_any_case(script: Script, mug: Product) -> None:
    make_source("eu")
    items = [
        {"sku": LOUD, "source_code": "eu", "quantity": 3, "status": 1},
        {"sku": SOFT, "source_code": "eu", "quantity": 4, "status": 1},
    ]

    script.post("inventory/source-items", {"sourceItems": items})
    [written] = script.get(f"inventory/source-items?{criteria(source_code='eu')}")["items"]
    places = [{"sku": LOUD, "source_code": "eu"}, {"sku": SOFT, "source_code": "eu"}]
    script.post("inventory/source-items-delete", {"sourceItems": places})

    assert (written["sku"], written["quantity"]) == (MUG, 4)
    assert [item.source_id for item in SourceItem.objects.all()] == ["default"]


def test_an_order_by_any_spelling_keeps_it_and_promises_the_products_stock(
    script: Script, mug: Product
) -> None:
    placed = script.post("orders", an_order({"sku": LOUD, "qty_ordered": 2, "price": 8}))
    again = {"entity": {"entity_id": placed["entity_id"], "items": [
        {"item_id": placed["items"][0]["item_id"], "sku": MUG, "qty_ordered": 2},
    ]}}  # fmt: skip

    assert [item["sku"] for item in placed["items"]] == [LOUD]
    assert placed["items"][0]["product_id"] == mug.pk
    assert quantities(MUG) == [8]
    assert script.post("orders", again)["items"][0]["sku"] == LOUD


def test_a_cart_takes_a_sku_in_any_case(script: Script, mug: Product) -> None:
    cart = script.post("carts/")

    for sku in (LOUD, SOFT):
        item = {"quote_id": str(cart), "sku": sku, "qty": 1}
        script.post(f"carts/{cart}/items", {"cartItem": item})

    assert [(row.sku, row.qty) for row in QuoteItem.objects.all()] == [(MUG, 2)]


def test_whether_it_can_be_sold_is_answered_in_any_case(script: Script, mug: Product) -> None:
    assert script.get(f"inventory/is-product-salable/{LOUD}/1") is True
    assert script.get(f"inventory/get-product-salable-quantity/{SOFT}/1") == 10


def test_bulk_calls_for_one_product_in_several_spellings_follow_one_another(
    script: Script, mug: Product
) -> None:
    products = [
        {"product": {"sku": LOUD, "price": 5}},
        {"product": {"sku": "New", "name": "New"}},
        {"product": {"sku": SOFT, "price": 6}},
        {"product": {"sku": "NEW", "price": 7}},
    ]

    answer = script.client.post(
        "/rest/async/bulk/V1/products",
        orjson.dumps(products),
        "application/json",
        headers={"Authorization": f"Bearer {script.token}"},
    ).json()

    status = script.get(f"bulk/{answer['bulk_uuid']}/detailed-status")
    assert {each["status"] for each in status["operations_list"]} == {1}
    assert list(Product.objects.order_by("id").values_list("sku", "price")) == [
        (MUG, 6),
        ("New", 7),
    ]
