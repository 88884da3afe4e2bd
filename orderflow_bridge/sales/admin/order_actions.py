"""Hold and Unhold, as the order page offers them; what cancelling takes is known upstairs."""

from django.contrib import messages
from django.http import HttpRequest

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.sales import services, states
from orderflow_bridge.sales.models import Order


def hold(request: HttpRequest, order: Order) -> None:
    """Put an order on hold, and say so or why not."""
    try:
        services.hold(order.pk)
    except BridgeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "You put the order on hold.")


def unhold(request: HttpRequest, order: Order) -> None:
    """Release an order from its hold, and say so or why not."""
    try:
        services.unhold(order.pk)
    except BridgeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "You released the order from holding status.")


def can_cancel(order: Order) -> bool:
    """Tell whether the page offers to cancel; cancelling itself judges again."""
    return states.can_cancel(order, list(order.items.all()))


MAY_HOLD = "sales.hold_order"
MAY_CANCEL = "sales.cancel_order"

HOLD = RecordAction(
    "hold",
    "Hold",
    "Put this order on hold?",
    hold,
    states.can_hold,
    "pause_circle",
    MAY_HOLD,
)
UNHOLD = RecordAction(
    "unhold",
    "Unhold",
    "Release this order from its hold?",
    unhold,
    states.can_unhold,
    "play_circle",
    MAY_HOLD,
)
