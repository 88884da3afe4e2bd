"""Despatch messages as the inbox stores them, for the tests of shipments."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from imports.models import Import, ImportLine
from imports.shipments import apply_shipments
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.request_queue.services import Claim
from orderflow_bridge.sales.models import Despatch, Order, OrderItem, Shipment
from tests.factories import make_order

_ids = count(1)


def stored_despatch(
    order: Order | str, *items: tuple[str, Any] | tuple[str, Any, str], **values: Any
) -> dict[str, Any]:
    """Return a stored line: items are (sku, qty) or (sku, qty, source); none mean everything."""
    number = order.increment_id if isinstance(order, Order) else order
    quantities = [
        {"sku": sku, "qty": str(qty), "source": source[0] if source else None}
        for sku, qty, *source in items
    ]
    line: dict[str, Any] = {
        "orderIncrementId": number,
        "skuQtys": quantities,
        "tracks": [],
        "comment": None,
        "email": None,
        "includeComment": None,
        "courierName": None,
        "serviceName": None,
        "trackingNumber": None,
        "dateShipped": None,
        "sequenceId": None,
    }
    return {**line, **values}


def a_claim(message_id: str, *lines: Any) -> Claim:
    """Return a claimed request with these stored lines, which has waited for long enough."""
    received = timezone.now() - timedelta(days=1)
    return Claim(next(_ids), message_id, 1, list(lines), received)


def a_despatch(message_id: str | int, order: Order | str, *items: Any, **values: Any) -> Claim:
    """Return a claimed despatch message."""
    return a_claim(str(message_id), stored_despatch(order, *items, **values))


def ship(*claims: Claim) -> list[ImportLine]:
    """Apply messages as one batch and return their history lines in order."""
    with transaction.atomic():
        imports = apply_shipments(claims)
    return [line_of(each) for each in imports]


def an_order(*items: tuple[Product | str, Any], **values: Any) -> Order:
    """Make the guide's order 000000005, of two units of A unless items are given."""
    return make_order(items=items or [("A", 2)], increment_id="000000005", **values)


def shipped(order: Order) -> dict[str, Decimal]:
    """Return the units shipped by SKU, as the order's rows say."""
    rows = OrderItem.objects.filter(order=order, parent_item=None)
    return {row.sku: row.qty_shipped for row in rows}


def nothing_shipped() -> bool:
    """Tell whether no despatch has left a trace on any order."""
    return not (
        Shipment.objects.exists()
        or Despatch.objects.exists()
        or OutgoingMail.objects.exists()
        or OrderItem.objects.exclude(qty_shipped=0).exists()
    )


def line_of(report: Import) -> ImportLine:
    """Return the one line of a shipment import."""
    return ImportLine.objects.select_related("parent").get(parent=report)


def texts(lines: list[ImportLine]) -> list[str]:
    """Return what an operator reads about these lines."""
    return [line.message for line in lines]
