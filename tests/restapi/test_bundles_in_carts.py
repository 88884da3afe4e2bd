"""Bundles and groups in carts and orders, from REST to OrderFlow's despatch and back."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.test import Client

from exports.cron import export_orders_create
from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.sales.models import QuoteItem
from tests.carts import quantities
from tests.exports.shop import make_shop, told
from tests.factories import make_product, make_store
from tests.fakes import FakeOrderFlow
from tests.restapi.made_of_others import (
    BALL,
    BRICK,
    BUNDLE,
    GROUP,
    STRAP,
    bundle,
    cart_with,
    chosen,
    group,
    make_parts,
)
from tests.restapi.shop import ADDRESS, Script
from tests.restapi.test_order_journey import fetch

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = count(1)
_SENT = {
    "addressInformation": {
        "shipping_address": ADDRESS,
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
}


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    with FakeOrderFlow().running() as fake:
        yield fake


def ordered(script: Script, cart_id: int) -> dict[str, Any]:
    """Order a cart; return the order's document."""
    script.post(f"carts/{cart_id}/shipping-information", _SENT)
    order_id = script.put(f"carts/{cart_id}/order", {"paymentMethod": {"method": "checkmo"}})
    document: dict[str, Any] = script.get(f"orders/{order_id}")
    return document


def despatch(script: Script, order: dict[str, Any], *lines: tuple[str, int]) -> None:
    """Tell of a despatch as OrderFlow does, and apply it."""
    message = {
        "orderIncrementId": order["increment_id"],
        "skuQty": [{"sku": sku, "qty": qty} for sku, qty in lines],
        "courierName": "DPD",
        "trackingNumber": "15501234",
        "messageSeqId": next(_numbers),
    }
    script.post("orderflow/shipment", message)
    process_imports(Entity.SHIPMENT)


def shipped(script: Script, order: dict[str, Any]) -> dict[str, float]:
    """Return the units of each row of an order that are shipped."""
    rows = script.get(f"orders/{order['entity_id']}")["items"]
    return {row["sku"]: row["qty_shipped"] for row in rows}


def test_a_bundle_goes_into_a_cart_with_what_was_chosen(script: Script) -> None:
    make_store()
    make_parts()
    script.post("products", bundle())

    cart_id, row = cart_with(script, BUNDLE, 2, **chosen((1, [1]), (2, [2, 3]), option_qty=3))

    assert (row["sku"], row["qty"], row["product_type"]) == (BUNDLE, 2, "bundle")
    # A ball, three straps (their units may be chosen) and a brick.
    assert row["price"] == 7 + 3 * 5 + 3
    told = row["product_option"]["extension_attributes"]["bundle_options"]
    assert [(each["option_id"], each["option_selections"]) for each in told] == [
        (1, [1]),
        (2, [2, 3]),
    ]
    parts = QuoteItem.objects.exclude(parent_item=None).order_by("pk")
    assert [(each.sku, each.qty) for each in parts] == [(BALL, 1), (STRAP, 3), (BRICK, 1)]
    # The same once more is the same row; another choice is another one.
    script.post(
        f"carts/{cart_id}/items",
        {"cartItem": {"sku": BUNDLE, "qty": 1} | chosen((1, [1]), (2, [2, 3]), option_qty=3)},
    )
    script.post(
        f"carts/{cart_id}/items", {"cartItem": {"sku": BUNDLE, "qty": 1} | chosen((1, [1]))}
    )
    assert [each["qty"] for each in script.get(f"carts/{cart_id}/items")] == [3, 1]


def test_a_bundle_with_a_price_of_its_own_adds_what_its_links_cost(script: Script) -> None:
    make_store()
    make_parts()
    fixed = bundle(price_type="1")
    links = fixed["product"]["extension_attributes"]["bundle_product_options"]
    links[0]["product_links"][0] |= {"price": 2}
    links[1]["product_links"][0] |= {"price": 10, "price_type": 1}
    script.post("products", fixed)

    _, row = cart_with(script, BUNDLE, **chosen((1, [1]), (2, [2]), option_qty=1))

    assert row["price"] == 20 + 2 + 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (chosen((2, [2])), "Please select all required options."),
        (chosen((1, [])), "Please select all required options."),
        (chosen((1, [9])), "The options you selected are not available."),
        (chosen((1, [1]), (9, [1])), "The options you selected are not available."),
        ({}, "Please specify product option(s)."),
        (chosen((1, [1]), (2, [2]), option_qty=11), "The requested quantity of product SKU"),
    ],
)
def test_a_bundle_is_refused_in_magentos_words(
    script: Script, values: dict[str, Any], message: str
) -> None:
    make_store()
    make_parts()
    script.post("products", bundle())
    cart_id = script.post("carts")
    body = {"cartItem": {"sku": BUNDLE, "qty": 1} | values}

    assert message in script.refused("POST", f"carts/{cart_id}/items", body)

    assert not QuoteItem.objects.exists()


def test_a_bundle_without_any_choice_needs_none(script: Script) -> None:
    make_store()
    make_parts()
    only = bundle()
    extension = only["product"]["extension_attributes"]
    extension["bundle_product_options"] = extension["bundle_product_options"][:1]
    script.post("products", only)

    _, row = cart_with(script, BUNDLE, 2)

    assert (row["qty"], row["price"]) == (2, 7)


