"""A cart as a document (quoteCartRepositoryV1)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from orderflow_bridge.documents.cart_records import (
    CART,
    CART_ADDRESS,
    CART_ADDRESSES,
    CART_ITEM,
    CART_RATES,
    CART_TOTALS,
    PAYMENT_METHOD,
    RETAIL_CUSTOMER,
    SHIPPING_METHOD,
)
from orderflow_bridge.documents.records import Document
from orderflow_bridge.sales.checkout import (
    SHIPPING_METHODS,
    Totals,
    parent_rows,
    payment_methods,
    row_total,
    totals_of,
)
from orderflow_bridge.sales.models import Quote, QuoteAddress, QuoteItem


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
                "id": cart.customer_id,
                "email": cart.customer_email,
                "firstname": billing and billing.firstname,
                "lastname": billing and billing.lastname,
            },
            "billing_address": billing and cart_address(billing),
            "reserved_order_id": cart.reserved_order_id,
            # Magento has 0 until the cart is edited from an order, which never happens here.
            "orig_order_id": 0,
            "currency": {
                **{f"{name}_currency_code": code for name in ("global", "base", "store", "quote")},
                **dict.fromkeys(CART_RATES, 1),
            },
            "customer_is_guest": cart.customer_id is None,
            "customer_note": cart.customer_note,
            "customer_note_notify": True,
            "customer_tax_class_id": RETAIL_CUSTOMER,
            "store_id": cart.store_id,
            "extension_attributes": {"shipping_assignments": _assignments(cart, rows)},
        }
    )


def _assignments(cart: Quote, rows: Sequence[QuoteItem]) -> list[dict[str, Any]]:
    """Return where a cart's rows are sent; nothing that is not sent has a place."""
    if cart.is_virtual or not rows:
        return []
    addresses = {address.address_type: address for address in cart.addresses.all()}
    shipping = addresses.get(QuoteAddress.Type.SHIPPING)
    return [
        {
            "shipping": {
                "address": shipping and cart_address(shipping),
                "method": cart.shipping_method or None,
            },
            "items": [cart_item(row) for row in rows],
        }
    ]


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
            "product_option": {"extension_attributes": item.options} if item.options else None,
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
        "subtotal_incl_tax": totals.subtotal,
        "shipping_incl_tax": totals.shipping,
        **dict.fromkeys(
            ("discount_amount", "tax_amount", "shipping_tax_amount", "shipping_discount_amount"), 0
        ),
    }
    return CART_TOTALS.of(
        _with_base(own)
        | {
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
                "error_message": "",
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
        "options": "[]",
        **_with_base({"price": row.price, "price_incl_tax": row.price}),
        **_with_base({"row_total": total, "row_total_incl_tax": total}),
        "row_total_with_discount": total,
        **_with_base({"tax_amount": 0, "discount_amount": 0}),
        "tax_percent": 0,
        "discount_percent": 0,
    }


def _with_base(amounts: dict[str, Any]) -> dict[str, Any]:
    """Return amounts and their twins in the base currency, which is a cart's own."""
    return amounts | {f"base_{name}": amount for name, amount in amounts.items()}


def _segments(totals: Totals) -> list[dict[str, Any]]:
    return [
        {"code": "subtotal", "title": "Subtotal", "value": totals.subtotal},
        {"code": "shipping", "title": "Shipping & Handling", "value": totals.shipping},
        {"code": "grand_total", "title": "Grand Total", "value": totals.grand_total},
    ]
