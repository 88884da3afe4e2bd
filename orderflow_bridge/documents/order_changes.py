"""Changing an order by the document of it that a shop or an ERP sends back.

Only what is given is changed. What has become of an order (its rows, its quantities, what was paid)
is no matter of a document: shipping, invoicing, cancelling and holding have calls of their own, and
those keep the books. A document that repeats how things stand is welcome.
"""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model

from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.documents.order_reading import (
    ORDERS,
    PAYMENTS,
    Values,
    extension_in,
    rarer_order_fields,
    read_address,
    read_history,
    read_payment,
    shipping_of,
)
from orderflow_bridge.documents.order_records import ITEM_EXTENSION
from orderflow_bridge.documents.orders import order_fields, orders_with_parts
from orderflow_bridge.documents.records import Document, number
from orderflow_bridge.sales.drafts import checked
from orderflow_bridge.sales.models import Order, OrderAddress, OrderPayment, OrderStatusHistory
from orderflow_bridge.sales.notifications import note_unannounced, tell_of_change
from orderflow_bridge.sales.selectors import LockedOrder, lock_orders_by_id
from orderflow_bridge.stores.order_statuses import register_status

State = Order.State

# The books, and what an order was placed with.
_KEPT = frozenset(
    (
        *("increment_id", "state", "hold_before_state", "hold_before_status", "is_virtual"),
        *("quote_id", "created_at", "total_invoiced", "total_paid", "total_refunded"),
        *("total_canceled", "total_qty_ordered"),
    )
)
# What follows of a row's place, and what is changed with the row standing.
_FOLLOWING = frozenset({"parent_item", "product_option", "extension_attributes", "updated_at"})
_OPEN = (State.NEW, State.PENDING_PAYMENT, State.PROCESSING, State.PAYMENT_REVIEW)
# What OrderFlow does not get, and need not be told of.
_UNSEEN = frozenset({"status", "state", "email_sent"})
# What the warehouse packs and sends by.
_DESPATCHED_BY = frozenset(
    ("items", "billing_address", "shipping_address", "shipping_method", "shipping_description")
)
CHANGED = "the order was changed."


@transaction.atomic
def change_order(order_id: int, values: Values) -> Order:
    """Change what a document says otherwise; return the order.

    `values` are read by ORDER's kinds. The state may move among the open ones. New entries of the
    history are added. If OrderFlow has the order, it is told of what it despatches by where it is
    to be (Announce Changed Orders); of the rest the order gets a notice. Raises NoSuchEntity, and
    OrderRefused for what cannot be changed so.
    """
    locked = lock_orders_by_id([order_id]).get(order_id)
    if locked is None:
        raise NoSuchEntity.any()
    order = locked.order
    now = order_fields(order)
    _check_books(locked, values, now)
    changed = _change_order(order, values, now)
    changed |= _change_addresses(order, values, now)
    changed |= _change_payment(order, values, now)
    changed |= _change_rows(locked, values)
    _add_histories(order, values)
    if changed & _DESPATCHED_BY:
        tell_of_change(order, CHANGED)
    elif changed - _UNSEEN:
        note_unannounced(order, CHANGED)
    return order


@transaction.atomic
def change_address_by_document(order_id: int, values: Values) -> Document:
    """Change one address of an order, and return its document.

    The address is named by its entity_id, else by its address_type. Raises NoSuchEntity and
    OrderRefused.
    """
    locked = lock_orders_by_id([order_id]).get(order_id)
    if locked is None:
        raise NoSuchEntity.any()
    kind = _kind_of(locked.order, values)
    shipping = {"shipping_assignments": [{"shipping": {"address": values}}]}
    is_billing = kind == OrderAddress.Type.BILLING
    part = {"billing_address": values} if is_billing else {"extension_attributes": shipping}
    if _change_addresses(locked.order, part, order_fields(locked.order)):
        tell_of_change(locked.order, CHANGED)
    now = order_fields(orders_with_parts(Order.objects.filter(pk=order_id)).get())
    changed: Document = now["billing_address"] if is_billing else shipping_of(now)["address"]
    return changed


def _kind_of(order: Order, values: Values) -> OrderAddress.Type:
    """Return which of an order's addresses a document is about. Raises NoSuchEntity."""
    addresses = OrderAddress.objects.filter(order=order)
    if values.get("entity_id"):
        found = addresses.filter(pk=values["entity_id"])
    else:
        found = addresses.filter(address_type=values.get("address_type") or "")
    kind = found.values_list("address_type", flat=True).first()
    if kind is None:
        raise NoSuchEntity.any()
    return OrderAddress.Type(kind)


def _change_rows(locked: LockedOrder, values: Values) -> set[str]:
    """Write what modules add to rows: gift messages, taxes."""
    rows = {row.pk: row for row in locked.rows}
    changed = []
    for item in values.get("items") or []:
        row = rows[item["item_id"]]
        extra = row.extra | extension_in(item, ITEM_EXTENSION)
        if extra != row.extra:
            row.extra = extra
            changed.append(row)
    update_rows(changed, "extra")
    return {"items"} if changed else set()


