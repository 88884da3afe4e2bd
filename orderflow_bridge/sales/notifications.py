"""What the customer is told about an order (templates/emails)."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.outbox.mail.services import Draft
from orderflow_bridge.sales.booking import Booking, NewTrack
from orderflow_bridge.sales.models import Order, OrderAddress, Shipment


def shipment_mail(booking: Booking) -> Draft:
    """Write the one e-mail about a despatch, however many sources it left from."""
    return _shipped(
        booking.order,
        new_tracks=booking.all_tracks,
        courier=booking.title,
        comment=booking.comment if booking.show_comment else "",
        items=[
            {"sku": units.row.sku, "name": units.row.name, "qty": plain(units.qty)}
            for units in booking.units
        ],
    )


def shipment_copy(shipment: Shipment) -> Draft:
    """Write an e-mail about a shipment that was booked before."""
    shown = shipment.comments.filter(is_visible_on_front=True).first()
    return _shipped(
        shipment.order,
        new_tracks=[
            NewTrack(track.track_number, track.title, track.carrier_code)
            for track in shipment.tracks.all()
        ],
        comment=shown.comment if shown else "",
        items=[
            {"sku": item.sku, "name": item.name, "qty": plain(item.qty)}
            for item in shipment.items.all()
        ],
    )


def order_mail(order: Order) -> Draft:
    """Write the confirmation of an order."""
    addresses = {address.address_type: address for address in order.addresses.all()}
    return _draft(
        order,
        "order",
        f"Your {_store_name(order)} order confirmation #{order.increment_id}",
        {
            "items": [
                {"sku": row.sku, "name": row.name, "qty": plain(row.qty_ordered)}
                for row in order.items.filter(parent_item=None)
            ],
            "address": addresses.get(OrderAddress.Type.SHIPPING)
            or addresses.get(OrderAddress.Type.BILLING),
            "total": f"{order.grand_total:.2f} {order.order_currency_code}",
        },
    )


def comment_mail(order: Order, comment: str) -> Draft:
    """Write a remark on an order, or on a shipment of it."""
    subject = f"Update to your {_store_name(order)} order #{order.increment_id}"
    return _draft(order, "order_comment", subject, {"comment": comment})


def _shipped(
    order: Order,
    *,
    new_tracks: Sequence[NewTrack],
    items: Sequence[dict[str, str]],
    comment: str,
    courier: str = "",
) -> Draft:
    return _draft(
        order,
        "shipment",
        f"Your {_store_name(order)} order #{order.increment_id} has shipped",
        {
            "courier": next(
                (new_track.title for new_track in new_tracks if new_track.title), courier
            ),
            "tracking_numbers": [new_track.track_number for new_track in new_tracks],
            "comment": comment,
            "items": items,
        },
    )


def _draft(order: Order, template: str, subject: str, values: dict[str, Any]) -> Draft:
    context = {"order": order, "store_name": _store_name(order), **values}
    return Draft(
        recipient=order.customer_email,
        subject=subject,
        text=render_to_string(f"emails/{template}.txt", context),
        html=render_to_string(f"emails/{template}.html", context),
        reference=order.increment_id,
    )


def _store_name(order: Order) -> str:
    return " ".join(order.store.name.split())
