"""Carts: filled, addressed, paid and ordered; carts of guests and of customers; what they lack."""

from typing import Any

from orderflow_bridge.customers.services import save_customer
from tests.carts import make_sold
from tests.restapi.cases.case import (
    Case,
    Family,
    Step,
    delete,
    get,
    has,
    missing,
    post,
    put,
    refused,
    size,
)
from tests.restapi.shop import ADDRESS, Script

_NO_CART = "No such entity with %fieldName = %fieldValue"
_SENT = {
    "addressInformation": {
        "shipping_address": ADDRESS,
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
}
_PAID = {"paymentMethod": {"method": "checkmo"}}


def fill(script: Script) -> dict[str, Any]:
    """Make products, a customer, an empty cart, a cart with two bags, and one for a guest."""
    bag = make_sold("A", 10, price=10)
    make_sold("V", 10, price=3, type_id="virtual")
    make_sold("D", 10, price=3, status=2)
    website = bag.websites.get()
    customer = {
        "email": "a@example.com", "firstname": "A", "lastname": "B", "website_id": website.pk
    }  # fmt: skip
    empty, cart, guest = script.post("carts"), script.post("carts"), script.post("guest-carts")
    row = script.post(f"carts/{cart}/items", {"cartItem": _item("A", 2)})
    virtual = script.post("carts")
    script.post(f"carts/{virtual}/items", {"cartItem": _item("V", 1)})
    sent = script.post("carts")
    script.post(f"carts/{sent}/items", {"cartItem": _item("A", 1)})
    script.post(f"carts/{sent}/shipping-information", _SENT)
    return {
        "empty": empty,
        "cart": cart,
        "row": row["item_id"],
        "guest": guest,
        "virtual": virtual,
        "sent": sent,
        "customer": save_customer(customer).pk,
        "store": website.stores.get().pk,
    }


def _item(sku: str, qty: float = 1) -> dict[str, Any]:
    return {"sku": sku, "qty": qty}


def _add(sku: str, qty: float = 1) -> dict[str, Any]:
    return {"cartItem": _item(sku, qty)}


def _of_both(stem: str, cart: str) -> list[Case]:
    """Return what a cart answers by its number and by its mask."""
    path, filled = f"{stem}/{{{cart}}}", [Step("in", "POST", f"{stem}/{{{cart}}}/items", _add("A"))]
    sent = [*filled, Step("to", "POST", f"{path}/shipping-information", _SENT)]
    return [
        get(f"{stem}: a cart", path, {"is_active": True, "items_qty": 0, "items": []}),
        post(f"{stem}: a bag", f"{path}/items", _add("A", 3), {"sku": "A", "qty": 3, "price": 10}),
        get(f"{stem}: its rows", f"{path}/items", [{"sku": "A", "qty": 1}], before=filled),
        put(
            f"{stem}: more of it",
            f"{path}/items/{{in[item_id]}}",
            {"cartItem": {"qty": 5}},
            {"qty": 5},
            before=filled,
        ),
        missing(
            f"{stem}: no such product", "POST", f"{path}/items", "The product that was", _add("?")
        ),
        refused(
            f"{stem}: a disabled product",
            "POST",
            f"{path}/items",
            "Product that you are trying to add is not available.",
            _add("D"),
        ),
        refused(
            f"{stem}: too many",
            "POST",
            f"{path}/items",
            "The requested quantity",
            _add("A", 11),
            differs="names the SKU and how many there are; Magento: *The requested qty is not"
            " available*",
        ),
        post(
            f"{stem}: where it is billed",
            f"{path}/billing-address",
            {"address": ADDRESS, "useForShipping": True},
            int,
            read=(f"{path}/billing-address", {"city": "Calder", "postcode": "49628-7978"}),
        ),
        get(
            f"{stem}: ways to send it",
            f"{path}/shipping-methods",
            has({"carrier_code": "flatrate", "amount": 5, "available": True}),
            before=filled,
        ),
        post(
            f"{stem}: what sending would cost",
            f"{path}/estimate-shipping-methods",
            {"address": ADDRESS},
            has({"method_code": "flatrate", "base_amount": 5}),
            before=filled,
        ),
        get(
            f"{stem}: ways to pay",
            f"{path}/payment-methods",
            has({"code": "checkmo"}),
            before=filled,
        ),
        post(
            f"{stem}: where it goes",
            f"{path}/shipping-information",
            _SENT,
            {"payment_methods": list, "totals": {"grand_total": 15, "shipping_amount": 5}},
            before=filled,
        ),
        get(
            f"{stem}: what it costs",
            f"{path}/totals",
            {"grand_total": 15, "subtotal": 10, "items": [{"qty": 1, "row_total": 10}]},
            before=sent,
        ),
        post(
            f"{stem}: what it would cost",
            f"{path}/totals-information",
            {
                "addressInformation": {
                    "address": ADDRESS,
                    "shipping_carrier_code": "freeshipping",
                    "shipping_method_code": "freeshipping",
                }
            },
            {"grand_total": 10, "shipping_amount": 0},
            before=filled,
        ),
        get(f"{stem}: no way to pay was chosen", f"{path}/selected-payment-method", []),
        put(
            f"{stem}: a way to pay",
            f"{path}/selected-payment-method",
            {"method": {"method": "checkmo"}},
            str,
            before=filled,
            read=(f"{path}/selected-payment-method", {"method": "checkmo"}),
        ),
        refused(
            f"{stem}: no such way to pay",
            "PUT",
            f"{path}/selected-payment-method",
            "The requested Payment Method is not available.",
            {"method": {"method": "barter"}},
            before=filled,
        ),
        get(
            f"{stem}: ways to pay and totals",
            f"{path}/payment-information",
            {"payment_methods": has({"code": "checkmo"}), "totals": {"grand_total": 15}},
            before=sent,
        ),
        post(
            f"{stem}: paying and ordering",
            f"{path}/payment-information",
            _PAID,
            int,
            before=sent,
        ),
        put(f"{stem}: ordering", f"{path}/order", _PAID, int, before=sent),
        get(f"{stem}: no coupon", f"{path}/coupons", []),
        missing(
            f"{stem}: no coupon is valid",
            "PUT",
            f"{path}/coupons/SALE",
            "The coupon code isn't valid. Verify the code and try again.",
            before=filled,
        ),
        delete(f"{stem}: a coupon away", f"{path}/coupons", before=filled),
        missing(
            f"{stem}: a coupon of an empty cart",
            "PUT",
            f"{path}/coupons/SALE",
            'The "%1" Cart doesn\'t contain products.',
        ),
        refused(f"{stem}: ordering nothing", "PUT", f"{path}/order", "", _PAID),
    ]


CASES = (
    post("a new cart", "carts", None, int),
    post("a new guest's cart", "guest-carts", None, lambda found: len(found) == 32),
    missing("no such cart", "GET", "carts/999999", _NO_CART),
    missing("no such mask", "GET", "guest-carts/0123", _NO_CART),
    get("a cart with two bags", "carts/{cart}", {"items_count": 1, "items_qty": 2, "id": "{cart}"}),
    get("a cart of nobody", "carts/{cart}", {"customer_is_guest": True, "store_id": int}),
    put(
        "a cart of a customer",
        "carts/{cart}",
        {"customerId": "{customer}", "storeId": "{store}"},
        True,
    ),
    missing("a cart of no customer", "PUT", "carts/{cart}", _NO_CART, {"customerId": 999}),
    refused(
        "a cart of two customers",
        "PUT",
        "carts/{cart}",
        "The customer can't be assigned to the cart because the cart isn't anonymous.",
        {"customerId": "{customer}"},
        before=[Step("one", "PUT", "carts/{cart}", {"customerId": "{customer}"})],
    ),
    refused(
        "two carts of a customer",
        "PUT",
        "carts/{cart}",
        "The customer can't be assigned to the cart because the customer already has an",
        {"customerId": "{customer}"},
        before=[Step("one", "PUT", "carts/{empty}", {"customerId": "{customer}"})],
    ),
    post("the cart of a customer", "customers/{customer}/carts", None, int),
    missing("the cart of no customer", "POST", "customers/999/carts", _NO_CART),
    delete("a row", "carts/{cart}/items/{row}", read=("carts/{cart}/items", [])),
    missing("no such row", "DELETE", "carts/{cart}/items/999999", ""),
    refused(
        "a row without units",
        "POST",
        "carts/{cart}/items",
        '"%fieldName" is required',
        {"cartItem": {"sku": "A"}},
    ),
    get("nothing to send", "carts/{virtual}/shipping-methods", []),
    refused(
        "ordering without an address",
        "PUT",
        "carts/{cart}/order",
        "The shipping address is missing. Set the address and try again.",
        _PAID,
    ),
    refused(
        "no such way to send it",
        "POST",
        "carts/{cart}/shipping-information",
        "Carrier with such method not found: flatrate, slow",
        {"addressInformation": _SENT["addressInformation"] | {"shipping_method_code": "slow"}},
    ),
    put(
        "ordering it twice",
        "carts/{sent}/order",
        _PAID,
        "{order}",
        before=[Step("order", "PUT", "carts/{sent}/order", _PAID)],
        differs="the same order's id again, if an answer was lost; Magento finds no such cart",
    ),
    get(
        "the order that it becomes",
        "orders/{order}",
        {"grand_total": 15, "state": "new", "items": size(1)},
        before=[Step("order", "PUT", "carts/{sent}/order", _PAID)],
    ),
    *_of_both("carts", "empty"),
    *_of_both("guest-carts", "guest"),
)
FAMILY = Family("carts", fill, CASES)
