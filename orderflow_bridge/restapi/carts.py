"""carts/…: carts, their items, addresses and totals, and making an order of one."""

from decimal import Decimal
from typing import Any

from orderflow_bridge.access.rights import QUOTES, QUOTES_VIEW
from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.documents.cart_records import (
    CART,
    CART_ADDRESS,
    CART_ADDRESSES,
    CART_ITEM,
    CART_TOTALS,
    PAYMENT_DETAILS,
    PAYMENT_METHOD,
    SHIPPING_METHOD,
)
from orderflow_bridge.documents.carts import (
    cart_address,
    cart_fields,
    cart_item,
    cart_list,
    carts_with_parts,
    payment_method_list,
    shipping_method_list,
    totals_fields,
)
from orderflow_bridge.documents.records import Document, Kind, Many, ints, record
from orderflow_bridge.documents.sale_columns import CART_COLUMNS
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.inventory.cart_units import add_to_cart, change_in_cart
from orderflow_bridge.inventory.placing import order_cart
from orderflow_bridge.restapi.order_records import (
    ADDRESS_BODY,
    CART_ITEM_BODY,
    PAYMENT_BODY,
    SHIPPING_BODY,
)
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.cart_choices import assign_customer
from orderflow_bridge.sales.cart_products import BundlePick, Picks
from orderflow_bridge.sales.checkout import parent_rows
from orderflow_bridge.sales.models import Quote, QuoteAddress
from orderflow_bridge.stores.selectors import store_by_code

_ASSIGN_BODY = record("CartAssignBody", ints("customer_id store_id"), required="customer_id")
_CARTS = results_of(CART, "QuoteDataCartSearchResultsInterface")


def find_cart(cart_id: int) -> Quote:
    """Return a cart with everything that belongs to it. Raises NoSuchEntity."""
    cart = carts_with_parts(Quote.objects.filter(pk=cart_id)).first()
    if cart is None:
        raise NoSuchEntity.field("cartId", cart_id)
    return cart


class CartsView(RestView):
    """New carts (quoteCartManagementV1)."""

    @operation(right=QUOTES, returns=Kind.INT)
    def post(self, call: Call) -> int:
        """Make an empty cart in the address's store view; its id."""
        store = store_by_code(call.store)
        if store is None:
            raise OrderRefused("There is no store view yet.")
        return carts.open_cart(store).pk


class CartSearchView(RestView):
    """Carts (quoteCartRepositoryV1)."""

    @operation(right=QUOTES_VIEW, is_search=True, returns=_CARTS)
    def get(self, call: Call) -> dict[str, object]:
        """Search carts."""
        page = call.page(Quote.objects.all(), CART_COLUMNS)
        return page.answer(cart_list(page.rows))


class CartView(RestView):
    """One cart (quoteCartRepositoryV1)."""

    @operation(right=QUOTES_VIEW, returns=CART)
    def get(self, call: Call, cart_id: int) -> Document:
        """Read a cart."""
        return cart_fields(find_cart(cart_id))

    @operation(right=QUOTES, takes=_ASSIGN_BODY, returns=Kind.FLAG)
    def put(self, call: Call, cart_id: int) -> bool:
        """Give a cart to a customer of its website."""
        assign_customer(cart_id, call.body["customer_id"], call.body.get("store_id"))
        return True


class CartBillingView(RestView):
    """Where a cart's order is billed to (quoteBillingAddressManagementV1)."""

    @operation(right=QUOTES_VIEW, returns=CART_ADDRESS)
    def get(self, call: Call, cart_id: int) -> Document:
        """Read the billing address."""
        for address in find_cart(cart_id).addresses.all():
            if address.address_type == QuoteAddress.Type.BILLING:
                return cart_address(address)
        raise NoSuchEntity.any()

    @operation(right=QUOTES, takes=ADDRESS_BODY, returns=Kind.INT)
    def post(self, call: Call, cart_id: int) -> int:
        """Set the billing address, and the shipping address if `useForShipping`; its id."""
        is_shipping_too = bool(call.body.get("use_for_shipping"))
        values = address_columns(call.body["address"])
        return carts.set_billing(cart_id, values, is_shipping_too=is_shipping_too).pk


class CartShippingView(RestView):
    """Where and how a cart is sent (checkoutShippingInformationManagementV1)."""

    @operation(right=QUOTES, takes=SHIPPING_BODY, returns=PAYMENT_DETAILS)
    def post(self, call: Call, cart_id: int) -> Document:
        """Set addresses and method; the ways to pay and the totals that follow."""
        given = call.body["address_information"]
        carts.set_shipping(
            cart_id,
            shipping=address_columns(given["shipping_address"]),
            billing=address_columns(given["billing_address"])
            if given.get("billing_address")
            else None,
            method=f"{given['shipping_carrier_code']}_{given['shipping_method_code']}",
        )
        cart = find_cart(cart_id)
        return PAYMENT_DETAILS.of(
            {"payment_methods": payment_method_list(cart), "totals": totals_fields(cart)}
        )


