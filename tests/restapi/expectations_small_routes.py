"""What the routes answer that programs ask before they write: taxes, coupons, addresses, costs."""

from typing import Any

from orderflow_bridge.access.rights import (
    CUSTOMER_GROUPS,
    CUSTOMERS,
    CUSTOMERS_VIEW,
    PRICES,
    PRICES_VIEW,
    QUOTES,
    QUOTES_VIEW,
    SHIPMENTS_VIEW,
    SOURCE_ITEMS,
    SOURCES_VIEW,
    TAXES,
)
from orderflow_bridge.customers.services import save_customer
from orderflow_bridge.restapi.guest_carts import masked
from orderflow_bridge.sales.models import Shipment
from tests.carts import make_cart, make_sold
from tests.factories import make_order, make_product, make_source_item, make_store
from tests.restapi.stating import LISTED, Sent, Stated

_ADDRESS = {
    "firstname": "A",
    "lastname": "B",
    "city": "Leeds",
    "country_id": "GB",
    "default_billing": True,
    "default_shipping": True,
}
_TOTALS = {"addressInformation": {"shipping_carrier_code": "flatrate"}}
_PLACE = {"source_code": "default", "sku": "A"}


def _cart(body: Any = None, **parameters: Any) -> Sent:
    return Sent({"cart_id": make_cart((make_sold("A"), 1)).pk, **parameters}, body)


def _guest_cart(body: Any = None, **parameters: Any) -> Sent:
    return Sent({"cart_id": masked(make_cart((make_sold("A"), 1)).pk), **parameters}, body)


def _of_cart(
    method: str, address: str, right: str, body: Any = None, **parameters: Any
) -> list[Stated]:
    status = 404 if method == "put" else 200
    away: Any = {"carts": 9999, "guest-carts": "0" * 32}
    return [
        Stated(
            method,
            f"{stem}/<cart_id>/{address}",
            right,
            lambda found=found: found(body, **parameters),  # type: ignore[misc]
            status=status,
            missing=Sent({"cart_id": away[stem], **parameters}, body),
            malformed=None if body is None else 400,
        )
        for stem, found in (("carts", _cart), ("guest-carts", _guest_cart))
    ]


def _customer(**parameters: Any) -> Sent:
    store = make_store()
    values = {"email": "a@example.com", "firstname": "A", "lastname": "B", "addresses": [_ADDRESS]}
    customer = save_customer({**values, "website_id": store.website_id})
    ids = {"customer_id": customer.pk, "address_id": customer.addresses[0]["id"]}
    return Sent({name: ids.get(name, value) for name, value in parameters.items()})


def _of_customer(address: str, method: str = "get", right: str = CUSTOMERS_VIEW) -> Stated:
    return Stated(
        method,
        f"customers/<customer_id>/{address}",
        right,
        lambda: _customer(customer_id=0),
        missing=Sent({"customer_id": 9999}),
    )


def _skus() -> Sent:
    make_product("A", custom_attributes={"cost": "3"})
    return Sent(body={"skus": ["A"]})


def _cost() -> Sent:
    make_product("A")
    return Sent(body={"prices": [{"sku": "A", "cost": 3, "store_id": 0}]})


def _low(body: Any = None, **parameters: Any) -> Sent:
    make_source_item(make_product("A"), 3)
    return Sent(parameters, body)


def _store() -> Sent:
    return Sent({"store_id": make_store().pk})


def _shipment() -> Sent:
    return Sent({"shipment_id": Shipment.objects.create(order=make_order(), increment_id="1").pk})


STATED = [
    Stated("get", "taxClasses/search", TAXES, lambda: Sent(query=LISTED)),
    Stated(
        "get",
        "taxClasses/<tax_class_id>",
        TAXES,
        lambda: Sent({"tax_class_id": 2}),
        missing=Sent({"tax_class_id": 9}),
    ),
    Stated("get", "taxRates/search", TAXES, lambda: Sent(query=LISTED)),
    Stated("get", "taxRates/<rate_id>", TAXES, lambda: Sent({"rate_id": 1}), status=404),
    *_of_cart("get", "coupons", QUOTES_VIEW),
    *_of_cart("delete", "coupons", QUOTES),
    *_of_cart("put", "coupons/<coupon_code>", QUOTES, coupon_code="SALE"),
    *_of_cart("post", "totals-information", QUOTES_VIEW, _TOTALS),
    _of_customer("billingAddress"),
    _of_customer("shippingAddress"),
    _of_customer("permissions/readonly"),
    _of_customer("confirm"),
    _of_customer("carts", "post", CUSTOMERS),
    Stated(
        "get",
        "customers/addresses/<address_id>",
        CUSTOMERS_VIEW,
        lambda: _customer(address_id=0),
        missing=Sent({"address_id": 9999}),
    ),
    Stated(
        "delete",
        "addresses/<address_id>",
        CUSTOMERS,
        lambda: _customer(address_id=0),
        missing=Sent({"address_id": 9999}),
    ),
    Stated(
        "post",
        "customers/isEmailAvailable",
        CUSTOMERS_VIEW,
        lambda: Sent(body={"customerEmail": "b@example.com", "websiteId": 1}),
        malformed=400,
    ),
    Stated("get", "customerGroups/default", CUSTOMER_GROUPS, Sent),
    Stated(
        "get",
        "customerGroups/default/<store_id>",
        CUSTOMER_GROUPS,
        _store,
        missing=Sent({"store_id": 9999}),
    ),
    Stated(
        "get",
        "customerGroups/<group_id>/permissions",
        CUSTOMER_GROUPS,
        lambda: Sent({"group_id": 1}),
        missing=Sent({"group_id": 9999}),
    ),
    Stated("post", "products/cost-information", PRICES_VIEW, _skus, malformed=400),
    Stated("post", "products/cost", PRICES, _cost, malformed=400),
    Stated("post", "products/cost-delete", PRICES, _skus, malformed=400),
    Stated(
        "get",
        "shipment/<shipment_id>/label",
        SHIPMENTS_VIEW,
        _shipment,
        missing=Sent({"shipment_id": 9999}),
    ),
    Stated(
        "post",
        "inventory/low-quantity-notification",
        SOURCE_ITEMS,
        lambda: _low({"sourceItemConfigurations": [_PLACE | {"notify_stock_qty": 5.6}]}),
        malformed=400,
    ),
    Stated(
        "get",
        "inventory/low-quantity-notification/<source_code>/<sku>",
        SOURCES_VIEW,
        lambda: _low(**_PLACE),
        missing=Sent({"source_code": "default", "sku": "nowhere"}),
        missing_status=400,
    ),
    Stated(
        "post",
        "inventory/low-quantity-notifications-delete",
        SOURCE_ITEMS,
        lambda: _low({"sourceItems": [_PLACE]}),
        malformed=400,
    ),
]
