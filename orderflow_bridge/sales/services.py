"""What can be done to orders, and to their shipments afterwards: remarks, tracks, e-mails.

Every action on an order locks it, so two at once take turns. Shipping, invoicing and refunding are
in files of their own.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from orderflow_bridge.common.exceptions import ActionNotAvailable, NoSuchEntity, OrderRefused
from orderflow_bridge.outbox.mail.services import is_address, write_mails
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.sales import states
from orderflow_bridge.sales.booking import NewTrack, check_tracks, linked, track_of
from orderflow_bridge.sales.events import HAND, tell_of_orders, tell_of_track
from orderflow_bridge.sales.models import (
    DeletedOrder,
    Order,
    OrderItem,
    OrderStatusHistory,
    Shipment,
    ShipmentComment,
    ShipmentTrack,
)
from orderflow_bridge.sales.notifications import (
    HELD,
    RELEASED,
    comment_mail,
    is_known_to_orderflow,
    note_unannounced,
    order_mail,
    shipment_copy,
)
from orderflow_bridge.sales.remarks import tell_customer
from orderflow_bridge.sales.selectors import LockedOrder, lock_order
from orderflow_bridge.stores.order_statuses import (
    LONGEST_CODE,
    belongs_to,
    default_status,
    register_status,
)


@transaction.atomic
def cancel(order_id: int, *, comment: str = "") -> bool:
    """Cancel what is neither invoiced nor shipped; return False if nothing of it can be cancelled.

    An order that is partly invoiced lives on. In multi-source mode the caller also gives back the
    promises (inventory.services.release_promises). OrderFlow is not told here: that is for
    exports.cancelling. Raises ActionNotAvailable for an unknown order.
    """
    locked = lock_order(order_id)
    order, rows = locked.order, locked.rows
    if not states.can_cancel(order, rows):
        return False
    state = states.state_after_canceling(rows)
    _cancel_rows(locked)
    order.total_canceled = max(order.grand_total - order.total_invoiced, Decimal(0))
    _move(order, state, default_status(state), comment=comment)
    if order.state == Order.State.CANCELED:
        tell_of_orders(Kind.ORDER_CANCELLED, [order])
    return True


@transaction.atomic
def hold(order_id: int) -> None:
    """Put an order on hold, to return to where it stood; raises ActionNotAvailable."""
    order = lock_order(order_id).order
    if not states.can_hold(order):
        raise ActionNotAvailable("A hold action is not available.")
    order.hold_before_state, order.hold_before_status = order.state, order.status
    _move(order, Order.State.HOLDED, default_status(Order.State.HOLDED))
    note_unannounced(order, HELD)
    tell_of_orders(Kind.ORDER_ON_HOLD, [order], held_by=HAND, reason="")


@transaction.atomic
def unhold(order_id: int) -> None:
    """Return a held order to where it stood; raises ActionNotAvailable if it is not on hold."""
    order = lock_order(order_id).order
    if not states.can_unhold(order):
        raise ActionNotAvailable("You cannot remove the hold.")
    state = order.hold_before_state or Order.State.NEW
    status = order.hold_before_status or default_status(state)
    order.hold_before_state = order.hold_before_status = ""
    _move(order, state, status)
    note_unannounced(order, RELEASED)
    tell_of_orders(Kind.ORDER_RELEASED, [order], held_by=HAND, reason="")


@transaction.atomic
def delete(order_id: int, *, by: str) -> DeletedOrder | None:
    """Delete an order with everything that hangs on it; `by` is the user who wanted it.

    If OrderFlow has the order, what is left is returned: its number, its export status, who and
    when. In multi-source mode the caller gives back the promises first. Raises ActionNotAvailable
    for an unknown order.
    """
    order = lock_order(order_id).order
    remains = None
    if is_known_to_orderflow(order):
        remains = DeletedOrder.objects.create(
            increment_id=order.increment_id,
            orderflow_export_status=order.orderflow_export_status,
            deleted_by=by,
        )
    order.delete()
    return remains


@transaction.atomic
def add_comment(
    order_id: int,
    *,
    comment: str,
    status: str = "",
    is_customer_notified: bool = False,
    is_visible_on_front: bool = False,
) -> OrderStatusHistory:
    """Add a comment to an order's history, and move it to a status if one is given.

    Only the status changes, never the state, so it must not be one of another state; a code that
    nobody has given a state will do, of at most 32 characters. A customer who is to be notified,
    and can be, gets an e-mail. Raises ActionNotAvailable for an unknown order, and OrderRefused.
    """
    status = status.strip()
    if len(status) > LONGEST_CODE:
        raise OrderRefused(f"A status has at most {LONGEST_CODE} characters.")
    order = lock_order(order_id).order
    if status not in ("", order.status) and not belongs_to(status, order.state):
        raise OrderRefused(
            f'Unable to add comment: The status "{status}" is not part of the order status history.'
        )
    is_customer_notified = is_customer_notified and is_address(order.customer_email)
    if is_customer_notified and comment:
        write_mails([comment_mail(order, comment)])
    if status and status != order.status:
        Order.objects.filter(pk=order.pk).update(status=status, updated_at=timezone.now())
        register_status(status)
    return OrderStatusHistory.objects.create(
        order=order,
        status=status or order.status,
        comment=comment,
        is_customer_notified=is_customer_notified,
        is_visible_on_front=is_visible_on_front,
    )


@transaction.atomic
def notify(order_id: int) -> bool:
    """Write the customer a confirmation of an order; return False if there is no address.

    Raises ActionNotAvailable for an unknown order.
    """
    order = lock_order(order_id).order
    if not is_address(order.customer_email):
        return False
    write_mails([order_mail(order)])
    Order.objects.filter(pk=order.pk).update(email_sent=True)
    return True


def find_shipment(shipment_id: int) -> Shipment:
    """Return a shipment with its order and store view. Raises NoSuchEntity."""
    found = Shipment.objects.select_related("order__store").filter(pk=shipment_id).first()
    if found is None:
        raise NoSuchEntity.any()
    return found


@transaction.atomic
def add_track(
    shipment_id: int, new_track: NewTrack, *, order_id: int | None = None
) -> ShipmentTrack:
    """Add a tracking number to a shipment, which must be of this order if one is named.

    A number that is there already is not added again. Raises NoSuchEntity and OrderRefused.
    """
    shipment = find_shipment(shipment_id)
    if order_id is not None and order_id != shipment.order_id:
        raise OrderRefused("Could not save the shipment tracking: it is another order's shipment.")
    check_tracks([new_track])
    lock_order(shipment.order_id)
    there = ShipmentTrack.objects.filter(shipment=shipment, track_number=new_track.track_number)
    found = there.first()
    if found is None:
        found = track_of(linked(new_track, shipment.order), shipment)
        found.save()
        tell_of_track(found, shipment)
    return found


def remove_track(track_id: int) -> None:
    """Take a tracking number off its shipment. Raises NoSuchEntity."""
    deleted, _ = ShipmentTrack.objects.filter(pk=track_id).delete()
    if not deleted:
        raise NoSuchEntity.any()


@transaction.atomic
def comment_on_shipment(
    shipment_id: int,
    *,
    comment: str,
    is_customer_notified: bool = False,
    is_visible_on_front: bool = False,
    created_at: datetime | None = None,
) -> ShipmentComment:
    """Add a remark to a shipment, and write it to the customer if asked. Raises NoSuchEntity."""
    shipment = find_shipment(shipment_id)
    is_told = is_customer_notified and tell_customer(shipment.order, comment)
    return ShipmentComment.objects.create(
        shipment=shipment,
        comment=comment,
        is_customer_notified=is_told,
        is_visible_on_front=is_visible_on_front,
        created_at=created_at or timezone.now(),
    )


@transaction.atomic
def notify_shipment(shipment_id: int) -> bool:
    """Write the customer about a shipment (again); return False if there is no address."""
    shipment = find_shipment(shipment_id)
    if not is_address(shipment.order.customer_email):
        return False
    write_mails([shipment_copy(shipment)])
    Shipment.objects.filter(pk=shipment.pk).update(email_sent=True)
    return True


def _cancel_rows(locked: LockedOrder) -> None:
    """Cancel the open units of all rows; a child goes with its parent, share by share."""
    open_units = {row.pk: states.to_cancel(row) for row in locked.rows}
    parents = {row.pk: row for row in locked.rows if not row.parent_item_id}
    for row in locked.rows:
        parent = parents.get(row.parent_item_id or 0)
        if parent is None or parent.ship_separately:
            row.qty_canceled += open_units[row.pk]
        elif parent.qty_ordered:
            row.qty_canceled += open_units[parent.pk] * row.qty_ordered / parent.qty_ordered
    OrderItem.objects.bulk_update(locked.rows, ("qty_canceled",))


def _move(order: Order, state: str, status: str, *, comment: str = "") -> None:
    """Save an order in a new state and put that into its history."""
    order.state, order.status = state, status
    order.save()
    register_status(status)
    OrderStatusHistory.objects.create(order=order, status=status, comment=comment)
