"""An order as a document: from the columns, from `extra`, and from what follows of both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from orderflow_bridge.common.numbers import cents
from orderflow_bridge.documents.order_records import (
    ADDRESS,
    ITEM,
    ORDER,
    PAYMENT,
    STATUS_HISTORY,
    base_twin,
)
from orderflow_bridge.documents.records import Document, Kind, Record
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
)

RATES = ("base_to_global_rate", "base_to_order_rate", "store_to_base_rate", "store_to_order_rate")
_SHIPPING = OrderAddress.Type.SHIPPING
_Part = TypeVar("_Part", OrderItem, OrderAddress, OrderStatusHistory)


@dataclass(frozen=True)
class Parts:
    """What hangs on an order: all of its rows, addresses and history, in their tables' order."""

    items: Iterable[OrderItem]
    addresses: Iterable[OrderAddress]
    histories: Iterable[OrderStatusHistory]


def orders_with_parts(orders: "QuerySet[Order]") -> "QuerySet[Order]":
    """Return the orders with everything their documents need: four queries, however many."""
    return orders.select_related("store__website", "store__group", "payment").prefetch_related(
        "items", "addresses", "status_histories"
    )


def order_list(orders: "QuerySet[Order]") -> list[Document]:
    """Return the documents of these orders, in their order: four queries, however many.

    The parts are handed out here, because Django's prefetching makes a queryset for every part of
    every order, which takes longer than reading them.
    """
    found = list(orders.select_related("store__website", "store__group", "payment"))
    ids = [order.pk for order in found]
    items = _by_order(OrderItem.objects.filter(order__in=ids))
    addresses = _by_order(OrderAddress.objects.filter(order__in=ids))
    histories = _by_order(OrderStatusHistory.objects.filter(order__in=ids))
    return [
        order_fields(
            order,
            Parts(
                items.get(order.pk, ()), addresses.get(order.pk, ()), histories.get(order.pk, ())
            ),
        )
        for order in found
    ]


def item_list(items: "QuerySet[OrderItem]") -> list[Document]:
    """Return the documents of these order rows, in their order: one query, however many."""
    return [item_fields(item) for item in items.select_related("order", "parent_item")]


def item_fields(item: OrderItem) -> Document:
    """Return the document of an order's row, which should come with its order and its parent."""
    parent = item.parent_item and ITEM.of(_item(item.parent_item, item.order))
    return ITEM.of(_item(item, item.order) | {"parent_item": parent})


def history_fields(entry: OrderStatusHistory) -> Document:
    """Return the document of an entry of an order's history."""
    return STATUS_HISTORY.of(_history(entry))


def order_fields(order: Order, parts: Parts | None = None) -> Document:
    """Return the document of an order, which should come from `orders_with_parts` or with `parts`.

    Columns come first, then `extra`; amounts in the base currency equal the order's own when the
    two currencies are one. The export status is that of now: a fetch reads it before it marks.
    """
    parts = parts or Parts(order.items.all(), order.addresses.all(), order.status_histories.all())
    values = _columns(order, ORDER) | {"entity_id": order.pk, "store_name": _store_name(order)}
    _derive(values, order, parts)
    add_base_twins(values, ORDER, order)
    addresses = {each.address_type: _address(each, order) for each in parts.addresses}
    billing = addresses.get(OrderAddress.Type.BILLING)
    items = _items(order, parts)
    payment = getattr(order, "payment", None)
    title = payment.title if payment else ""
    values |= {
        "items": items,
        "billing_address_id": (billing or {}).get("entity_id", values.get("billing_address_id")),
        "billing_address": billing,
        "payment": payment and _payment(payment, order),
        "status_histories": [_history(entry) for entry in parts.histories],
        "extension_attributes": {
            **(values.get("extension_attributes") or {}),
            "shipping_assignments": [
                {
                    "shipping": {
                        # A virtual order goes nowhere.
                        "address": None if order.is_virtual else addresses.get(_SHIPPING),
                        "method": order.shipping_method,
                        "total": values,
                    },
                    "items": items,
                    "stock_id": order.extra.get("stock_id"),
                }
            ],
            "payment_additional_info": [{"key": "method_title", "value": title}] if title else [],
            "orderflow_export_status": order.orderflow_export_status,
            "orderflow_export_date": order.orderflow_export_date,
        },
    }
    return ORDER.of(values)


def _by_order(parts: Iterable[_Part]) -> dict[int, list[_Part]]:
    found: dict[int, list[_Part]] = {}
    for part in parts:
        found.setdefault(part.order_id, []).append(part)
    return found


