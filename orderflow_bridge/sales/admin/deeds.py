"""Hold, Unhold and Cancel, as the order page offers them."""

from django.contrib import messages
from django.http import HttpRequest

from orderflow_bridge.common.deeds import Deed
from orderflow_bridge.common.exceptions import BridgeError
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


def say_canceled(request: HttpRequest, *, is_canceled: bool) -> None:
    """Tell whether an order was cancelled."""
    if is_canceled:
        messages.success(request, "You canceled the order.")
    else:
        messages.error(request, "You have not canceled the order: nothing of it can be canceled.")


def cancel(request: HttpRequest, order: Order) -> None:
    """Cancel an order, and say so or why not. The room `inventory` adds the stock's part."""
    say_canceled(request, is_canceled=services.cancel(order.pk))


def _can_cancel(order: Order) -> bool:
    return states.can_cancel(order, list(order.items.all()))


MAY_HOLD = "sales.hold_order"
MAY_CANCEL = "sales.cancel_order"

HOLD = Deed(
    "hold",
    "Hold",
    "Put this order on hold?",
    hold,
    states.can_hold,
    "pause_circle",
    MAY_HOLD,
)
UNHOLD = Deed(
    "unhold",
    "Unhold",
    "Release this order from its hold?",
    unhold,
    states.can_unhold,
    "play_circle",
    MAY_HOLD,
)
CANCEL = Deed(
    "cancel",
    "Cancel",
    "Are you sure you want to cancel this order?",
    cancel,
    _can_cancel,
    "cancel",
    MAY_CANCEL,
)
