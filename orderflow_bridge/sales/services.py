"""What can be done to orders. Every action locks its order, so two at once take turns.

Shipping and invoicing are in files of their own; import them from here.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.outbox.mail.services import is_address, write_mails
from orderflow_bridge.sales import states, unannounced
from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.models import (
    DeletedOrder,
    Order,
    OrderAddress,
    OrderItem,
    OrderStatusHistory,
)
from orderflow_bridge.sales.notifications import comment_mail, order_mail
from orderflow_bridge.sales.selectors import LockedOrder, lock_order
from orderflow_bridge.sales.shipping import book_despatches, ship_order
from orderflow_bridge.stores.order_statuses import default_status, register_status

__all__ = (
    "add_comment",
    "book_despatches",
    "cancel",
    "change_address",
    "delete",
    "hold",
    "invoice_order",
    "note_edit",
    "notify",
    "ship_order",
    "unhold",
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
    return True


@transaction.atomic
def hold(order_id: int) -> None:
    """Put an order on hold, to return to where it stood; raises ActionNotAvailable."""
    order = lock_order(order_id).order
    if not states.can_hold(order):
        raise ActionNotAvailable("A hold action is not available.")
    order.hold_before_state, order.hold_before_status = order.state, order.status
    _move(order, Order.State.HOLDED, default_status(Order.State.HOLDED))
    unannounced.note_unannounced(order, unannounced.HELD)


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
    unannounced.note_unannounced(order, unannounced.RELEASED)


@transaction.atomic
def change_address(order_id: int, kind: OrderAddress.Type, values: Mapping[str, Any]) -> list[str]:
    """Change an address of an order; return the names of the fields that changed.

    `values` are new values by field name of OrderAddress. An order that OrderFlow has gets a
    notice. Raises ActionNotAvailable for an unknown order or address.
    """
    order = lock_order(order_id).order
    address = OrderAddress.objects.filter(order=order, address_type=kind).first()
    if address is None:
        raise ActionNotAvailable(f"The order has no {kind.label.lower()} address.")
    changed = [name for name, value in values.items() if getattr(address, name) != value]
    if changed:
        for name in changed:
            setattr(address, name, values[name])
        address.save(update_fields=changed)
        unannounced.note_unannounced(order, f"the {kind.label.lower()} address was changed.")
    return changed


@transaction.atomic
def note_edit(order_id: int, *, what: str) -> bool:
    """Make an edit visible on an order that OrderFlow has; return False if it does not have it.

    For endpoints that change an order's rows or amounts themselves, in the same transaction. `what`
    ends the sentence "OrderFlow was not told: …". Raises ActionNotAvailable for an unknown order.
    """
    return unannounced.note_unannounced(lock_order(order_id).order, what)


@transaction.atomic
def delete(order_id: int, *, by: str) -> DeletedOrder | None:
    """Delete an order with everything that hangs on it; `by` is the user who wanted it.

    If OrderFlow has the order, what is left is returned: its number, its export status, who and
    when. In multi-source mode the caller gives back the promises first. Raises ActionNotAvailable
    for an unknown order.
    """
    order = lock_order(order_id).order
    remains = None
    if unannounced.is_known(order):
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
    status: str | None = None,
    is_customer_notified: bool = False,
    is_visible_on_front: bool = False,
) -> OrderStatusHistory:
    """Add a comment to an order's history, and move it to a status if one is given.

    Only the status changes, never the state, and any code will do. A customer who is to be
    notified, and can be, gets an e-mail. Raises ActionNotAvailable for an unknown order.
    """
    order = lock_order(order_id).order
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
