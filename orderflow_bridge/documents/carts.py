"""A cart as a document (quoteCartRepositoryV1)."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from orderflow_bridge.documents.order_reading import Reading
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    flags,
    floats,
    ints,
    record,
    texts,
)
from orderflow_bridge.documents.search import Columns, columns_of
from orderflow_bridge.sales.checkout import (
    SHIPPING_METHODS,
    Totals,
    parent_rows,
    payment_methods,
    row_total,
    totals_of,
)
from orderflow_bridge.sales.models import Quote, QuoteAddress, QuoteItem

CART_ITEM = record(
    "QuoteDataCartItemInterface",
    ints("item_id"),
    texts("sku"),
    floats("qty"),
    texts("name"),
    floats("price"),
    texts("product_type quote_id"),
    required="qty quote_id",
)
CART_ADDRESS = record(
    "QuoteDataAddressInterface",
    ints("id"),
    texts("region region_code country_id"),
    {"street": Many(Kind.TEXT)},
    texts("company telephone fax postcode city firstname lastname email"),
    texts("middlename prefix suffix vat_id"),
    ints("region_id customer_id customer_address_id same_as_billing save_in_address_book"),
    required="region region_code country_id street telephone postcode city firstname lastname",
)
CART_ADDRESSES = Reading(QuoteAddress, CART_ADDRESS, apart="id street")
_CURRENCY = record(
    "QuoteDataCurrencyInterface",
    texts("global_currency_code base_currency_code store_currency_code quote_currency_code"),
    floats("store_to_base_rate store_to_quote_rate base_to_global_rate base_to_quote_rate"),
)
CART = record(
    "QuoteDataCartInterface",
    ints("id"),
    texts("created_at updated_at"),
    flags("is_active is_virtual"),
    {"items": Many(CART_ITEM)},
    ints("items_count"),
    floats("items_qty"),
    {
        "customer": record("QuoteDataCustomer", texts("email firstname lastname")),
        "billing_address": CART_ADDRESS,
    },
    texts("reserved_order_id"),
    {"currency": _CURRENCY},
    flags("customer_is_guest"),
    texts("customer_note"),
    ints("store_id"),
    required="id customer store_id",
)
TOTAL_SEGMENT = record(
    "QuoteDataTotalSegmentInterface", texts("code title"), floats("value"), required="code value"
)
CART_TOTALS = record(
    "QuoteDataTotalsInterface",
    floats(
        "grand_total base_grand_total subtotal base_subtotal discount_amount base_discount_amount"
        " subtotal_with_discount base_subtotal_with_discount shipping_amount base_shipping_amount"
        " tax_amount base_tax_amount subtotal_incl_tax shipping_incl_tax"
    ),
    texts("base_currency_code quote_currency_code"),
    floats("items_qty"),
    {
        "items": Many(
            record(
                "QuoteDataTotalsItemInterface",
                ints("item_id"),
                floats("price base_price qty row_total base_row_total row_total_incl_tax"),
                texts("name"),
                required="item_id price qty row_total",
            )
        ),
        "total_segments": Many(TOTAL_SEGMENT),
    },
    required="total_segments",
)
PAYMENT_METHOD = record(
    "QuoteDataPaymentMethodInterface", texts("code title"), required="code title"
)
SHIPPING_METHOD = record(
    "QuoteDataShippingMethodInterface",
    texts("carrier_code method_code carrier_title method_title"),
    floats("amount base_amount"),
    flags("available"),
    texts("error_message"),
    floats("price_excl_tax price_incl_tax"),
    required="carrier_code method_code amount base_amount available",
)
PAYMENT_DETAILS = record(
    "CheckoutDataPaymentDetailsInterface",
    {"payment_methods": Many(PAYMENT_METHOD), "totals": CART_TOTALS},
    required="payment_methods totals",
)
CART_COLUMNS: Columns = columns_of(Quote, entity_id="id", id="id")


def carts_with_parts(carts: "QuerySet[Quote]") -> "QuerySet[Quote]":
    """Return the carts with everything their documents need: three queries, however many."""
    items = Prefetch("items", QuoteItem.objects.order_by("pk"))
    return carts.prefetch_related(items, "addresses")


def cart_list(carts: "QuerySet[Quote]") -> list[Document]:
    """Return the documents of these carts, in their order."""
    return [cart_fields(cart) for cart in carts_with_parts(carts)]


def cart_fields(cart: Quote) -> Document:
    """Return the document of a cart, which should come from `carts_with_parts`."""
    rows = parent_rows(cart.items.all())
    addresses = {address.address_type: address for address in cart.addresses.all()}
    billing = addresses.get(QuoteAddress.Type.BILLING)
    code = cart.currency_code
    return CART.of(
        {
            "id": cart.pk,
            "created_at": cart.created_at,
            "updated_at": cart.updated_at,
            "is_active": cart.is_active,
            "is_virtual": cart.is_virtual,
            "items": [cart_item(row) for row in rows],
            "items_count": len(rows),
            "items_qty": sum(row.qty for row in rows),
            "customer": {
                "email": cart.customer_email,
                "firstname": billing and billing.firstname,
                "lastname": billing and billing.lastname,
            },
            "billing_address": billing and cart_address(billing),
            "reserved_order_id": cart.reserved_order_id,
            "currency": {
                f"{name}_currency_code": code for name in ("global", "base", "store", "quote")
            },
            "customer_is_guest": True,
            "customer_note": cart.customer_note,
            "store_id": cart.store_id,
        }
    )


def cart_item(item: QuoteItem) -> Document:
    """Return the document of a cart's row."""
    return CART_ITEM.of(
        {
            "item_id": item.pk,
            "sku": item.sku,
            "qty": item.qty,
            "name": item.name,
            "price": item.price,
            "product_type": item.product_type,
            "quote_id": str(item.quote_id),
        }
    )


