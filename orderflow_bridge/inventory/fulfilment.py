"""What is done to an order by hand or by REST, together with what it means for stock.

Each action is one transaction. Cancelling an order that OrderFlow may have goes through
exports.cancelling, which calls `cancel` here when OrderFlow agrees.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.inventory.order_units import is_subtracted_as_unsent, virtual_units
from orderflow_bridge.inventory.services import (
    Departure,
    Warehouse,
    read_warehouse,
    release_promises,
    ship_bookings,
    ship_from_source,
)
from orderflow_bridge.outbox.mail.services import is_address, write_mails
from orderflow_bridge.sales import invoicing, services, shipping
from orderflow_bridge.sales.booking import Booking, NewTrack
from orderflow_bridge.sales.models import Invoice, Order
from orderflow_bridge.sales.notifications import invoice_mail
from orderflow_bridge.sales.selectors import lock_order


@transaction.atomic
def cancel(order_id: int, *, comment: str = "") -> bool:
    """Cancel what is open of an order and give back what was promised; False if nothing is open.

    Raises ActionNotAvailable for an unknown order.
    """
    was_subtracted = is_subtracted_as_unsent(lock_order(order_id).order)
    is_canceled = services.cancel(order_id, comment=comment)
    if is_canceled:
        release_promises(order_id, was_subtracted=was_subtracted)
    return is_canceled


@transaction.atomic
def ship(
    order_id: int,
    *,
    quantities: Mapping[int, Decimal] | None = None,
    source_code: str = "",
    new_tracks: Sequence[NewTrack] = (),
    comment: str = "",
    notify: bool = False,
    show_comment: bool = False,
) -> Booking:
    """Ship an order from one source; return the booking.

    `quantities` are units by order item id, without them everything open. `source_code` is where
    the goods leave from; by itself the only source of the website's stock, else the default one.
    Raises ActionNotAvailable, in Magento's words.
    """
    order = lock_order(order_id).order
    warehouse = read_warehouse(
        source_codes=[source_code] if source_code else (), website_ids=[order.website_id]
    )
    if source_code and source_code not in warehouse.sources:
        raise ActionNotAvailable(f'Source "{source_code}" does not exist.')
    booking = shipping.ship_order(
        order_id,
        quantities=quantities,
        source_code=source_code or warehouse.unnamed_source(order),
        new_tracks=new_tracks,
        comment=comment,
        notify=notify,
        show_comment=show_comment,
    )
    ship_bookings([booking], warehouse)
    return booking


@transaction.atomic
def invoice(
    order_id: int,
    *,
    quantities: Mapping[int, Decimal] | None = None,
    comment: str = "",
    notify: bool = False,
) -> Invoice:
    """Invoice an order; what is not sent in a parcel leaves its source by that.

    No money is moved: the invoice says that it was. `notify` writes the customer. Raises
    ActionNotAvailable, in Magento's words.
    """
    locked = lock_order(order_id)
    before = {row.pk: row.qty_invoiced for row in locked.rows}
    invoice = invoicing.invoice_order(order_id, quantities=quantities, comment=comment)
    if any(row.is_virtual for row in locked.rows):
        _deliver_virtual(locked.order, before)
    if notify and is_address(locked.order.customer_email):
        write_mails([invoice_mail(invoice, comment)])
        Invoice.objects.filter(pk=invoice.pk).update(email_sent=True)
    return invoice


def _deliver_virtual(order: Order, before: Mapping[int, Decimal]) -> None:
    warehouse = read_warehouse(website_ids=[order.website_id])
    if not warehouse.is_multi_source:
        return
    rows = list(order.items.all())
    invoiced = {row.pk: row.qty_invoiced - before[row.pk] for row in rows}
    ship_from_source(_departures(order, virtual_units(rows, invoiced), warehouse))


def _departures(
    order: Order, units: Mapping[int, Decimal], warehouse: Warehouse
) -> list[Departure]:
    return [
        Departure(
            order.pk, warehouse.stock_of(order), warehouse.unnamed_source(order), product_id, qty
        )
        for product_id, qty in units.items()
    ]
