"""Documents have the fields that typed clients of Magento require."""

from typing import Any

import pytest

from tests.carts import make_sold
from tests.restapi.shop import ADDRESS, Script, an_order

pytestmark = pytest.mark.django_db

AMOUNTS = ("subtotal", "tax_amount", "discount_amount", "shipping_amount", "grand_total")


@pytest.fixture
def order(script: Script) -> Any:
    """Return an order of three units with tax, discount and shipping."""
    make_sold("A")
    row = {"sku": "A", "qty_ordered": 3, "price": 10, "tax_amount": 5, "discount_amount": 2}
    return script.post("orders", an_order(row, shipping_amount=6, shipping_tax_amount=1))


def invoiced(script: Script, order: Any, units: int | None = None) -> Any:
    items = [{"order_item_id": order["items"][0]["item_id"], "qty": units}]
    body: dict[str, Any] = {"comment": {"comment": "Thank you"}} | (
        {"items": items} if units else {}
    )
    invoice_id = script.post(f"order/{order['entity_id']}/invoice", body)
    return script.get(f"invoices/{invoice_id}")


def test_an_invoice_tells_what_it_is_made_of(script: Script, order: Any) -> None:
    invoice = invoiced(script, order)

    wanted = {
        "subtotal": 30, "subtotal_incl_tax": 35, "tax_amount": 6, "discount_amount": -2,
        "shipping_amount": 6, "shipping_incl_tax": 7, "shipping_tax_amount": 1, "grand_total": 40,
        "discount_tax_compensation_amount": 0,
    }  # fmt: skip
    assert {name: invoice[name] for name in wanted} == wanted
    assert {name: invoice[f"base_{name}"] for name in wanted} == wanted
    assert invoice["store_currency_code"] == invoice["global_currency_code"] == "USD"
    assert invoice["base_to_order_rate"] == invoice["store_to_base_rate"] == 1
    assert (invoice["email_sent"], invoice["can_void_flag"]) == (0, 0)
    [comment] = invoice["comments"]
    assert (comment["comment"], comment["parent_id"]) == ("Thank you", invoice["entity_id"])
    [item] = invoice["items"]
    shown = {
        "price": 10, "row_total": 30, "row_total_incl_tax": 35, "tax_amount": 5,
        "discount_amount": 2,
    }  # fmt: skip
    assert {name: item[name] for name in shown} == shown
    assert {name: item[f"base_{name}"] for name in shown} == shown


def test_invoices_in_parts_add_up_to_the_order_and_the_first_bears_the_shipping(
    script: Script, order: Any
) -> None:
    parts = [invoiced(script, order, 1), invoiced(script, order, 1), invoiced(script, order)]

    assert [part["shipping_amount"] for part in parts] == [6, 0, 0]
    for name in AMOUNTS:
        assert round(sum(part[name] for part in parts), 2) == order[name], name
    for part in parts:
        assert part["grand_total"] == round(sum(part[name] for name in AMOUNTS[:-1]), 2)


def test_an_invoice_in_another_currency_tells_no_base_amounts(script: Script) -> None:
    make_sold("A")
    currencies = {"order_currency_code": "EUR", "base_currency_code": "USD"}
    order = script.post(
        "orders", an_order({"sku": "A", "qty_ordered": 1}, base_to_order_rate=2, **currencies)
    )

    invoice = invoiced(script, order)

    assert invoice["base_to_order_rate"] == 2
    assert [name for name in invoice if name.startswith("base_")] == [
        "base_currency_code", "base_to_order_rate",
    ]  # fmt: skip


def test_an_invoice_remembers_its_e_mail(script: Script, order: Any) -> None:
    invoice = invoiced(script, order)

    assert script.post(f"invoices/{invoice['entity_id']}/emails") is True

    assert script.get(f"invoices/{invoice['entity_id']}")["email_sent"] == 1


@pytest.fixture
def cart(script: Script) -> int:
    """Return a cart with goods, an address with a region, and a way to be sent."""
    make_sold("A")
    cart: int = script.post("carts/")
    script.post(f"carts/{cart}/items", {"cartItem": {"sku": "A", "qty": 2}})
    address = {**ADDRESS, "region_id": 33}
    body = {
        "shipping_address": address,
        "billing_address": address,
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
    script.post(f"carts/{cart}/shipping-information", {"addressInformation": body})
    return cart


def test_a_cart_is_whole(script: Script, cart: int) -> None:
    document = script.get(f"carts/{cart}")

    wanted = {"orig_order_id": 0, "customer_note_notify": True, "customer_tax_class_id": 3}
    assert {name: document[name] for name in wanted} == wanted
    rates = {name: rate for name, rate in document["currency"].items() if name.endswith("_rate")}
    assert list(rates.values()) == [1, 1, 1, 1]
    assert document["billing_address"]["region_id"] == 33
    [assignment] = document["extension_attributes"]["shipping_assignments"]
    assert assignment["shipping"]["method"] == "flatrate_flatrate"
    assert assignment["shipping"]["address"]["city"] == ADDRESS["city"]
    assert assignment["items"] == document["items"]
    empty = script.get(f"carts/{script.post('carts/')}")
    assert empty["extension_attributes"] == {"shipping_assignments": []}


def test_the_totals_of_a_cart_are_whole(script: Script, cart: int) -> None:
    totals = script.get(f"carts/{cart}/totals")

    wanted = {
        "shipping_discount_amount": 0, "shipping_tax_amount": 0, "subtotal_incl_tax": 20,
        "shipping_incl_tax": 5, "grand_total": 25,
    }  # fmt: skip
    assert {name: totals[name] for name in wanted} == wanted
    assert {name: totals[f"base_{name}"] for name in wanted} == wanted
    [item] = totals["items"]
    shown = {
        "price_incl_tax": 10, "row_total_incl_tax": 20, "tax_amount": 0, "discount_amount": 0,
    }  # fmt: skip
    assert {name: item[name] for name in shown} == shown
    assert {name: item[f"base_{name}"] for name in shown} == shown
    plain = {
        "tax_percent": 0, "discount_percent": 0, "row_total_with_discount": 20, "options": "[]",
        "weee_tax_applied_amount": None, "weee_tax_applied": None,
    }  # fmt: skip
    assert {name: item[name] for name in plain} == plain


def test_ways_to_send_a_cart_have_an_error_message_always(script: Script, cart: int) -> None:
    methods = script.get(f"carts/{cart}/shipping-methods")

    assert {method["error_message"] for method in methods} == {""}
    assert all("price_excl_tax" in method for method in methods)
