"""What is told of an order: mails to the customer, comments, notices.

OrderFlow itself has no call for "on hold", "changed" or "deleted". Such a change of an order that
it has is therefore made visible to people: in the order's history and as the order's notice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import gettext

from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.datetimes import utc_text
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_noop
from orderflow_bridge.configuration.selectors import order_export
from orderflow_bridge.outbox.mail.services import Draft, in_mail_language
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.sales.booking import Booking, NewTrack
from orderflow_bridge.sales.events import tell_of_orders
from orderflow_bridge.sales.models import (
    CreditMemo,
    Invoice,
    Order,
    OrderAddress,
    OrderStatusHistory,
    Shipment,
)
from orderflow_bridge.sales.states import why_not_for_warehouse

EXPORTED = "Order Exported to OrderFlow"
LONGEST_NOTICE = 500
_PREFIX = "OrderFlow was not told: "
_TOLD_AGAIN = "OrderFlow is told again: "
HELD = "the order was put on hold."
RELEASED = "the order was released from its hold."
PARTLY_CANCELED = "what was not invoiced yet was cancelled."
REFUNDED = "units that were not shipped yet were refunded."


def order_mail(order: Order) -> Draft:
    """Write the confirmation of an order."""
    addresses = {address.address_type: address for address in order.addresses.all()}
    return _draft(
        order,
        "order",
        gettext_noop("Your %(store)s order confirmation #%(number)s"),
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
            NewTrack(track.track_number, track.title, track.carrier_code, link=track.tracking_link)
            for track in shipment.tracks.all()
        ],
        comment=shown.comment if shown else "",
        items=[
            {"sku": item.sku, "name": item.name, "qty": plain(item.qty)}
            for item in shipment.items.all()
        ],
    )


def comment_mail(order: Order, comment: str) -> Draft:
    """Write a remark on an order, or on a shipment of it."""
    subject = gettext_noop("Update to your %(store)s order #%(number)s")
    return _draft(order, "order_comment", subject, {"comment": comment})


def invoice_mail(invoice: Invoice, comment: str = "") -> Draft:
    """Write that an order has been invoiced."""
    with in_mail_language(invoice.order.website_id):
        number = gettext("Invoice #%(number)s has been made.") % {"number": invoice.increment_id}
    return comment_mail(invoice.order, f"{number}\n{comment}".strip())


def creditmemo_mail(memo: CreditMemo, comment: str = "") -> Draft:
    """Write that something of an order has been refunded."""
    with in_mail_language(memo.order.website_id):
        number = gettext("Credit memo #%(number)s has been made.") % {"number": memo.increment_id}
    return comment_mail(memo.order, f"{number}\n{comment}".strip())


def note_exported(orders: Sequence[Order], *, at: datetime) -> None:
    """Say that OrderFlow has got these orders now: in their histories, and to who listens.

    Must run in the transaction that makes them Exported.
    """
    OrderStatusHistory.objects.bulk_create(
        OrderStatusHistory(order=order, status=order.status, comment=EXPORTED, created_at=at)
        for order in orders
    )
    tell_of_orders(Kind.ORDER_EXPORTED, orders, at=at, exported_at=utc_text(at))


def note_unannounced(order: Order, what: str) -> bool:
    """Say on an order that OrderFlow was not told `what`, a clause; return False if it need not be.

    An order that OrderFlow does not know needs no notice. Must run in the transaction that makes
    the change, on the locked order.
    """
    if not is_known_to_orderflow(order):
        return False
    notice = f"{_PREFIX}{what}"
    order.orderflow_notice = notice[:LONGEST_NOTICE]
    Order.objects.filter(pk=order.pk).update(orderflow_notice=order.orderflow_notice)
    OrderStatusHistory.objects.create(order=order, status=order.status, comment=notice)
    return True


def tell_of_change(order: Order, what: str) -> bool:
    """Say that lines, addresses or shipping method of an order were changed: `what`, a clause.

    If OrderFlow has the order and is to hear of changes, the order is Pending again; else it gets a
    notice. What OrderFlow may be reading at this moment does not count as fetched. Returns False if
    there was nothing to tell. Must run in the transaction that makes the change, on the locked
    order.
    """
    if not is_known_to_orderflow(order) or not is_announced_again(order):
        if order.orderflow_export_status not in (ExportStatus.EXPORTED, ExportStatus.CANCELLED):
            Order.objects.filter(pk=order.pk).update(orderflow_revision=F("orderflow_revision") + 1)
        return note_unannounced(order, what)
    now = clock.now()
    Order.objects.filter(pk=order.pk).update(
        orderflow_export_status=ExportStatus.PENDING,
        orderflow_due_at=now,
        orderflow_attempts=0,
        orderflow_last_error="",
        orderflow_revision=F("orderflow_revision") + 1,
    )
    comment = f"{_TOLD_AGAIN}{what}"
    OrderStatusHistory.objects.create(order=order, status=order.status, comment=comment)
    return True


def is_announced_again(order: Order) -> bool:
    """Tell whether a change makes an order Pending that OrderFlow has: if a run announces it then.

    As exports.selectors.qualifies says it of many (docs/contract/shop-rules.md).
    """
    settings = order_export(order.website)
    earliest = settings.min_order_datetime
    return (
        settings.announce_changes
        and settings.is_enabled
        and order.status in settings.exportable_status
        and not why_not_for_warehouse(order)
        and (earliest is None or order.created_at > earliest)
    )


def is_known_to_orderflow(order: Order) -> bool:
    """Tell whether OrderFlow has the order, or has been told to fetch it."""
    if order.orderflow_export_status == ExportStatus.CANCELLED:
        return False
    is_announced = order.orderflow_export_status in (ExportStatus.QUEUED, ExportStatus.EXPORTED)
    return is_announced or order.orderflow_export_date is not None


def notice_once_read(order: Order) -> str:
    """Return what is left of an order's notice once OrderFlow has read the order as it is.

    It has seen addresses, rows and status then, but nothing tells it to wait for an order on hold.
    """
    if not order.orderflow_notice.startswith(_PREFIX):
        return order.orderflow_notice
    return f"{_PREFIX}{HELD}" if order.state == Order.State.HOLDED else ""


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
        gettext_noop("Your %(store)s order #%(number)s has shipped"),
        {
            "courier": next(
                (new_track.title for new_track in new_tracks if new_track.title), courier
            ),
            "tracks": new_tracks,
            "comment": comment,
            "items": items,
        },
    )


def _draft(order: Order, template: str, subject: str, values: dict[str, Any]) -> Draft:
    store = _store_name(order)
    context = {"order": order, "store_name": store, **values}
    with in_mail_language(order.website_id):
        return Draft(
            recipient=order.customer_email,
            subject=gettext(subject) % {"store": store, "number": order.increment_id},
            text=render_to_string(f"emails/{template}.txt", context),
            html=render_to_string(f"emails/{template}.html", context),
            reference=order.increment_id,
        )


def _store_name(order: Order) -> str:
    return " ".join(order.store.name.split())
