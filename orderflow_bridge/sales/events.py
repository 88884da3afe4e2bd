"""What the shop's own systems are told of orders and shipments, as webhooks.

Each is written in the transaction that makes the change, and costs nothing where nobody listens.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from orderflow_bridge.common import clock
from orderflow_bridge.outbox.webhooks.filters import Facts
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.outbox.webhooks.selectors import codes_of_stores, listening_to
from orderflow_bridge.outbox.webhooks.services import Draft, announce
from orderflow_bridge.sales.booking import Booking
from orderflow_bridge.sales.models import Order, Shipment, ShipmentTrack

HAND, RULE = "hand", "rule"
_About = Callable[..., Draft]


def tell_of_orders(
    kind: Kind, orders: Sequence[Order], *, at: datetime | None = None, **more: Any
) -> None:
    """Tell that something became of these orders; `more` is told beside the orders themselves."""
    if not listening_to(kind):
        return
    about = _teller(orders)
    announce(kind, [about(order, more) for order in orders], at=at or clock.now())


def tell_of_holds(kind: Kind, reasons: Mapping[int, str], *, held_by: str) -> None:
    """Tell that orders are on hold, or no longer: why, by the orders' ids."""
    if not reasons or not listening_to(kind):
        return
    orders = list(Order.objects.filter(pk__in=reasons).order_by("pk"))
    about = _teller(orders)
    drafts = [about(each, {"held_by": held_by, "reason": reasons[each.pk]}) for each in orders]
    announce(kind, drafts, at=clock.now())


def announce_shipments(
    bookings: Sequence[Booking], shipments: Sequence[Sequence[Shipment]]
) -> None:
    """Write the events of shipments that were just booked; `shipments` are those of each booking.

    The tracking numbers are told with the first shipment of a booking, where they are kept.
    """
    if not listening_to(Kind.SHIPMENT_CREATED):
        return
    about = _teller([booking.order for booking in bookings])
    drafts = [
        about(
            booking.order,
            _of_shipment(booking, shipment, is_first=shipment is written[0]),
            source_code=shipment.source_code,
            traceparent=booking.traceparent,
        )
        for booking, written in zip(bookings, shipments, strict=True)
        for shipment in written
    ]
    announce(Kind.SHIPMENT_CREATED, drafts, at=clock.now())


def tell_of_track(track: ShipmentTrack, shipment: Shipment) -> None:
    """Tell of a tracking number that was added to a shipment afterwards."""
    if not listening_to(Kind.TRACK_ADDED):
        return
    shown = _track(track.track_number, track.title, track.carrier_code, track.tracking_link)
    data = {
        "shipment_id": shipment.pk,
        "shipment_increment_id": shipment.increment_id,
        "track": shown,
    }
    about = _teller([shipment.order])
    draft = about(shipment.order, data, source_code=shipment.source_code)
    announce(Kind.TRACK_ADDED, [draft], at=clock.now())


def _teller(orders: Sequence[Order]) -> _About:
    """Return what drafts an event about one of these orders.

    All events of one order are delivered in their order.
    """
    codes = codes_of_stores({order.store_id for order in orders})

    def about(
        order: Order, more: Mapping[str, Any], *, source_code: str = "", traceparent: str = ""
    ) -> Draft:
        store_view, website = codes[order.store_id]
        data = {
            "order_id": order.pk,
            "order_increment_id": order.increment_id,
            "order_state": order.state,
            "order_status": order.status,
            "website_code": website,
            "store_view_code": store_view,
            **more,
        }
        facts = Facts(
            frozenset({order.website_id}),
            order_status=order.status,
            store_view=store_view,
            source_code=source_code,
        )
        topic = f"order {order.increment_id}"
        return Draft(facts, order.increment_id, topic, data, traceparent)

    return about


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
            _track(each.track_number, each.title, each.carrier_code, each.link)
            for each in booking.all_tracks
            if is_first
        ],
    }


def _track(number: str, title: str, carrier_code: str, link: str) -> dict[str, str]:
    shown = {"track_number": number, "title": title, "carrier_code": carrier_code}
    return {**shown, "tracking_link": link} if link else shown


def _number(qty: Decimal) -> int | float:
    """Return a quantity as JSON has it best: 2, or 1.5."""
    return int(qty) if qty == int(qty) else float(qty)
