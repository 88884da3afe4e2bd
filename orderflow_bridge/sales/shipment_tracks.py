"""What can be done to a shipment afterwards: tracking numbers, remarks, a second e-mail."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.outbox.mail.services import is_address, write_mails
from orderflow_bridge.sales.booking import NewTrack, check_tracks, track_of
from orderflow_bridge.sales.models import Shipment, ShipmentComment, ShipmentTrack
from orderflow_bridge.sales.notifications import comment_mail, shipment_copy
from orderflow_bridge.sales.selectors import lock_order


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
        found = track_of(new_track, shipment)
        found.save()
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
    is_told = is_customer_notified and is_address(shipment.order.customer_email)
    if is_told:
        write_mails([comment_mail(shipment.order, comment)])
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
