"""Which way a cancellation goes (docs/contract/shop-rules.md, "Cancelling").

Pure: facts about an order in, a route out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import ExportMode, OrderExport
from orderflow_bridge.sales import states, unannounced
from orderflow_bridge.sales.models import Order, OrderItem


class Route(Enum):
    """What has to be done to cancel an order."""

    IMPOSSIBLE = auto()  # its state does not allow it
    PART = auto()  # some of it is invoiced: the order lives on, and OrderFlow cannot cancel a part
    LOCAL = auto()  # OrderFlow has nothing to cancel
    BUSY = auto()  # it is just being announced, or cancelled: nobody knows what OrderFlow will have
    BLOCKED = auto()  # OrderFlow has it, but is not to be called
    ASK = auto()  # OrderFlow decides


@dataclass(frozen=True)
class Facts:
    """What is known about an order besides its own columns.

    `is_busy`: a call about it is under way. `was_sent`: some call about it has been made before.
    """

    settings: OrderExport
    is_busy: bool = False
    was_sent: bool = False


def route_of(order: Order, rows: Sequence[OrderItem], facts: Facts) -> Route:
    """Return the way the cancellation of an order goes; `rows` are all of its items."""
    if not states.can_cancel(order, rows):
        return Route.IMPOSSIBLE
    if states.state_after_canceling(rows) != Order.State.CANCELED:
        return Route.PART
    if facts.is_busy:
        return Route.BUSY
    if order.is_virtual or not _may_be_there(order, facts):
        return Route.LOCAL
    return Route.ASK if facts.settings.is_enabled else Route.BLOCKED


def may_be_unknown(order: Order) -> bool:
    """Tell whether it is no surprise if OrderFlow does not know the order: it never fetched it."""
    return (
        order.orderflow_export_status != ExportStatus.EXPORTED
        and order.orderflow_export_date is None
    )


def _may_be_there(order: Order, facts: Facts) -> bool:
    """Tell whether OrderFlow has the order, or may have it.

    When OrderFlow fetches by itself, a failed notification has left nothing there. A pushed
    document may have been imported although its answer was lost.
    """
    if unannounced.is_known(order):
        return True
    if order.orderflow_export_status == ExportStatus.CANCELLED:
        return False
    return facts.settings.mode == ExportMode.PUSH and facts.was_sent
