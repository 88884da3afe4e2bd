"""What the customer is told about an order (templates/emails)."""

from django.template.loader import render_to_string

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.mail.services import Draft
from orderflow_bridge.sales.booking import Booking


def shipment_mail(booking: Booking) -> Draft:
    """Write the one e-mail about a despatch, however many sources it left from (B-18)."""
    order, parcels = booking.order, booking.all_parcels
    store_name = " ".join(order.store.name.split())
    context = {
        "order": order,
        "store_name": store_name,
        "courier": next((parcel.title for parcel in parcels if parcel.title), booking.title),
        "tracking_numbers": [parcel.track_number for parcel in parcels],
        "comment": booking.comment if booking.show_comment else "",
        "items": [
            {"sku": units.row.sku, "name": units.row.name, "qty": plain(units.qty)}
            for units in booking.units
        ],
    }
    return Draft(
        recipient=booking.recipient,
        subject=f"Your {store_name} order #{order.increment_id} has shipped",
        text=render_to_string("emails/shipment.txt", context),
        html=render_to_string("emails/shipment.html", context),
        reference=order.increment_id,
    )