def _columns(row: Model, record: Record) -> dict[str, Any]:
    """Return a row's values by the record's names: a filled column, else the entry in `extra`."""
    values: dict[str, Any] = dict(getattr(row, "extra", {}))
    for name in _names(type(row), record):
        value = getattr(row, name)
        # Asked first: to compare an amount with a text takes longer than all the rest.
        if name not in values or (value is not None and value != ""):
            values[name] = value
    return values


@cache
def _names(model: type[Model], record: Record) -> tuple[str, ...]:
    """Return the columns of a table that are fields of a record."""
    names = (field.attname for field in model._meta.concrete_fields)
    return tuple(name for name in names if name in record.fields)


def _derive(values: dict[str, Any], order: Order, parts: Parts) -> None:
    """Add what follows from the columns, where `extra` does not say it."""
    derived = {
        "total_due": cents(max(order.grand_total - order.total_paid, Decimal(0))),
        "total_item_count": sum(not item.parent_item_id for item in parts.items),
    }
    for name, value in (derived | currencies(order)).items():
        values.setdefault(name, value)


def currencies(order: Order) -> dict[str, Any]:
    """Return an order's currencies and rates by Magento's names; rates that are unknown are left.

    What the order keeps counts, else there is one currency besides the order's own.
    """
    base = order.base_currency_code
    codes = {f"{name}_currency_code": base for name in ("global", "store")}
    rates = {}
    if base == order.order_currency_code:
        rates = dict.fromkeys(RATES, Decimal(1))
    kept = {name: order.extra[name] for name in (*codes, *RATES) if name in order.extra}
    own = {"base_currency_code": base, "order_currency_code": order.order_currency_code}
    return {**codes, **rates, **kept, **own}


def add_base_twins(values: dict[str, Any], record: Record, order: Order) -> None:
    """Add the twins in the base currency of amounts, where an order's two currencies are one."""
    if order.base_currency_code != order.order_currency_code:
        return
    for name, twin in _twins(record):
        value = values.get(name)
        if value is not None:
            values.setdefault(twin, value)


@cache
def _twins(record: Record) -> tuple[tuple[str, str], ...]:
    """Return the amounts of a record that have a twin in the base currency, with the twin."""
    pairs = (
        (name, base_twin(name)) for name, shape in record.fields.items() if shape is Kind.FLOAT
    )
    return tuple((name, twin) for name, twin in pairs if twin in record.fields)


def _store_name(order: Order) -> str:
    store = order.store
    return f"{store.website.name}\n{store.group.name}\n{store.name}"


def _items(order: Order, parts: Parts) -> list[Document]:
    """Return the rows; a child carries its whole parent."""
    rows = sorted(parts.items, key=lambda item: (item.parent_item_id or 0, item.pk))
    documents: dict[int, Document] = {}
    for row, values in [(row, _item(row, order)) for row in rows]:
        parent = documents.get(row.parent_item_id or 0)
        documents[row.pk] = ITEM.of(values | {"parent_item": parent})
    return [documents[pk] for pk in sorted(documents)]


def _item(item: OrderItem, order: Order) -> dict[str, Any]:
    values = _columns(item, ITEM) | {"item_id": item.pk, "store_id": order.store_id}
    if item.weight is not None:
        values.setdefault("row_weight", item.weight * item.qty_ordered)
    add_base_twins(values, ITEM, order)
    return values


def _history(entry: OrderStatusHistory) -> dict[str, Any]:
    ids = {"entity_id": entry.pk, "parent_id": entry.order_id}
    return _columns(entry, STATUS_HISTORY) | ids | {"comment": entry.comment or None}


def _address(address: OrderAddress, order: Order) -> dict[str, Any]:
    rarer = order.extra.get(f"{address.address_type}_address")
    return (
        (dict(rarer) if isinstance(rarer, Mapping) else {})
        | {name: value for name, value in _columns(address, ADDRESS).items() if value}
        | {
            "entity_id": address.pk,
            "parent_id": order.pk,
            "street": address.street.splitlines() or None,
            "email": address.email or order.customer_email,
            "city": address.city,
            "postcode": address.postcode,
            "telephone": address.telephone,
        }
    )


def _payment(payment: OrderPayment, order: Order) -> dict[str, Any]:
    values = _columns(payment, PAYMENT) | {"entity_id": payment.pk, "parent_id": order.pk}
    values.setdefault("additional_information", [payment.title] if payment.title else [])
    values.setdefault("shipping_amount", order.shipping_amount)
    add_base_twins(values, PAYMENT, order)
    return values
