"""What happens here to an order that OrderFlow has, and that OrderFlow cannot be told.

OrderFlow has no call for "on hold", "changed" or "deleted". Such a change is therefore made visible
to people: as a comment in the order's history and as the order's notice.
"""

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.sales.models import Order, OrderStatusHistory

LONGEST_NOTICE = 500
_PREFIX = "OrderFlow was not told: "
HELD = "the order was put on hold."
RELEASED = "the order was released from its hold."
PARTLY_CANCELED = "what was not invoiced yet was cancelled."
REFUNDED = "units that were not shipped yet were refunded."


def is_known(order: Order) -> bool:
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


def note_unannounced(order: Order, what: str) -> bool:
    """Say on an order that OrderFlow was not told `what`, a clause; return False if it need not be.

    An order that OrderFlow does not know needs no notice. Must run in the transaction that makes
    the change, on the locked order.
    """
    if not is_known(order):
        return False
    notice = f"{_PREFIX}{what}"
    order.orderflow_notice = notice[:LONGEST_NOTICE]
    Order.objects.filter(pk=order.pk).update(orderflow_notice=order.orderflow_notice)
    OrderStatusHistory.objects.create(order=order, status=order.status, comment=notice)
    return True
