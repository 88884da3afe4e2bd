"""Writing shipments: all bookings of a batch at once, in a fixed number of statements."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.outbox.mail.services import write_mails
from orderflow_bridge.plugins.events import BookedShipment
from orderflow_bridge.plugins.hooks import taken, tell_after_commit
from orderflow_bridge.sales import states
from orderflow_bridge.sales.booking import (
    Booking,
    NewTrack,
    carry_out,
    check_tracks,
    linked,
    parents_of,
    track_of,
)
from orderflow_bridge.sales.despatch_allocation import Units, everything_open, row_units
from orderflow_bridge.sales.events import announce_shipments
from orderflow_bridge.sales.models import (
    Despatch,
    OrderItem,
    OrderStatusHistory,
    Shipment,
    ShipmentComment,
    ShipmentItem,
    ShipmentTrack,
)
from orderflow_bridge.sales.models import (
    Sequence as Counters,
)
from orderflow_bridge.sales.notifications import shipment_mail
from orderflow_bridge.sales.numbering import number_documents
from orderflow_bridge.sales.selectors import lock_order
from orderflow_bridge.stores.order_statuses import default_statuses

DEFAULT_SOURCE = "default"  # Magento's name for the source of a shop that has only one
NOT_SHIPPABLE = "Order {} cannot be shipped: {}."

_LONGEST_WORD = 100  # of a courier or a service


@dataclass
class _Written:
    """The rows that a batch of bookings adds."""

    despatches: list[Despatch] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    items: list[ShipmentItem] = field(default_factory=list)
    tracks: list[ShipmentTrack] = field(default_factory=list)
    comments: list[ShipmentComment] = field(default_factory=list)
    histories: list[OrderStatusHistory] = field(default_factory=list)


def book_despatches(bookings: Sequence[Booking]) -> list[list[Shipment]]:
    """Write carried-out bookings; return the shipments of each.

    The orders must have been locked in this transaction before their rows were read. Mails and
    webhooks go to their outboxes in the same transaction.
    """
    written = _Written()
    shipments = [_add_shipments(booking, written) for booking in bookings]
    _number(written.shipments)
    Despatch.objects.bulk_create(written.despatches)
    Shipment.objects.bulk_create(written.shipments)
    ShipmentItem.objects.bulk_create(written.items)
    ShipmentTrack.objects.bulk_create(written.tracks)
    ShipmentComment.objects.bulk_create(written.comments)
    OrderStatusHistory.objects.bulk_create(written.histories)
    _save_orders(bookings)
    write_mails([shipment_mail(booking) for booking in bookings if booking.recipient])
    announce_shipments(bookings, shipments)
    if taken("shipments_booked"):
        _tell_plugins(bookings, shipments)
    return shipments


def _tell_plugins(bookings: Sequence[Booking], shipments: Sequence[Sequence[Shipment]]) -> None:
    """Tell plugins of shipments when they are committed."""
    booked = tuple(
        BookedShipment(
            shipment.pk,
            shipment.increment_id,
            booking.order.pk,
            booking.order.increment_id,
            shipment.source_code,
            shipment.total_qty,
            tuple(each.track_number for each in booking.all_tracks if shipment is written[0]),
        )
        for booking, written in zip(bookings, shipments, strict=True)
        for shipment in written
    )
    if booked:
        about = f"{len(booked)} shipments from order {booked[0].order_number} on"
        tell_after_commit("shipments_booked", about=about, shipments=booked)


def _add_shipments(booking: Booking, written: _Written) -> list[Shipment]:
    """Add one shipment per source; tracking numbers and the comment go on the first."""
    despatch = None
    if booking.identity:
        despatch = Despatch(
            message_id=booking.identity,
            order=booking.order,
            request_id=booking.request_id,
            courier=booking.courier[:_LONGEST_WORD],
            service=booking.service[:_LONGEST_WORD],
        )
        written.despatches.append(despatch)
    shipments = [
        _add_shipment(booking, source_code, despatch, written)
        for source_code in booking.source_codes
    ]
    written.tracks += [track_of(new_track, shipments[0]) for new_track in booking.all_tracks]
    _add_remarks(booking, shipments[0], written)
    return shipments


def _add_shipment(
    booking: Booking, source_code: str, despatch: Despatch | None, written: _Written
) -> Shipment:
    units = [units for units in booking.units if units.source_code == source_code]
    shipment = Shipment(
        order=booking.order,
        despatch=despatch,
        source_code=source_code,
        total_qty=sum((each.qty for each in units), Decimal(0)),
        total_weight=sum((each.qty * (each.row.weight or 0) for each in units), Decimal(0)),
        email_sent=bool(booking.recipient),
        despatched_at=booking.despatched_at,
    )
    written.shipments.append(shipment)
    written.items += [
        ShipmentItem(
            shipment=shipment,
            order_item=each.row,
            sku=each.row.sku,
            name=each.row.name,
            qty=each.qty,
            price=each.row.price,
            weight=each.row.weight,
        )
        for each in units
    ]
    return shipment


def _add_remarks(booking: Booking, shipment: Shipment, written: _Written) -> None:
    """Add the comment to shipment and order, and the change of status to the order's history."""
    is_visible = bool(booking.comment) and booking.notify and booking.show_comment
    is_notified = is_visible and bool(booking.recipient)
    if booking.comment:
        written.comments.append(
            ShipmentComment(
                shipment=shipment,
                comment=booking.comment,
                is_customer_notified=is_notified,
                is_visible_on_front=is_visible,
            )
        )
    if booking.comment or booking.status_changed:
        written.histories.append(
            OrderStatusHistory(
                order=booking.order,
                status=booking.status,
                comment=booking.comment,
                entity_name="shipment",
                is_customer_notified=is_notified,
                is_visible_on_front=is_visible,
            )
        )