def _check_books(locked: LockedOrder, values: Values, now: Document) -> None:
    """Refuse what only its own call may change; `now` is the order's document as it stands."""
    order = locked.order
    number = values.get("increment_id")
    if number is not None and number.strip() != order.increment_id:
        raise OrderRefused("The increment id of an order cannot be changed.")
    for name in sorted(_KEPT - {"increment_id", "state"}):
        if not _repeats({name: values.get(name)}, now):
            raise OrderRefused(f"Order, {name}: cannot be changed by saving. Leave it out.")
    state = values.get("state")
    if state not in (None, order.state) and not (state in _OPEN and order.state in _OPEN):
        raise OrderRefused(
            f'The state cannot be changed from "{order.state}" to "{state}" by saving.'
            " Ship, invoice, cancel, hold or unhold the order."
        )
    rows = {row.pk: row for row in locked.rows}
    documents = {document["item_id"]: document for document in now["items"]}
    for item in values.get("items") or []:
        row = rows.get(item.get("item_id") or 0)
        if row is None:
            raise OrderRefused("Items cannot be added to an order that was placed.")
        stands = documents[row.pk]
        for name, value in item.items():
            is_same = name == "sku" and sku_key(str(value)) == sku_key(row.sku)
            if name not in _FOLLOWING and not is_same and not _repeats({name: value}, stands):
                raise OrderRefused(
                    f'Item "{row.sku}", {name}: cannot be changed once the order was placed.'
                    " Cancel the order and place another one."
                )


def _change_order(order: Order, values: Values, now: Document) -> set[str]:
    given = ORDERS.columns_in(values, but=_KEPT)
    if values.get("state"):
        given["state"] = values["state"]
    if "status" in given:
        given["status"] = given["status"].strip()
    method = shipping_of(values).get("method")
    if method:
        given["shipping_method"] = method
    rarer = rarer_order_fields(values)
    extension = order.extra.get("extension_attributes", {}) | rarer.pop("extension_attributes", {})
    new = {name: value for name, value in rarer.items() if now.get(name) != value}
    if extension:
        new["extension_attributes"] = extension
    if new:
        given["extra"] = {**order.extra, **new}
    changed = _write(order, given, "Order")
    if "status" in changed:
        register_status(order.status)
    return changed


def _change_addresses(order: Order, values: Values, now: Document) -> set[str]:
    documents = {
        OrderAddress.Type.BILLING: values.get("billing_address"),
        OrderAddress.Type.SHIPPING: shipping_of(values).get("address"),
    }
    current = {
        OrderAddress.Type.BILLING: now.get("billing_address"),
        OrderAddress.Type.SHIPPING: shipping_of(now).get("address"),
    }
    ids = dict(order.addresses.values_list("address_type", "pk"))
    changed: set[str] = set()
    for kind, document in documents.items():
        stands = current[kind] or {}
        if document and (not _repeats(document, stands) or _empties(document, stands)):
            address, rarer = read_address(document, kind)
            address.order, address.pk = order, ids.get(kind)
            address.save()
            order.extra = {**order.extra, f"{kind}_address": rarer}
            changed.add(f"{kind}_address")
    if changed:
        order.save(update_fields=("extra", "updated_at"))
    return changed


def _change_payment(order: Order, values: Values, now: Document) -> set[str]:
    document = values.get("payment") or {}
    payment = read_payment(document)
    if payment is None or _repeats(document, now.get("payment") or {}):
        return set()
    known = OrderPayment.objects.filter(order=order).first()
    if known is None:
        payment.order = order
        payment.save()
        return {"payment"}
    given = PAYMENTS.columns_in(document)
    if payment.title:
        given["title"] = payment.title
    if payment.extra:
        given["extra"] = {**known.extra, **payment.extra}
    return {"payment"} if _write(known, given, "Payment") else set()


def _add_histories(order: Order, values: Values) -> None:
    """Add the entries that are new: those without an id."""
    entries = [
        read_history(entry)
        for entry in values.get("status_histories") or []
        if not entry.get("entity_id")
    ]
    for entry in entries:
        entry.order = order
        entry.status = entry.status or order.status
    OrderStatusHistory.objects.bulk_create(entries)


def _write(row: Model, given: dict[str, Any], what: str) -> set[str]:
    """Save the columns that are given another value than they have; return their names."""
    changed = {name for name, value in given.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, given[name])
    if changed:
        checked(row, what)
        row.save()
    return changed


def _empties(given: Values, now: Values) -> bool:
    """Tell whether a part of a document says "" where something stands."""
    return any(value == "" and now.get(name) for name, value in given.items())


def _repeats(given: Values, now: Values) -> bool:
    """Tell whether a part of a document says nothing but how things stand."""
    return all(
        now.get(name) == (number(value) if isinstance(value, Decimal) else value)
        for name, value in given.items()
        if value not in (None, "")
    )
