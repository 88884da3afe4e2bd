"""What is done to an order at its page: the same services as REST's, and what only a person needs.

A person looks at a page that may be old, and clicks twice. So each of these locks the order first
and compares it with what was `seen`; a second click is told what happened instead of booking again.
A program says what it means and is not asked.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.order_desk.selectors import mails_about, why_orderflow_ships
from orderflow_bridge.sales import services
from orderflow_bridge.sales.booking import Booking, NewTrack
from orderflow_bridge.sales.models import Invoice, Order, OrderStatusHistory
from orderflow_bridge.sales.selectors import lock_order

SAID_ALREADY = gettext_noop("This comment has been added already. Please look at the order again.")
WRITTEN_ALREADY = gettext_noop(
    "An e-mail about this order has been written meanwhile: none was written now. Please look at"
    " the order again."
)
_INVOICED_ALREADY = gettext_noop(
    "Units of this order have been invoiced meanwhile%(newest)s: nothing was invoiced now. Please"
    " look at the order again."
)
_SHIPPED_ALREADY = gettext_noop(
    "Units of this order have been shipped meanwhile%(newest)s: nothing was shipped now. Please"
    " look at the order again."
)
NO_ADDRESS = gettext_noop("The order has no e-mail address to write to. Nothing was sent.")


@transaction.atomic
def invoice(
    order_id: int, *, quantities: Mapping[int, Decimal], comment: str, notify: bool, seen: int
) -> Invoice:
    """Invoice units by order item id; `seen` is how many invoices the person had before their eyes.

    Raises ActionNotAvailable.
    """
    made = lock_order(order_id).order.invoices.order_by("pk")
    _check_numbers(_INVOICED_ALREADY, list(made.values_list("increment_id", flat=True)), seen)
    return fulfilment.invoice(order_id, quantities=quantities, comment=comment, notify=notify)


@transaction.atomic
def ship(
    order_id: int,
    *,
    quantities: Mapping[int, Decimal],
    source_code: str,
    new_tracks: Sequence[NewTrack],
    comment: str,
    notify: bool,
    show_comment: bool,
    anyway: bool,
    seen: int,
) -> Booking:
    """Ship units by order item id; `seen` is how many shipments the person had before their eyes.

    What OrderFlow despatches is shipped here only `anyway`. Raises ActionNotAvailable, and
    OrderRefused for a track that cannot be written.
    """
    order = lock_order(order_id).order
    made = order.shipments.order_by("pk")
    _check_numbers(_SHIPPED_ALREADY, list(made.values_list("increment_id", flat=True)), seen)
    if not anyway and (why := why_orderflow_ships(order)):
        raise ActionNotAvailable(why)
    return fulfilment.ship(
        order_id,
        quantities=quantities,
        source_code=source_code,
        new_tracks=new_tracks,
        comment=comment,
        notify=notify,
        show_comment=show_comment,
    )


@transaction.atomic
def comment(
    order_id: int,
    *,
    text: str,
    status: str,
    is_customer_notified: bool,
    is_visible_on_front: bool,
    seen: int,
) -> OrderStatusHistory:
    """Comment on an order; `seen` is the newest entry of its history that the person saw, or 0.

    Raises ActionNotAvailable if the same was said since then, and OrderRefused.
    """
    lock_order(order_id)
    since = OrderStatusHistory.objects.filter(order=order_id, pk__gt=seen, comment=text)
    if since.exists():
        raise ActionNotAvailable(_(SAID_ALREADY))
    return services.add_comment(
        order_id,
        comment=text,
        status=status,
        is_customer_notified=is_customer_notified,
        is_visible_on_front=is_visible_on_front,
    )


@transaction.atomic
def write_again(order: Order, write: Callable[[], bool], *, seen: int) -> None:
    """Write an e-mail about an order again; `seen` is how many the person knew of.

    Raises ActionNotAvailable if one was written meanwhile, or there is nobody to write to.
    """
    lock_order(order.pk)
    if mails_about(order) != seen:
        raise ActionNotAvailable(_(WRITTEN_ALREADY))
    if not write():
        raise ActionNotAvailable(_(NO_ADDRESS))


def _check_numbers(already: str, numbers: Sequence[str], seen: int) -> None:
    """Raise ActionNotAvailable if there are other documents of an order than a person saw."""
    if len(numbers) != seen:
        newest = f" ({numbers[-1]})" if numbers else ""
        raise ActionNotAvailable(_(already) % {"newest": newest})