class CartShippingMethodsView(RestView):
    """The ways to send a cart (quoteShippingMethodManagementV1)."""

    @operation(right=QUOTES_VIEW, returns=Many(SHIPPING_METHOD))
    def get(self, call: Call, cart_id: int) -> list[Document]:
        """List the ways to send a cart."""
        return shipping_method_list(find_cart(cart_id))


class CartPaymentMethodsView(RestView):
    """The ways to pay a cart (quotePaymentMethodManagementV1)."""

    @operation(right=QUOTES_VIEW, returns=Many(PAYMENT_METHOD))
    def get(self, call: Call, cart_id: int) -> list[Document]:
        """List the ways to pay a cart."""
        return payment_method_list(find_cart(cart_id))


class CartTotalsView(RestView):
    """What a cart costs (quoteCartTotalRepositoryV1)."""

    @operation(right=QUOTES_VIEW, returns=CART_TOTALS)
    def get(self, call: Call, cart_id: int) -> Document:
        """Read the totals of a cart."""
        return totals_fields(find_cart(cart_id))


class CartOrderView(RestView):
    """Ordering a cart (quoteCartManagementV1)."""

    @operation(right=QUOTES, takes=PAYMENT_BODY, returns=Kind.INT)
    def put(self, call: Call, cart_id: int) -> int:
        """Make an order of a cart, with its stock held; the order's id.

        Without a payment method it is the one that was chosen before.

        A cart that was ordered before answers the same id: a lost answer may be asked for again.
        """
        payment = call.body.get("payment_method") or {}
        return order_cart(
            cart_id,
            payment_method=payment.get("method") or "",
            po_number=payment.get("po_number") or "",
        )


def address_columns(document: Document) -> dict[str, Any]:
    """Return an address's values by column; what has none is kept in `extra`."""
    values: dict[str, Any] = {name: document.get(name) or "" for name in CART_ADDRESSES.columns}
    rarer = CART_ADDRESSES.rarer_in(document)
    return values | {"street": "\n".join(document.get("street") or []), "extra": rarer}


_PLACES = 4


class CartItemsView(RestView):
    """The rows of a cart."""

    @operation(right=QUOTES_VIEW, returns=Many(CART_ITEM))
    def get(self, call: Call, cart_id: int) -> list[Document]:
        """List the rows of a cart."""
        return [cart_item(row) for row in parent_rows(find_cart(cart_id).items.all())]

    @operation(right=QUOTES, takes=CART_ITEM_BODY, returns=CART_ITEM)
    def post(self, call: Call, cart_id: int) -> Document:
        """Put units of a product into a cart; they are added to those that are there.

        `product_option.extension_attributes` says what was chosen: `configurable_item_options` the
        values of a variant, which its own SKU names as well; `bundle_options` what a bundle
        consists of; `grouped_options` the units of a group's products, each of which has a row of
        its own: the last one is the answer.
        """
        item = call.body["cart_item"]
        if not item.get("sku"):
            raise OrderRefused("Please name the product to add by its sku.")
        row = add_to_cart(cart_id, sku=item["sku"], qty=_qty(item), picks=_picks(item))
        return cart_item(row)


class CartItemView(RestView):
    """One row of a cart."""

    @operation(right=QUOTES, takes=CART_ITEM_BODY, returns=CART_ITEM)
    def put(self, call: Call, cart_id: int, item_id: int) -> Document:
        """Set the quantity of a row."""
        return cart_item(change_in_cart(cart_id, item_id, qty=_qty(call.body["cart_item"])))

    @operation(right=QUOTES, returns=Kind.FLAG)
    def delete(self, call: Call, cart_id: int, item_id: int) -> bool:
        """Take a row out of a cart."""
        carts.remove_item(cart_id, item_id)
        return True


def _qty(item: Document) -> Decimal:
    return round(Decimal(item["qty"]), _PLACES)


def _picks(item: Document) -> Picks:
    extension = (item.get("product_option") or {}).get("extension_attributes") or {}
    chosen = extension.get("configurable_item_options") or []
    bundle, group = extension.get("bundle_options"), extension.get("grouped_options")
    return Picks(
        variant=[option["option_value"] for option in chosen if option.get("option_value")],
        bundle=None
        if bundle is None
        else [
            BundlePick(each["option_id"], each.get("option_selections") or (), _units(each))
            for each in bundle
        ],
        group=None
        if group is None
        else {each["id"]: round(Decimal(each.get("qty") or 0), _PLACES) for each in group},
    )


def _units(option: Document) -> Decimal | None:
    qty = option.get("option_qty")
    return None if qty is None else round(Decimal(qty), _PLACES)


routes = [
    Route("carts", CartsView),
    Route("carts/search", CartSearchView),
    Route("carts/<cart_id>", CartView),
    Route("carts/<cart_id>/billing-address", CartBillingView),
    Route("carts/<cart_id>/shipping-information", CartShippingView),
    Route("carts/<cart_id>/shipping-methods", CartShippingMethodsView),
    Route("carts/<cart_id>/payment-methods", CartPaymentMethodsView),
    Route("carts/<cart_id>/totals", CartTotalsView),
    Route("carts/<cart_id>/order", CartOrderView),
    Route("carts/<cart_id>/items", CartItemsView),
    Route("carts/<cart_id>/items/<item_id>", CartItemView),
]
