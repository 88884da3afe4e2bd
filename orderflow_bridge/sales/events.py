"""What people and the shop's own system are told of orders: comments, and webhooks out."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderflow_bridge.common import clock
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.outbox.webhooks.services import Draft, announce, datetime_text
from orderflow_bridge.sales.booking import Booking
from orderflow_bridge.sales.models import Order, OrderStatusHistory, Shipment

EXPORTED = "Order Exported to OrderFlow"


def note_exported(orders: Sequence[Order], *, at: datetime) -> None:
    """Say that OrderFlow has got these orders now: in their histories, and to who listens.

    Must run in the transaction that makes them Exported.
    """
    OrderStatusHistory.objects.bulk_create(
        OrderStatusHistory(order=order, status=order.status, comment=EXPORTED, created_at=at)
        for order in orders
    )
    if not listening_to(Kind.ORDER_EXPORTED):
        return
    drafts = [_about(order, {"exported_at": datetime_text(at)}) for order in orders]
    announce(Kind.ORDER_EXPORTED, drafts, at=at)


def announce_shipments(
    bookings: Sequence[Booking], shipments: Sequence[Sequence[Shipment]]
) -> None:
    """Write the events of shipments that were just booked; `shipments` are those of each booking.

    The tracking numbers are told with the first shipment of a booking, where they are kept.
    """
    if not listening_to(Kind.SHIPMENT_CREATED):
        return
    drafts = [
        _about(booking.order, _of_shipment(booking, shipment, is_first=shipment is written[0]))
        for booking, written in zip(bookings, shipments, strict=True)
        for shipment in written
    ]
    announce(Kind.SHIPMENT_CREATED, drafts, at=clock.now())


def _about(order: Order, more: dict[str, Any]) -> Draft:
    """Draft an event about an order; all of one order are delivered in their order."""
    data = {
        "order_id": order.pk,
        "order_increment_id": order.increment_id,
        "order_state": order.state,
        "order_status": order.status,
        **more,
    }
    return Draft(order.website_id, order.increment_id, f"order {order.increment_id}", data)


def _of_shipment(booking: Booking, shipment: Shipment, *, is_first: bool) -> dict[str, Any]:
    units = [each for each in booking.units if each.source_code == shipment.source_code]
    return {
        "shipment_id": shipment.pk,
        "shipment_increment_id": shipment.increment_id,
        "source_code": shipment.source_code,
        "items": [
            {"order_item_id": each.row.pk, "sku": each.row.sku, "qty": _number(each.qty)}
            for each in units
        ],
        "tracks": [
            {
                "track_number": new_track.track_number,
                "title": new_track.title,
                "carrier_code": new_track.carrier_code,
            }
            for new_track in booking.all_tracks
            if is_first
        ],
    }


def _number(qty: Decimal) -> int | float:
    """Return a quantity as JSON has it best: 2, or 1.5."""
    return int(qty) if qty == int(qty) else float(qty)
