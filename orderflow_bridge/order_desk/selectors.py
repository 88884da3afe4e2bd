"""What a person at an order's page should know before acting: who else acts upon the order."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exports.selectors import why_not_due
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.orderflow_screens.addresses import is_there
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Order

AT_ORDERFLOW = gettext_noop(
    "OrderFlow has this order and despatches it: shipped here too, it would be sent twice. Cancel"
    " it in OrderFlow first. If it has not left there, tick Ship Anyway."
)
ANNOUNCED = gettext_noop(
    "OrderFlow has been told of this order and will fetch and despatch it: shipped here too, it"
    " would be sent twice. If it has not left there, tick Ship Anyway."
)
DUE = gettext_noop(
    "This order is due to be announced to OrderFlow, which then despatches it: shipped here too,"
    " it would be sent twice. If it has not left there, tick Ship Anyway."
)


def why_orderflow_ships(order: Order) -> str:
    """Return why OrderFlow will despatch this order anyway, and what to do; "" if it will not."""
    if order.orderflow_export_status == ExportStatus.CANCELLED:
        return ""
    if is_there(order):
        return _(AT_ORDERFLOW)
    if order.orderflow_export_status == ExportStatus.QUEUED:
        return _(ANNOUNCED)
    is_due = order.orderflow_due_at is not None and not why_not_due(order)
    return _(DUE) if is_due else ""


def mails_about(order: Order) -> int:
    """Return how many e-mails about an order are in the outbox."""
    return OutgoingMail.objects.filter(reference=order.increment_id).count()
