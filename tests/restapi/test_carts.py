"""Carts by REST: filled, addressed, priced, ordered once (docs/rest-sales.md)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.sales.models import Order, Quote
from tests.carts import make_cart, make_sold, make_variant, quantities
from tests.factories import make_product, make_store
from tests.restapi.shop import ADDRESS, Script, criteria

pytestmark = pytest.mark.django_db

CHECKMO = {"paymentMethod": {"method": "checkmo"}}


@pytest.fixture
def cart(script: Script) -> int:
    """Return the id of an empty cart in a shop that sells ten A."""
    make_store(code="default")
    make_sold("A", 10, price=12)
    cart_id: int = script.post("carts/")
    return cart_id


def add(script: Script, cart: int, sku: str = "A", qty: object = 1, **values: Any) -> Any:
    return script.post(
        f"carts/{cart}/items",
        {"cartItem": {"quote_id": str(cart), "sku": sku, "qty": qty, **values}},
    )


def send(script: Script, cart: int) -> Any:
    """Say where and how the cart is sent."""
    return script.post(
        f"carts/{cart}/shipping-information",
        {
            "addressInformation": {
                "shipping_address": ADDRESS,
                "billing_address": ADDRESS,
                "shipping_carrier_code": "flatrate",
                "shipping_method_code": "flatrate",
            }
        },
    )


def test_a_cart_is_filled_sent_and_ordered(script: Script, cart: int) -> None:
    item = add(script, cart, qty=2)
    details = send(script, cart)

    order_id = script.put(f"carts/{cart}/order", CHECKMO)

    assert (item["sku"], item["qty"], item["price"], item["quote_id"]) == ("A", 2, 12, str(cart))
    assert [method["code"] for method in details["payment_methods"]] == [
        "checkmo", "banktransfer", "purchaseorder",
    ]  # fmt: skip
    assert (details["totals"]["subtotal"], details["totals"]["grand_total"]) == (24, 29)
    order = script.get(f"orders/{order_id}")
    assert (order["status"], order["grand_total"], order["quote_id"]) == ("pending", 29, cart)
    assert order["customer_email"] == ADDRESS["email"]
    assert order["extension_attributes"]["orderflow_export_status"] == "Pending"
    assert quantities("A") == [8]
    closed = script.get(f"carts/{cart}")
    assert (closed["is_active"], closed["reserved_order_id"]) == (False, order["increment_id"])


def test_ordering_a_cart_twice_makes_one_order(script: Script, cart: int) -> None:
    add(script, cart)
    send(script, cart)

    first, second = (script.put(f"carts/{cart}/order", CHECKMO) for _ in range(2))

    assert first == second == Order.objects.get().pk
    assert quantities("A") == [9]


def test_a_cart_that_was_ordered_is_not_changed_any_more(script: Script, cart: int) -> None:
    item = add(script, cart)
    send(script, cart)
    script.put(f"carts/{cart}/order", CHECKMO)
    body, row = {"cartItem": {"sku": "A", "qty": 1}}, f"items/{item['item_id']}"

    for method, path in (("POST", "items"), ("PUT", row), ("DELETE", row)):
        message = script.refused(method, f"carts/{cart}/{path}", body)
        assert message.startswith("This cart has become an order")


def test_units_of_a_product_add_up_in_its_row(script: Script, cart: int) -> None:
    first, second = add(script, cart, qty=1), add(script, cart, qty="1.5")

    assert second == {**first, "qty": 2.5}
    assert script.get(f"carts/{cart}/items") == [second]


def test_a_row_is_changed_and_taken_out(script: Script, cart: int) -> None:
    item_id = add(script, cart)["item_id"]
    before = Quote.objects.get().updated_at

    changed = script.put(f"carts/{cart}/items/{item_id}", {"cartItem": {"qty": 4}})

    assert changed["qty"] == 4
    assert Quote.objects.get().updated_at > before
    assert script.delete(f"carts/{cart}/items/{item_id}") is True
    assert script.get(f"carts/{cart}/items") == []
    script.refused("DELETE", f"carts/{cart}/items/{item_id}", status=404)


def test_a_variant_is_chosen_by_its_options_or_its_own_sku(script: Script, cart: int) -> None:
    parent = make_sold("P", None, type_id=Product.Type.CONFIGURABLE)
    for size in ("52", "53"):
        make_variant(parent, f"P-{size}", 10, size=size, price_group="7")
    option = {
        "extension_attributes": {
            "configurable_item_options": [{"option_id": "142", "option_value": 53}]
        }
    }

    item = add(script, cart, "P", 2, product_option=option)
    again = add(script, cart, "P", 1, product_option=option)
    alone = add(script, cart, "P-52")

    assert (item["sku"], item["product_type"], again["item_id"]) == (
        "P-53", "configurable", item["item_id"],
    )  # fmt: skip
    assert (alone["sku"], alone["product_type"]) == ("P-52", "simple")
    send(script, cart)
    order = script.get(f"orders/{script.put(f'carts/{cart}/order', CHECKMO)}")
    assert sorted(item["sku"] for item in order["items"]) == ["P-52", "P-53", "P-53"]
    assert quantities("P-52", "P-53") == [9, 7]


@pytest.mark.parametrize(
    ("item", "status", "text"),
    [
        ({"sku": "NOPE", "qty": 1}, 404, "The product that was requested doesn't exist"),
        ({"qty": 1}, 400, "Please name the product"),
        ({"sku": "A"}, 400, "is required"),
        ({"sku": "A", "qty": 0}, 400, "must be above 0"),
        ({"sku": "A", "qty": -1}, 400, "must be above 0"),
        ({"sku": "A", "qty": 11}, 400, 'SKU "A" is not available: 11 wanted, 10 salable'),
        ({"sku": "A", "qty": 10**10}, 400, "at most 99999999"),
        ({"sku": "OFF", "qty": 1}, 400, "trying to add is not available"),
        ({"sku": "ELSEWHERE", "qty": 1}, 400, "trying to add is not available"),
        ({"sku": "P", "qty": 1}, 400, "You need to choose options for your item."),
        ({"sku": "B", "qty": 1}, 400, "Please specify product option(s)."),
    ],
)
def test_what_cannot_be_sold_is_not_put_into_a_cart(
    script: Script, cart: int, item: dict[str, Any], status: int, text: str
) -> None:
    make_sold("OFF", status=Product.Status.DISABLED)
    make_product("ELSEWHERE")
    make_sold("P", None, type_id=Product.Type.CONFIGURABLE)
    make_sold("B", None, type_id=Product.Type.BUNDLE)

    message = script.refused("POST", f"carts/{cart}/items", {"cartItem": item}, status=status)

    assert text in message
    assert script.get(f"carts/{cart}/items") == []


def test_stock_that_was_sold_meanwhile_is_not_sold_again(script: Script, cart: int) -> None:
    add(script, cart, qty=6)
    send(script, cart)
    other = script.post("carts/")
    add(script, other, qty=6)
    send(script, other)
    script.put(f"carts/{other}/order", CHECKMO)

    message = script.refused("PUT", f"carts/{cart}/order", CHECKMO)

    assert 'SKU "A" is not available: 6 wanted, 4 salable' in message
    assert Order.objects.count() == 1


def test_a_billing_address_is_set_and_read(script: Script, cart: int) -> None:
    body = {"address": ADDRESS, "useForShipping": True}

    address_id = script.post(f"carts/{cart}/billing-address", body)

    read = {"id": address_id, "region_id": None, **ADDRESS}
    assert script.get(f"carts/{cart}/billing-address") == read
    document = script.get(f"carts/{cart}")
    assert document["customer"]["email"] == ADDRESS["email"]
    assert document["billing_address"]["street"] == ADDRESS["street"]
    assert Quote.objects.get().addresses.count() == 2


def test_an_address_that_cannot_be_kept_is_refused(script: Script, cart: int) -> None:
    message = script.refused(
        "POST", f"carts/{cart}/billing-address", {"address": {**ADDRESS, "country_id": "USA"}}
    )

    assert message.startswith("Billing address, country_id:")
    script.refused("GET", f"carts/{cart}/billing-address", status=404)


def test_a_cart_says_how_it_may_be_sent_and_paid_and_what_it_costs(
    script: Script, cart: int
) -> None:
    add(script, cart, qty=2)

    methods = script.get(f"carts/{cart}/shipping-methods")
    totals = script.get(f"carts/{cart}/totals")

    assert [(each["carrier_code"], each["method_code"], each["amount"]) for each in methods] == [
        ("flatrate", "flatrate", 5), ("freeshipping", "freeshipping", 0),
    ]  # fmt: skip
    assert {each["code"] for each in script.get(f"carts/{cart}/payment-methods")} == {
        "checkmo", "banktransfer", "purchaseorder",
    }  # fmt: skip
    assert (totals["subtotal"], totals["grand_total"], totals["items_qty"]) == (24, 24, 2)
    assert totals["total_segments"][-1] == {
        "code": "grand_total", "title": "Grand Total", "value": 24,
    }  # fmt: skip


def test_an_unknown_method_is_refused(script: Script, cart: int) -> None:
    add(script, cart)
    information = {
        "shipping_address": ADDRESS,
        "shipping_carrier_code": "ups",
        "shipping_method_code": "ground",
    }
    path = f"carts/{cart}/shipping-information"

    assert "Carrier with such method not found: ups, ground" in script.refused(
        "POST", path, {"addressInformation": information}
    )
    send(script, cart)
    assert "The requested Payment Method is not available." in script.refused(
        "PUT", f"carts/{cart}/order", {"paymentMethod": {"method": "paypal"}}
    )


def test_a_cart_is_made_in_the_store_view_of_the_address(script: Script, cart: int) -> None:
    uk = make_store(code="uk")

    cart_id = script.post("carts", prefix="uk/V1")

    assert Quote.objects.get(pk=cart_id).store == uk


def test_carts_are_searched_in_a_few_queries(script: Script, cart: int) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            script.get("carts/search?searchCriteria")
        return len(captured)

    queries()
    make_cart(("A", 1))
    few = queries()
    for _ in range(5):
        make_cart(("A", 1), ("A", 2))

    assert queries() == few
    found = script.get(f"carts/search?{criteria(id=cart)}")
    assert [each["id"] for each in found["items"]] == [cart]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "carts/99", None),
        ("GET", "carts/99/items", None),
        ("GET", "carts/99/totals", None),
        ("GET", "carts/99/billing-address", None),
        ("GET", "carts/99/shipping-methods", None),
        ("GET", "carts/99/payment-methods", None),
        ("POST", "carts/99/items", {"cartItem": {"sku": "A", "qty": 1}}),
        ("PUT", "carts/99/items/1", {"cartItem": {"qty": 1}}),
        ("DELETE", "carts/99/items/1", None),
        ("POST", "carts/99/billing-address", {"address": ADDRESS}),
        ("PUT", "carts/99/order", CHECKMO),
    ],
)
def test_a_cart_that_does_not_exist_is_not_found(
    script: Script, method: str, path: str, body: object
) -> None:
    make_store()

    assert script.refused(method, path, body, status=404).startswith("No such entity with")
