"""Guest carts by a mask, carts of customers, and ways to pay that are chosen before."""

from typing import Any

import pytest

from orderflow_bridge.restapi.guest_carts import masked
from orderflow_bridge.sales.models import Order, Quote
from tests.carts import make_cart, make_sold
from tests.factories import make_store
from tests.restapi.expectations_customers import NAMED
from tests.restapi.shop import ADDRESS, Script, criteria

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [{}, {"country_id": "US"}, {"countryId": "US", "postcode": "94105", "region_id": 12}],
)
def test_what_sending_costs_can_be_asked_before_it_is_known_whom_it_is_for(
    script: Script, address: dict[str, object]
) -> None:
    make_sold("A", 10, price=10)
    cart, mask = script.post("carts"), script.post("guest-carts")
    for path in (f"carts/{cart}", f"guest-carts/{mask}"):
        script.post(f"{path}/items", {"cartItem": {"sku": "A", "qty": 2}})
        chosen = {"shipping_carrier_code": "flatrate", "shipping_method_code": "flatrate"}

        methods = script.post(f"{path}/estimate-shipping-methods", {"address": address})
        asked = {"addressInformation": {"address": address, **chosen}}
        totals = script.post(f"{path}/totals-information", asked)

        assert [each["carrier_code"] for each in methods] == ["flatrate", "freeshipping"]
        assert totals["grand_total"] == 25


def test_a_guest_buys_by_a_mask_from_the_empty_cart_to_the_order(script: Script) -> None:
    make_sold("A", 10, price=10)
    mask = script.post("guest-carts")
    path = f"guest-carts/{mask}"

    script.post(f"{path}/items", {"cartItem": {"sku": "A", "qty": 2, "quote_id": mask}})
    methods = script.post(f"{path}/estimate-shipping-methods", {"address": ADDRESS})
    script.post(
        f"{path}/shipping-information",
        {
            "addressInformation": {
                "shipping_address": ADDRESS,
                "shipping_carrier_code": methods[0]["carrier_code"],
                "shipping_method_code": methods[0]["method_code"],
            }
        },
    )
    assert script.get(f"{path}/selected-payment-method") == []
    script.put(f"{path}/selected-payment-method", {"method": {"method": "banktransfer"}})
    assert script.get(f"{path}/selected-payment-method") == {
        "method": "banktransfer",
        "additional_data": [],
    }
    details = script.get(f"{path}/payment-information")
    assert details["totals"]["grand_total"] == 25
    order_id = script.post(
        f"{path}/payment-information",
        {
            "email": "guest@example.com",
            "paymentMethod": {"method": "purchaseorder", "po_number": "PO 7"},
            "billingAddress": ADDRESS,
        },
    )

    order = Order.objects.get(pk=order_id)
    assert (order.customer_email, order.customer_is_guest) == ("guest@example.com", True)
    assert (order.payment.method, order.payment.extra) == ("purchaseorder", {"po_number": "PO 7"})
    again = {"paymentMethod": {"method": "checkmo"}}
    assert script.post(f"{path}/payment-information", again) == order_id


@pytest.mark.parametrize("change", [lambda mask: "1", lambda mask: mask[1:] + "0"])
def test_a_mask_cannot_be_guessed(script: Script, change: Any) -> None:
    cart = make_cart((make_sold("A", 10), 2))
    mask = masked(cart.pk)

    assert len(mask) == 32
    assert script.get(f"guest-carts/{mask}")["id"] == cart.pk
    assert script.refused("GET", f"guest-carts/{change(mask)}", status=404) == (
        "No such entity with %fieldName = %fieldValue"
    )


def test_a_customers_cart_becomes_his_order(script: Script) -> None:
    cart = make_cart((make_sold("A", 10), 2))
    customer = script.post("customers", {"customer": {**NAMED, "group_id": 2}})
    assign = {"customerId": customer["id"], "storeId": cart.store_id}

    assert script.put(f"carts/{cart.pk}", assign) is True

    found = script.get(f"carts/{cart.pk}")
    assert (found["customer_is_guest"], found["customer"]["id"]) == (False, customer["id"])
    for filters in ({"customer_id": customer["id"]}, {"customer_is_guest": 0}):
        assert script.get(f"carts/search?{criteria(**filters)}")["total_count"] == 1
    script.put(f"carts/{cart.pk}/selected-payment-method", {"method": {"method": "checkmo"}})
    order = script.get(f"orders/{script.put(f'carts/{cart.pk}/order', {})}")
    assert (order["customer_id"], order["customer_is_guest"], order["customer_group_id"]) == (
        *(customer["id"], 0),
        2,
    )
    assert order["customer_email"] == NAMED["email"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda cart, other: {"customerId": 999}, "No such entity with %fieldName = %fieldValue"),
        (
            lambda cart, other: {"customerId": 1, "storeId": other.store_id},
            "The customer can't be assigned to the cart because the customer belongs to a different"
            " store.",
        ),
        (
            lambda cart, other: (
                Quote.objects.filter(pk=cart.pk).update(customer_id=5) and {"customerId": 1}
            ),
            "The customer can't be assigned to the cart because the cart isn't anonymous.",
        ),
        (
            lambda cart, other: (
                Quote.objects.filter(pk=other.pk).update(customer_id=1) and {"customerId": 1}
            ),
            "The customer can't be assigned to the cart because the customer already has an active"
            " cart.",
        ),
    ],
)
def test_a_cart_that_cannot_be_assigned_says_why(script: Script, make: Any, message: str) -> None:
    cart = make_cart((make_sold("A", 10), 2))
    other = Quote.objects.create(store=make_store())
    script.post("customers", {"customer": {**NAMED, "website_id": cart.store.website_id}})
    status = 404 if message.startswith("No such") else 400

    assert script.refused("PUT", f"carts/{cart.pk}", make(cart, other), status=status) == message


def test_a_way_to_pay_that_there_is_not_is_refused(script: Script) -> None:
    cart = make_cart((make_sold("A", 10), 2))
    body = {"method": {"method": "bitcoin"}}

    assert script.refused("PUT", f"carts/{cart.pk}/selected-payment-method", body) == (
        "The requested Payment Method is not available."
    )
    assert script.refused("PUT", f"carts/{cart.pk}/order", {}) == (
        "The requested Payment Method is not available."
    )
