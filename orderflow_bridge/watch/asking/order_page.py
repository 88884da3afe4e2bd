"""What asking adds to an order's page: *Ask OrderFlow*, *Announce Again*, and the answer."""

from django.contrib import messages
from django.http import HttpRequest

from exports.admin.orders import is_exportable, run_export
from exports.asking import Verdict
from exports.models import EXPORT_ORDERS
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.page_parts import PageParts
from orderflow_bridge.console.pages import Section, datetime_text
from orderflow_bridge.sales.models import Order
from orderflow_bridge.watch.asking.models import OrderAnswer
from orderflow_bridge.watch.asking.services import ask_order, is_unknown

ANSWERED = "OrderFlow has answered. The tab OrderFlow's Answer shows it as it came."
UNKNOWN = "OrderFlow does not know order {number}. Announce it again."


def run_ask(request: HttpRequest, order: Order) -> None:
    """Ask OrderFlow about an order, and say what came of it."""
    answer = ask_order(order, by=request.user.get_username())
    if answer.verdict is Verdict.DONE:
        messages.success(request, ANSWERED)
    elif answer.verdict is Verdict.UNKNOWN:
        messages.warning(request, UNKNOWN.format(number=order.increment_id))
    else:
        messages.error(request, answer.reason)


def answer_tab(request: HttpRequest, order: Order) -> Section | None:
    """Return OrderFlow's newest answer as it came, when it was asked and by whom."""
    answer: OrderAnswer | None = getattr(order, "orderflow_answer", None)
    if answer is None or answer.answered_at is None:
        return None
    by = answer.asked_by or "the job orderflow_reconcile_orders"
    content = {
        "caption": f"{answer.get_verdict_display()}; asked at {datetime_text(answer.answered_at)}"
        f" by {by}",
        "pretty": answer.text or "(an empty answer)",
    }
    return Section("orderflow-answer", "OrderFlow's Answer", "bridge/body.html", content)


def _was_told(order: Order) -> bool:
    is_told = order.orderflow_queued_at or order.orderflow_export_date
    return bool(is_told) and not order.is_virtual


def _may_be_announced(order: Order) -> bool:
    return is_unknown(order) and is_exportable(order)


ASK = RecordAction(
    "ask",
    "Ask OrderFlow",
    "Ask OrderFlow how this order stands? Its answer is shown as it comes; nothing is changed.",
    run_ask,
    _was_told,
    "help",
    EXPORT_ORDERS,
)
ANNOUNCE = RecordAction(
    "announce",
    "Announce Again",
    "OrderFlow answered that it does not know this order. Announce it again?",
    run_export,
    _may_be_announced,
    "campaign",
    EXPORT_ORDERS,
)
ORDER_PARTS = PageParts(
    sections=(answer_tab,),
    record_actions=(ASK, ANNOUNCE),
    places={"orderflow-answer": "orderflow", "ask": "export", "announce": "ask"},
)