def _number(shipments: Sequence[Shipment]) -> None:
    """Give every shipment its number, counted per store view."""
    counts = Counter(shipment.order.store_id for shipment in shipments)
    numbers = number_documents(Counters.Document.SHIPMENT, counts)
    for shipment in shipments:
        shipment.increment_id = numbers[shipment.order.store_id].pop(0)


def _save_orders(bookings: Iterable[Booking]) -> None:
    """Write the rows that were booked and their orders."""
    now = timezone.now()
    rows = {
        row.pk: row
        for booking in bookings
        for row in (*(units.row for units in booking.units), *parents_of(booking))
    }
    orders = {booking.order.pk: booking.order for booking in bookings}
    for row in rows.values():
        row.updated_at = now
    for order in orders.values():
        order.updated_at = now
    update_rows(list(rows.values()), "qty_shipped", "updated_at")
    update_rows(list(orders.values()), "state", "status", "updated_at")


def ship_order(
    order_id: int,
    *,
    quantities: Mapping[int, Decimal] | None = None,
    source_code: str = DEFAULT_SOURCE,
    tracking_numbers: Sequence[str] = (),
    title: str = "",
    new_tracks: Sequence[NewTrack] = (),
    comment: str = "",
    notify: bool = False,
    show_comment: bool = False,
) -> Booking:
    """Ship an order by hand, from one source; return the booking.

    `quantities` are units by order item id; without them everything open is shipped. In
    multi-source mode the caller also takes the units off their source (inventory/services.py).
    Raises ActionNotAvailable, in Magento's words, if the order or a quantity does not allow it, and
    OrderRefused for a tracking number that cannot be kept.
    """
    check_tracks(new_tracks)
    with transaction.atomic():
        locked = lock_order(order_id)
        if why := states.why_not_shippable(locked.order, locked.rows):
            raise ActionNotAvailable(NOT_SHIPPABLE.format(locked.order.increment_id, why))
        booking = Booking(
            order=locked.order,
            rows=locked.rows,
            units=_units_by_hand(locked.rows, quantities, source_code),
            tracking_numbers=tuple(dict.fromkeys(tracking_numbers)),
            title=title,
            new_tracks=tuple(linked(each, locked.order) for each in new_tracks),
            comment=comment,
            notify=notify,
            show_comment=show_comment,
        )
        booking = carry_out(booking, default_statuses(), has_open_invoice=locked.has_open_invoice)
        [shipments] = book_despatches([booking])
    return replace(booking, shipment_ids=tuple(shipment.pk for shipment in shipments))


def _units_by_hand(
    rows: Sequence[OrderItem], quantities: Mapping[int, Decimal] | None, source_code: str
) -> tuple[Units, ...]:
    """Check quantities that a person or a REST client gave by row, with REST's texts."""
    if quantities is None:
        return tuple(Units(each.row, each.qty, source_code) for each in everything_open(rows))
    open_rows = {row.pk: row for row in states.shippable_rows(rows)}
    wanted = {pk: qty for pk, qty in quantities.items() if qty > 0}
    if not wanted:
        raise ActionNotAvailable("You can't create a shipment without products.")
    for pk, qty in wanted.items():
        row = next((row for row in rows if row.pk == pk), None)
        if row is None:
            raise ActionNotAvailable(
                f'The shipment contains product item "{pk}" that is not part of the original order.'
            )
        if pk not in open_rows or qty > states.to_ship(row):
            raise ActionNotAvailable(
                "The quantity to ship must not be greater than the unshipped quantity"
                f' for product SKU "{row.sku}".'
            )
    return tuple(
        Units(each.row, each.qty, source_code)
        for pk, qty in wanted.items()
        for each in row_units(rows, open_rows[pk], qty)
    )
