"""Custom options with values, and whatever else has numbers in JSON: saved and given back."""

from typing import Any

import pytest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.restapi.bulk.cron import carry_out_bulks
from tests.carts import make_sold
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db

VALUE = {"title": "A", "sort_order": 0, "price": 3, "price_type": "fixed"}
OPTION = {"product_sku": "zb2", "title": "T", "type": "drop_down", "sort_order": 0}


def product(**option: Any) -> dict[str, Any]:
    """Return the body of a product with one custom option."""
    given = {**OPTION, "is_require": True, **option}
    return {"product": {"sku": "zb2", "name": "Z", "price": 5, "options": [given]}}


@pytest.mark.parametrize("kind", ["drop_down", "radio", "checkbox", "multiple"])
@pytest.mark.parametrize("price", [3, 2.5, "0.10", -1])
def test_a_product_with_an_option_of_values_is_saved(
    script: Script, kind: str, price: float | str
) -> None:
    values = [{**VALUE, "price": price, "sku": "x", "option_type_id": 4}]

    script.post("products", product(type=kind, values=values))

    [option] = script.get("products/zb2")["options"]
    assert (option["type"], option["is_require"]) == (kind, True)
    assert option["values"] == [{**VALUE, "price": float(price), "sku": "x", "option_type_id": 4}]
    script.put("products/zb2", {"product": script.get("products/zb2")})
    assert script.get("products/zb2")["options"] == [option]


def test_a_product_shows_the_ids_by_which_options_are_read_and_changed(script: Script) -> None:
    body = product(values=[VALUE, {**VALUE, "title": "B"}])
    body["product"]["options"].append({**OPTION, "type": "field", "title": "U"})
    del body["product"]["options"][1]["product_sku"]

    shown = script.post("products", body)["options"]

    assert shown == script.get("products/zb2/options") == script.get("products/zb2")["options"]
    assert [each["option_id"] for each in shown] == [1, 2]
    assert [each["product_sku"] for each in shown] == ["zb2", "zb2"]
    assert [each["option_type_id"] for each in shown[0]["values"]] == [1, 2]
    shown[1]["title"] = "V"
    script.put("products/zb2", {"product": {"options": shown[1:]}})
    assert script.get("products/zb2/options/2")["title"] == "V"


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"type": "nope"}, "Invalid option type"),
        ({"title": ""}, "Missed values for option required fields"),
        ({"type": None}, "Missed values for option required fields"),
    ],
)
def test_an_option_that_cannot_be_refuses_its_product(
    script: Script, option: dict[str, Any], text: str
) -> None:
    answer = script.call("POST", "products", product(**option))

    assert (answer.status_code, answer.json()["message"]) == (400, text)
    assert not Product.objects.exists()


def test_an_option_has_a_price_of_its_own(script: Script) -> None:
    option = {"type": "field", "price": 1.5, "price_type": "percent", "max_characters": 20}

    script.post("products", product(**option))

    [given_back] = script.get("products/zb2")["options"]
    assert {name: given_back[name] for name in option} == option


def test_prices_of_quantities_and_links_are_kept(script: Script) -> None:
    make_sold("A")
    tier = {"customer_group_id": 32000, "qty": 2.5, "value": 7.99}
    link = {
        "sku": "zb2", "link_type": "related", "linked_product_sku": "A",
        "linked_product_type": "simple", "position": 1,
    }  # fmt: skip

    script.post("products", {"product": {"sku": "zb2", "name": "Z", "tier_prices": [tier]}})
    script.put("products/zb2", {"product": {"product_links": [link]}})

    document = script.get("products/zb2")
    assert (document["tier_prices"], document["product_links"]) == ([tier], [link])


def test_a_bulk_call_saves_options_too(script: Script) -> None:
    body = [product(values=[{**VALUE, "price": 2.5}])]
    accepted = script.call("POST", "products", body, prefix="async/bulk/V1")
    assert accepted.status_code == 202

    carry_out_bulks()

    [value] = Product.objects.get().custom_attributes["options"][0]["values"]
    assert value["price"] == 2.5
