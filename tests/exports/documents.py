"""Reading import documents in tests."""

from datetime import UTC, datetime

from lxml import etree

from exports.documents import order_document
from orderflow_bridge.client.documents import orders_document
from orderflow_bridge.sales.models import Order
from tests.factories import make_address, make_order

EXPORTED_AT = datetime(2017, 3, 22, 15, 22, 15, tzinfo=UTC)


def order_lines(order: Order) -> list[str]:
    """Return the lines of an order's document, the order read anew."""
    order = Order.objects.get(pk=order.pk)
    return lines_of(orders_document([order_document(order, now=EXPORTED_AT)]))


def lines_of(xml: bytes) -> list[str]:
    """Return the lines of a document that holds one entity."""
    [element] = etree.fromstring(xml)
    return element.text.strip("\n").split("\n")


def fields_of(lines: list[str]) -> dict[str, str]:
    """Return lines by key."""
    return dict(line.split("=", 1) for line in lines)


def make_shipped_order(**values) -> Order:
    """Make an order with a shipping address."""
    order = make_order(**values)
    make_address(order)
    return order
