"""Cancelling an order: OrderFlow first where it has the order, the shop afterwards.

Two short transactions with the call between them, as with every export. The first, under the
order's lock, decides the way, writes down the intent and holds announcements off; the second
settles. So a cancellation and an announcement never overtake one another: whichever locks the order
first goes on, and the other one sees it.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exports.asking import Answer, Verdict, ask_to_cancel
from exports.cancel_requests import (
    Intent,
    Route,
    facts_of,
    give_turn_back,
    may_be_unknown,
    record,
    recover_cancellations,
    route_of,
    write_intent,
)
from exports.instances import export_disabled
from orderflow_bridge.common.choices import Entity, ExportStatus, Result
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.notifications import PARTLY_CANCELED, note_unannounced
from orderflow_bridge.sales.selectors import lock_order
from orderflow_bridge.tracing import spans

# Kept in English with the order and the request; pages show them in their reader's language.
SUCCESS = gettext_noop("Order successfully cancelled.")
FAILED = gettext_noop("Order cancellation failed.")
IMPOSSIBLE = gettext_noop("You have not canceled the order: nothing of it can be canceled.")
PART = gettext_noop("What was not invoiced yet has been cancelled.")
PART_UNANNOUNCED = gettext_noop(
    "What was not invoiced yet has been cancelled. OrderFlow was not told: it cannot cancel a part"
    " of an order."
)
UNKNOWN = gettext_noop("Order successfully cancelled. OrderFlow does not know it.")
TOO_LATE = gettext_noop(
    "OrderFlow has cancelled the order, but nothing of it can be cancelled here any more."
    " Please check it."
)
STAYS = "The order has not been cancelled; please try again later."


@dataclass(frozen=True)
class CancelOutcome:
    """Whether the order, or what is left of it, is cancelled, and the text for the operator."""

    is_canceled: bool
    text: str


def cancel_order(order: Order, *, by: str) -> CancelOutcome:
    """Cancel an order, at OrderFlow first where OrderFlow has it; `by` is the user's name.

    What is promised to the order is given back. Must not be called inside a transaction, because
    OrderFlow may have to be called. Raises ActionNotAvailable for an order that no longer exists.
    """
    recover_cancellations()
    begun = _begin(order.pk, by)
    if isinstance(begun, CancelOutcome):
        return begun
    with spans.span("cancel order", parent=begun.request.traceparent):
        answer = ask_to_cancel(begun.order.website, begun.order.increment_id)
    return _settle(begun, answer, by)


@transaction.atomic(durable=True)
def _begin(order_id: int, by: str) -> Intent | CancelOutcome:
    """Decide under the order's lock: cancel here, refuse, or write down what OrderFlow is asked."""
    locked = lock_order(order_id)
    order = locked.order
    match route_of(order, locked.rows, facts_of(order)):
        case Route.IMPOSSIBLE:
            return CancelOutcome(False, IMPOSSIBLE)
        case Route.BUSY:
            return CancelOutcome(False, busy_text(order))
        case Route.BLOCKED:
            return CancelOutcome(False, export_disabled(Entity.ORDER))
        case Route.PART:
            _cancel_here(order, f"Cancelled by {by}.")
            is_unannounced = note_unannounced(order, PARTLY_CANCELED)
            return CancelOutcome(True, PART_UNANNOUNCED if is_unannounced else PART)
        case Route.LOCAL:
            _cancel_here(order, f"Cancelled by {by}. OrderFlow did not have the order.")
            _close_export_state(order)
            return CancelOutcome(True, SUCCESS)
    return write_intent(order, by=by)


@transaction.atomic(durable=True)
def _settle(intent: Intent, answer: Answer, by: str) -> CancelOutcome:
    """Write down OrderFlow's answer and what follows from it, all at once."""
    order = lock_order(intent.order.pk).order
    outcome = _act(order, intent, answer, by)
    record(
        intent.request,
        Result.SUCCESS if outcome.is_canceled else Result.FAILURE,
        outcome.text,
        call=answer.call,
        received=answer.received,
    )
    return outcome


def _act(order: Order, intent: Intent, answer: Answer, by: str) -> CancelOutcome:
    """Cancel the order here if OrderFlow's answer allows it; else leave it as it was."""
    is_unknown = answer.verdict is Verdict.UNKNOWN and may_be_unknown(order)
    if answer.verdict is not Verdict.DONE and not is_unknown:
        give_turn_back(intent)
        stays = f" {STAYS}" if answer.verdict is Verdict.UNREACHABLE else ""
        return CancelOutcome(False, f"{FAILED} {answer.reason}{stays}")
    text = UNKNOWN if is_unknown else SUCCESS
    is_canceled = _cancel_here(order, f"Cancelled by {by}. {text}")
    _close_export_state(order)
    if not is_canceled:
        Order.objects.filter(pk=order.pk).update(orderflow_notice=TOO_LATE)
        return CancelOutcome(False, TOO_LATE)
    return CancelOutcome(True, text)


def _cancel_here(order: Order, comment: str) -> bool:
    """Cancel in the shop and give back what was promised; return False if nothing was left."""
    is_canceled = fulfilment.cancel(order.pk, comment=comment)
    if is_canceled:
        order.refresh_from_db()
    return is_canceled


def _close_export_state(order: Order) -> None:
    """Take an order out of the export. The raised revision stops an outcome that comes late."""
    Order.objects.filter(pk=order.pk).update(
        orderflow_export_status=ExportStatus.CANCELLED,
        orderflow_due_at=None,
        orderflow_attempts=0,
        orderflow_last_error="",
        orderflow_revision=F("orderflow_revision") + 1,
    )


def busy_text(order: Order) -> str:
    """Say that OrderFlow is being called about the order at this moment."""
    text = _(
        "OrderFlow is being called about order %(number)s at this moment. Please try again in a"
        " minute."
    )
    return text % {"number": order.increment_id}
