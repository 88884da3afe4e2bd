"""Orders as rows of a file, one per item, with the columns that the import reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.documents.records import timestamp
from orderflow_bridge.file_transfer.order_cells import (
    ADDRESS_TEXTS,
    COLUMNS,
    ITEM_AMOUNTS,
    ITEM_TEXTS,
    KINDS_OF_ADDRESS,
    ORDER_AMOUNTS,
    ORDER_TEXTS,
)
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.stores.models import Website

__all__ = ("COLUMNS", "rows")

_AT_ONCE = 200


def rows(website: Website | None) -> Iterator[Sequence[str]]:
    """Yield the rows of a website's orders, or all, oldest first: four queries per 200 orders."""
    orders = Order.objects.order_by("pk").select_related("store", "payment")
    orders = orders.prefetch_related("items", "addresses")
    if website is not None:
        orders = orders.filter(website=website)
    last = 0
    while batch := list(orders.filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1].pk
        for order in batch:
            head = _head(order)
            for item in sorted(order.items.all(), key=lambda item: item.pk):
                cells = head | _item(item)
                yield [cells.get(column, "") for column in COLUMNS]


def _head(order: Order) -> dict[str, str]:
    cells = {name: _text(getattr(order, name)) for name in (*ORDER_TEXTS, *ORDER_AMOUNTS)}
    cells["store_view_code"] = order.store.code
    cells["shipping_method"] = order.shipping_method
    payment = getattr(order, "payment", None)
    cells["payment_method"] = payment.method if payment else ""
    addresses = {address.address_type: address for address in order.addresses.all()}
    for kind in KINDS_OF_ADDRESS:
        if address := addresses.get(kind):
            cells |= {f"{kind}_{name}": _text(getattr(address, name)) for name in ADDRESS_TEXTS}
    return cells


def _item(item: OrderItem) -> dict[str, str]:
    cells = {column: _text(getattr(item, name)) for column, name in ITEM_TEXTS.items()}
    cells |= {column: _text(getattr(item, name)) for column, name in ITEM_AMOUNTS.items()}
    cells["item_id"] = str(item.pk)
    cells["parent_item_id"] = _text(item.parent_item_id)
    return cells


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value)
        case datetime():
            return timestamp(value)
    return str(value)
