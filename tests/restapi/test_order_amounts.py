"""Amounts that are worked out are money: whole cents per row, and sums of what was rounded."""

from typing import Any

import pytest

from orderflow_bridge.catalog.models import Product
from tests.carts import make_sold, make_variant
from tests.factories import make_product
from tests.restapi.shop import ADDRESS, Script, an_order

pytestmark = pytest.mark.django_db

THIRDS = {"sku": "A", "qty_ordered": 3, "price": 8.3333}


def placed(script: Script, *items: dict[str, Any], **values: Any) -> Any:
    return script.post("orders", an_order(*items, **{"shipping_amount": 0, **values}))


@pytest.mark.parametrize(
    ("qty", "price", "total"),
    [(3, 8.3333, 25), (1, 4.485, 4.49), (1, 0.005, 0.01), (1.5, 3.33, 5), (2, 1.1125, 2.23)],
)
def test_a_row_is_rounded_half_up_to_cents_and_the_totals_are_their_sums(
    script: Script, qty: float, price: float, total: float
) -> None:
    make_sold("A")

    order = placed(script, {"sku": "A", "qty_ordered": qty, "price": price})

    [row] = order["items"]
    assert row["price"] == price
    worked_out = (row["row_total"], row["base_row_total"], row["row_total_incl_tax"])
    assert set(worked_out) == {total}
    names = ("subtotal", "subtotal_incl_tax", "grand_total", "total_due")
    assert {order[name] for name in names} == {total}
    assert {order[f"base_{name}"] for name in names} == {total}


def test_a_total_is_the_sum_of_its_rounded_rows(script: Script) -> None:
    make_sold("A")
    make_sold("B")

    order = placed(
        script,
        {"sku": "A", "qty_ordered": 1, "price": 1.005, "tax_amount": 0.2, "discount_amount": 0.1},
        {"sku": "B", "qty_ordered": 1, "price": 1.005, "tax_amount": 0.2},
        shipping_amount=5,
        shipping_tax_amount=1,
    )

    assert (order["subtotal"], order["tax_amount"], order["discount_amount"]) == (2.02, 1.4, -0.1)
    assert (order["subtotal_incl_tax"], order["shipping_incl_tax"]) == (2.42, 6)
    assert order["grand_total"] == order["total_due"] == 8.32
    assert [row["price_incl_tax"] for row in order["items"]] == [1.21, 1.21]


def test_amounts_that_are_given_stay_as_they_are(script: Script) -> None:
    make_sold("A")
    given = {"subtotal": 24.9999, "grand_total": 24.9999, "base_grand_total": 24.9999}

    order = placed(script, {**THIRDS, "row_total": 24.9999}, **given)

    assert order["items"][0]["row_total"] == 24.9999
    assert {name: order[name] for name in given} == given


def test_the_grand_total_in_the_base_currency_follows_from_the_rate(script: Script) -> None:
    make_sold("A")

    order = placed(
        script,
        {"sku": "A", "qty_ordered": 1, "price": 10},
        order_currency_code="EUR",
        base_currency_code="USD",
        base_to_order_rate=0.9,
    )

    assert (order["grand_total"], order["base_grand_total"]) == (10, 11.11)


def test_a_cart_costs_whole_cents(script: Script) -> None:
    make_sold("A", price="8.3333")
    cart = script.post("carts/")
    script.post(f"carts/{cart}/items", {"cartItem": {"sku": "A", "qty": 3, "quote_id": str(cart)}})
    script.post(
        f"carts/{cart}/shipping-information",
        {
            "addressInformation": {
                "shipping_address": ADDRESS,
                "shipping_carrier_code": "freeshipping",
                "shipping_method_code": "freeshipping",
            }
        },
    )

    totals = script.get(f"carts/{cart}/totals")
    order_id = script.put(f"carts/{cart}/order", {"paymentMethod": {"method": "checkmo"}})

    order = script.get(f"orders/{order_id}")
    assert totals["items"][0]["row_total"] == order["items"][0]["row_total"] == 25
    assert totals["grand_total"] == order["grand_total"] == order["payment"]["amount_ordered"] == 25


def test_parts_of_a_row_are_invoiced_in_cents_that_add_up_to_it(script: Script) -> None:
    make_sold("A")
    order = placed(script, THIRDS)
    [row] = order["items"]

    for _ in range(3):
        items = [{"order_item_id": row["item_id"], "qty": 1}]
        script.post(f"order/{order['entity_id']}/invoice", {"items": items})

    invoices = script.get("invoices?searchCriteria")["items"]
    assert sorted(each["items"][0]["row_total"] for each in invoices) == [8.33, 8.33, 8.34]
    assert round(sum(each["grand_total"] for each in invoices), 2) == 25


def test_a_shipped_row_costs_whole_cents(script: Script) -> None:
    make_sold("A")
    order = placed(script, THIRDS)

    shipment_id = script.post(f"order/{order['entity_id']}/ship", {})

    assert script.get(f"shipment/{shipment_id}")["items"][0]["row_total"] == 25


def test_an_order_weighs_what_its_rows_weigh_together(script: Script) -> None:
    make_sold("A", weight="2.5")
    make_sold("B", weight="0.1")
    make_sold("V", type_id="virtual", weight="9")

    rows = [{"sku": sku, "qty_ordered": 3} for sku in "ABV"]

    assert placed(script, *rows)["weight"] == 7.8
    assert placed(script, *rows, weight=8.5)["weight"] == 8.5


def test_a_variant_weighs_once_and_a_bundle_as_much_as_its_parts(script: Script) -> None:
    variant = make_variant(make_product("T", type_id="configurable"), "T-RED")
    Product.objects.filter(pk=variant.pk).update(weight="0.4")
    make_product("BUNDLE", type_id="bundle", weight=None)
    make_sold("A", weight="2.5")
    rows = [
        {"sku": "T-RED", "product_type": "configurable", "item_id": 1, "qty_ordered": 2},
        {"sku": "T-RED", "parent_item_id": 1, "item_id": 2, "qty_ordered": 2},
        {"sku": "BUNDLE", "item_id": 3, "qty_ordered": 1},
        {"sku": "A", "parent_item_id": 3, "item_id": 4, "qty_ordered": 2},
    ]

    assert placed(script, *rows)["weight"] == 5.8
