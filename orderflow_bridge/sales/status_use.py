"""Whether an order status can be done without."""

from django.db.models import Q

from orderflow_bridge.configuration.selectors import chosen_statuses
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import OrderStatus
from orderflow_bridge.stores.order_statuses import LABELS


def why_not_deletable(status: OrderStatus) -> str:
    """Return why a status cannot be deleted, and what to do instead; "" if it can.

    It reads all orders on hold, which may return to the status: deleting one is rare.
    """
    if status.code in LABELS:
        return f"“{status}” is one of Magento's own: it cannot be deleted. Rename it instead."
    if status.is_default:
        state = status.get_state_display()
        return (
            f"“{status}” is the default of {state}: it cannot be deleted. Make another status the"
            " default of that state first."
        )
    returning = Q(state=Order.State.HOLDED, hold_before_status=status.code)
    count = Order.objects.filter(Q(status=status.code) | returning).count()
    if count:
        have = "1 order has it" if count == 1 else f"{count} orders have it"
        return f"“{status}” cannot be deleted: {have}. Rename it instead."
    if status.code in chosen_statuses():
        return (
            f"“{status}” cannot be deleted: it is chosen under Configuration. Take it out of"
            " Exportable Order Status and Unsent Order Statuses first."
        )
    return ""