def test_a_dynamic_sku_names_the_parts(script: Script) -> None:
    make_store()
    make_parts()
    document = bundle()
    document["product"]["custom_attributes"][2]["value"] = "0"
    script.post("products", document)

    _, row = cart_with(script, BUNDLE, **chosen((1, [1])))

    assert row["sku"] == f"{BUNDLE}-{BALL}"


def test_a_disabled_part_cannot_be_chosen(script: Script) -> None:
    make_store()
    make_parts()
    script.post("products", bundle())
    Product.objects.filter(sku=BALL).update(status=2)
    cart_id = script.post("carts")

    message = script.refused(
        "POST", f"carts/{cart_id}/items", {"cartItem": {"sku": BUNDLE, "qty": 1} | chosen((1, [1]))}
    )

    assert message == "Product that you are trying to add is not available."


def test_a_bundle_that_is_sent_together_goes_from_the_cart_to_its_despatch(
    client: Client, script: Script, orderflow: FakeOrderFlow
) -> None:
    store = make_store(make_shop(orderflow, orders={"exportable_status": ("pending",)}))
    make_parts(store)
    script.post("products", bundle())
    cart_id, _ = cart_with(script, BUNDLE, 2, **chosen((1, [1]), (2, [2])))
    order = ordered(script, cart_id)

    parent, *parts = order["items"]
    assert (parent["sku"], parent["product_type"], parent["qty_ordered"]) == (BUNDLE, "bundle", 2)
    assert parent["row_total"] == 2 * (7 + 5)
    assert "bundle_options" in parent["product_option"]["extension_attributes"]
    assert [(each["sku"], each["qty_ordered"], each["price"]) for each in parts] == [
        (BALL, 2, 7),
        (STRAP, 2, 5),
    ]
    assert {each["parent_item_id"] for each in parts} == {parent["item_id"]}
    assert quantities(BALL, STRAP) == [8, 8]

    export_orders_create()
    assert told(orderflow) == [order["increment_id"]]
    fetched = fetch(client, order["entity_id"])
    assert fetched["incrementId"] == order["increment_id"]

    despatch(script, order, (BALL, 1), (STRAP, 1))
    assert shipped(script, order) == {BUNDLE: 1, BALL: 0, STRAP: 0}
    despatch(script, order, (BALL, 1), (STRAP, 1))
    assert shipped(script, order)[BUNDLE] == 2
    script.post(f"order/{order['entity_id']}/invoice", {"capture": True})
    assert script.get(f"orders/{order['entity_id']}")["state"] == "complete"
    assert quantities(BALL, STRAP) == [8, 8]


def test_a_bundle_whose_parts_are_sent_apart_is_despatched_part_by_part(script: Script) -> None:
    make_store()
    make_parts()
    script.post("products", bundle(shipment_type="1"))
    cart_id, _ = cart_with(script, BUNDLE, **chosen((1, [1]), (2, [2])))
    order = ordered(script, cart_id)

    despatch(script, order, (STRAP, 1))
    assert shipped(script, order) == {BUNDLE: 0, BALL: 0, STRAP: 1}
    despatch(script, order, (BALL, 1))

    assert shipped(script, order) == {BUNDLE: 0, BALL: 1, STRAP: 1}
    script.post(f"order/{order['entity_id']}/invoice", {"capture": True})
    assert script.get(f"orders/{order['entity_id']}")["state"] == "complete"


def test_a_group_becomes_a_row_for_each_of_its_products(script: Script) -> None:
    make_store()
    make_parts()
    made = script.post("products", group())
    links = {each["linked_product_sku"]: each for each in made["product_links"]}
    assert links[BALL]["extension_attributes"] == {"qty": 2}
    assert (
        script.put(f"products/{GROUP}", {"product": made})["product_links"] == made["product_links"]
    )

    cart_id, row = cart_with(script, GROUP, 2)

    assert (row["sku"], row["qty"], row["product_type"]) == (BALL, 4, "grouped")
    order = ordered(script, cart_id)
    assert [(each["sku"], each["qty_ordered"]) for each in order["items"]] == [
        (STRAP, 2),
        (BALL, 4),
    ]
    assert order["subtotal"] == 2 * 5 + 4 * 7
    despatch(script, order, (STRAP, 2), (BALL, 4))
    assert shipped(script, order) == {STRAP: 2, BALL: 4}
    assert quantities(STRAP, BALL) == [8, 6]


def test_the_units_of_a_groups_products_may_be_chosen(script: Script) -> None:
    make_store()
    make_parts()
    script.post("products", group())
    ball = Product.objects.get(sku=BALL)
    wanted = [{"id": ball.pk, "qty": 0}, {"id": 0, "qty": 7}]

    cart_id, row = cart_with(
        script, GROUP, product_option={"extension_attributes": {"grouped_options": wanted}}
    )

    assert (row["sku"], row["qty"]) == (STRAP, 1)
    assert len(script.get(f"carts/{cart_id}/items")) == 1


def test_a_group_that_suggests_nothing_has_to_be_told(script: Script) -> None:
    make_store()
    make_parts()
    script.post("products", group(**{BRICK: 0}))
    cart_id = script.post("carts")

    message = script.refused(
        "POST", f"carts/{cart_id}/items", {"cartItem": {"sku": GROUP, "qty": 1}}
    )

    assert message == "Please specify the quantity of product(s)."


def test_a_group_of_what_there_is_not_is_refused_as_a_whole(script: Script) -> None:
    make_product(STRAP)

    message = script.refused("POST", "products", group(), status=404)

    assert message.startswith("The product that was requested doesn't exist.")
    assert not Product.objects.filter(sku=GROUP).exists()
