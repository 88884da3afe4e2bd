"""carts/…: whose a cart is, how it is paid, what sending it would cost (docs/rest-sales.md)."""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction

from orderflow_bridge.access.rights import QUOTES, QUOTES_VIEW
from orderflow_bridge.documents.cart_records import CART_TOTALS, PAYMENT_DETAILS, SHIPPING_METHOD
from orderflow_bridge.documents.carts import (
    payment_method_list,
    shipping_method_list,
    totals_fields,
)
from orderflow_bridge.documents.records import Document, Kind, Many, record, texts
from orderflow_bridge.inventory.placing import order_cart
from orderflow_bridge.restapi.carts import address_columns, find_cart
from orderflow_bridge.restapi.order_records import ADDRESS_BODY, PAYMENT_BODY
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.cart_choices import choose_payment
from orderflow_bridge.sales.checkout import shipping_method

PAYMENT = record(
    "QuoteDataPaymentInterface",
    texts("po_number method"),
    {"additional_data": Many(Kind.TEXT)},
    required="method",
)
_PAYMENT_GIVEN = PAYMENT_BODY.fields["payment_method"]
_CHOICE = record("CartPaymentBody", {"method": _PAYMENT_GIVEN}, required="method")
_INFORMATION = record(
    "CartPaymentInformationBody",
    {
        "payment_method": _PAYMENT_GIVEN,
        "billing_address": ADDRESS_BODY.fields["address"],
    },
    texts("email"),
    required="payment_method",
)
# Who only asks what sending would cost may not know yet whom it is for.
_ROUGH_ADDRESS = replace(
    ADDRESS_BODY.fields["address"],  # type: ignore[type-var]  # a record
    name="CartEstimateAddress",
    required=frozenset(),
)
_ESTIMATE = record("CartEstimateBody", {"address": _ROUGH_ADDRESS}, required="address")
_TOTALS = record(
    "CartTotalsInformationBody",
    {
        "address_information": record(
            "CheckoutDataTotalsInformation",
            {"address": _ROUGH_ADDRESS},
            texts("shipping_carrier_code shipping_method_code"),
        )
    },
    required="address_information",
)


class CartPaymentView(RestView):
    """How a cart is paid (quotePaymentMethodManagementV1)."""

    @operation(right=QUOTES_VIEW, returns=Kind.ANY)
    def get(self, call: Call, cart_id: int) -> Document | None:
        """Read the way to pay that was chosen; `[]` if none was."""
        payment = find_cart(cart_id).payment
        return PAYMENT.of(payment | {"additional_data": []}) if payment else None

    @operation(right=QUOTES, takes=_CHOICE, returns=Kind.TEXT)
    def put(self, call: Call, cart_id: int) -> str:
        """Choose a way to pay."""
        _choose(cart_id, call.body["method"])
        return str(cart_id)


class CartEstimateView(RestView):
    """What sending would cost (quoteShipmentEstimationV1)."""

    @operation(right=QUOTES_VIEW, takes=_ESTIMATE, returns=Many(SHIPPING_METHOD))
    def post(self, call: Call, cart_id: int) -> list[Document]:
        """List the ways to send a cart to an address; they cost the same everywhere."""
        return shipping_method_list(find_cart(cart_id))


class CartTotalsInformationView(RestView):
    """What a cart would cost (checkoutTotalsInformationManagementV1)."""

    @operation(right=QUOTES_VIEW, takes=_TOTALS, returns=CART_TOTALS)
    def post(self, call: Call, cart_id: int) -> Document:
        """Work out the totals with a way to send the cart; nothing is written."""
        wanted = call.body["address_information"]
        cart = find_cart(cart_id)
        if wanted.get("shipping_carrier_code") and wanted.get("shipping_method_code"):
            code = f"{wanted['shipping_carrier_code']}_{wanted['shipping_method_code']}"
            cart.shipping_method = shipping_method(code).code
        return totals_fields(cart)


class CartPaymentInformationView(RestView):
    """Paying and ordering (checkoutPaymentInformationManagementV1)."""

    changes = None  # an order is placed, which counts the units that others hold by then

    @operation(right=QUOTES_VIEW, returns=PAYMENT_DETAILS)
    def get(self, call: Call, cart_id: int) -> Document:
        """Read the ways to pay, and the totals."""
        cart = find_cart(cart_id)
        return PAYMENT_DETAILS.of(
            {"payment_methods": payment_method_list(cart), "totals": totals_fields(cart)}
        )

    @operation(right=QUOTES, takes=_INFORMATION, returns=Kind.INT)
    def post(self, call: Call, cart_id: int) -> int:
        """Set the billing address and the way to pay, and order the cart; the order's id.

        A cart that was ordered before answers the same id.
        """
        with transaction.atomic():
            if find_cart(cart_id).is_active:
                _set(cart_id, call.body)
            return order_cart(cart_id, payment_method="")


class CartSetPaymentInformationView(RestView):
    """Paying (checkoutPaymentInformationManagementV1)."""

    @operation(right=QUOTES, takes=_INFORMATION, returns=Kind.FLAG)
    def post(self, call: Call, cart_id: int) -> bool:
        """Set the billing address and the way to pay."""
        with transaction.atomic():
            _set(cart_id, call.body)
        return True


def _set(cart_id: int, body: Mapping[str, Document]) -> None:
    if body.get("email"):
        carts.set_email(cart_id, str(body["email"]))
    if body.get("billing_address"):
        carts.set_billing(cart_id, address_columns(body["billing_address"]))
    _choose(cart_id, body["payment_method"])


def _choose(cart_id: int, payment: Document) -> None:
    choose_payment(cart_id, payment["method"], payment.get("po_number") or "")


routes = [
    Route("carts/<cart_id>/selected-payment-method", CartPaymentView),
    Route("carts/<cart_id>/estimate-shipping-methods", CartEstimateView),
    Route("carts/<cart_id>/totals-information", CartTotalsInformationView),
    Route("carts/<cart_id>/payment-information", CartPaymentInformationView),
    Route("carts/<cart_id>/set-payment-information", CartSetPaymentInformationView),
]