def cart_address(address: QuoteAddress) -> Document:
    """Return the document of a cart's address."""
    return CART_ADDRESS.of(
        {"id": address.pk, "street": address.street.splitlines(), **address.extra}
        | {name: getattr(address, name) for name in CART_ADDRESSES.columns}
    )


def totals_fields(cart: Quote) -> Document:
    """Return the totals of a cart, which should come from `carts_with_parts`."""
    items = list(cart.items.all())
    totals = totals_of(items, cart.shipping_method)
    own: dict[str, Any] = {
        "grand_total": totals.grand_total,
        "subtotal": totals.subtotal,
        "subtotal_with_discount": totals.subtotal,
        "shipping_amount": totals.shipping,
        "discount_amount": 0,
        "tax_amount": 0,
    }
    return CART_TOTALS.of(
        own
        | {f"base_{name}": value for name, value in own.items()}
        | {
            "subtotal_incl_tax": totals.subtotal,
            "shipping_incl_tax": totals.shipping,
            "base_currency_code": cart.currency_code,
            "quote_currency_code": cart.currency_code,
            "items_qty": totals.units,
            "items": [_total_item(row) for row in parent_rows(items)],
            "total_segments": _segments(totals),
        }
    )


def payment_method_list(cart: Quote) -> list[Document]:
    """Return the ways to pay a cart, which should come from `carts_with_parts`."""
    totals = totals_of(list(cart.items.all()), cart.shipping_method)
    found = payment_methods(totals)
    return [PAYMENT_METHOD.of({"code": code, "title": title}) for code, title in found.items()]


def shipping_method_list(cart: Quote) -> list[Document]:
    """Return the ways to send a cart; there are none for what is not sent in a parcel."""
    if cart.is_virtual:
        return []
    return [
        SHIPPING_METHOD.of(
            {
                "carrier_code": method.carrier_code,
                "method_code": method.method_code,
                "carrier_title": method.carrier_title,
                "method_title": method.method_title,
                "available": True,
                **dict.fromkeys(
                    ("amount", "base_amount", "price_excl_tax", "price_incl_tax"), method.amount
                ),
            }
        )
        for method in SHIPPING_METHODS
    ]


def _total_item(row: QuoteItem) -> dict[str, Any]:
    total = row_total(row)
    return {
        "item_id": row.pk,
        "name": row.name,
        "qty": row.qty,
        "price": row.price,
        "base_price": row.price,
        "row_total": total,
        "base_row_total": total,
        "row_total_incl_tax": total,
    }


def _segments(totals: Totals) -> list[dict[str, Any]]:
    return [
        {"code": "subtotal", "title": "Subtotal", "value": totals.subtotal},
        {"code": "shipping", "title": "Shipping & Handling", "value": totals.shipping},
        {"code": "grand_total", "title": "Grand Total", "value": totals.grand_total},
    ]
