"""Asking OrderFlow about orders: by hand, by the job, and what is told of orders it lacks.

Nothing is concluded from an answer but that OrderFlow does not know the order, which it says by an
exception of a name we know. Everything else is kept as it came, for people to read.
"""

from datetime import datetime, timedelta
from itertools import islice

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from exports.admin.orders import is_exportable, run_export
from exports.asking import Answer, Verdict, ask_how_it_stands
from exports.models import EXPORT_ORDERS
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.exceptions import BridgeError, JobNotReady
from orderflow_bridge.common.formats import datetime_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.common.worded import nworded, worded
from orderflow_bridge.configuration.selectors import api, reconciliation
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.page_parts import PageParts
from orderflow_bridge.console.pages import Section
from orderflow_bridge.problems.kinds import UNKNOWN_ORDER
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import OrderAnswer
from orderflow_bridge.watch.orders import OPEN, TOLD, something_to_ship
from orderflow_bridge.watch.wording import clock_time, counted, host_of

# However often the job runs, an order is asked for about once a day.
ASKED_AGAIN_AFTER = timedelta(hours=20)
LONGEST_TEXT = 20_000
_KEPT = {
    Verdict.DONE: OrderAnswer.Verdict.ANSWERED,
    Verdict.UNKNOWN: OrderAnswer.Verdict.UNKNOWN,
    Verdict.REFUSED: OrderAnswer.Verdict.REFUSED,
}
ANSWERED = gettext_lazy("OrderFlow has answered. The tab OrderFlow's Answer shows it as it came.")
UNKNOWN = gettext_lazy("OrderFlow does not know order %(number)s. Announce it again.")


class OrdersNotAsked(BridgeError):
    """Some OrderFlow could not be asked; the others have been."""


def ask_order(order: Order, *, by: str = "") -> Answer:
    """Ask OrderFlow how an order stands and keep the answer; `by` is the user who asked.

    Must not be called inside a transaction. What could not be asked leaves an earlier answer alone.
    """
    answer = ask_how_it_stands(order.website, order.increment_id)
    now = clock.now()
    values: dict[str, object] = {"tried_at": now}
    if answer.verdict in _KEPT:
        received = answer.received.decode("utf-8", "replace").replace("\0", "\ufffd")
        values |= {
            "answered_at": now,
            "asked_by": by,
            "verdict": _KEPT[answer.verdict],
            "text": received[:LONGEST_TEXT],
        }
    OrderAnswer.objects.update_or_create(order=order, defaults=values)
    return answer


def orders_to_ask(now: datetime) -> QuerySet[Order]:
    """Return the orders that OrderFlow has had for long and not shipped, longest unasked first."""
    asked = [each.pk for each in Website.objects.all() if api(each).endpoint]
    since = now - timedelta(hours=reconciliation().orders_after_hours)
    tried = Q(orderflow_answer=None) | Q(orderflow_answer__tried_at__lte=now - ASKED_AGAIN_AFTER)
    return (
        Order.objects.filter(
            tried,
            something_to_ship(),
            website__in=asked,
            orderflow_export_status=ExportStatus.EXPORTED,
            orderflow_export_date__lte=since,
            state__in=OPEN,
            is_virtual=False,
        )
        .select_related("website")
        .order_by(F("orderflow_answer__tried_at").asc(nulls_first=True), "orderflow_export_date")
    )


def reconcile_orders() -> str:
    """Ask about the orders whose turn it is (job orderflow_reconcile_orders); say what came of it.

    Raises JobNotReady without an OrderFlow, and OrdersNotAsked after all have been tried. An
    OrderFlow that cannot be reached is asked no more in this run.
    """
    if not any(api(each).endpoint for each in Website.objects.all()):
        raise JobNotReady("No website has an OrderFlow. Please review API Settings.")
    counts = dict.fromkeys(Verdict, 0)
    failed: dict[int, str] = {}
    for order in orders_to_ask(clock.now())[: reconciliation().orders_batch_size]:
        if order.website_id in failed:
            continue
        answer = ask_order(order)
        counts[answer.verdict] += 1
        if answer.verdict is Verdict.UNREACHABLE:
            failed[order.website_id] = (
                f"{host_of(api(order.website).endpoint)}: order {order.increment_id}:"
                f" {answer.reason}"
            )
    told = _sentence(counts)
    if failed:
        raise OrdersNotAsked(" ".join([*failed.values(), told]))
    return told


def look_for_unknown_orders(now: datetime) -> None:
    """Find orders that OrderFlow has fetched and does not know; it ends when it fetches them again,
    knows them when it is asked again, or nothing of them is left to do.
    """
    unknown = (
        OrderAnswer.objects.filter(
            verdict=OrderAnswer.Verdict.UNKNOWN,
            order__state__in=OPEN,
            order__orderflow_export_date__lte=F("answered_at"),
        )
        .exclude(order__orderflow_export_status=ExportStatus.CANCELLED)
        .select_related("order")
        .order_by("order__orderflow_export_date")
    )
    rows = list(unknown[: TOLD + 1])
    findings = [_finding(each, now) for each in islice(rows, TOLD)]
    if len(rows) > TOLD:
        more = unknown.count() - TOLD
        text = nworded(
            "OrderFlow does not know %(count)s further order that it has fetched.",
            "OrderFlow does not know %(count)s further orders that it has fetched.",
            more,
        )
        remedy = worded("See in OrderFlow why it lost them; then export them again.")
        url = reverse("admin:sales_order_changelist")
        findings.append(Finding(UNKNOWN_ORDER, "further orders", text, remedy, url, count=more))
    settle(UNKNOWN_ORDER, findings, now=now)


def is_unknown(order: Order) -> bool:
    """Whether OrderFlow answered that it does not know an order, and has not fetched it since."""
    answer: OrderAnswer | None = getattr(order, "orderflow_answer", None)
    if answer is None or answer.verdict != OrderAnswer.Verdict.UNKNOWN or not answer.answered_at:
        return False
    fetched_at = order.orderflow_export_date
    return fetched_at is None or fetched_at <= answer.answered_at


def run_ask(request: HttpRequest, order: Order) -> None:
    """Ask OrderFlow about an order, and say what came of it."""
    answer = ask_order(order, by=request.user.get_username())
    if answer.verdict is Verdict.DONE:
        messages.success(request, ANSWERED)
    elif answer.verdict is Verdict.UNKNOWN:
        messages.warning(request, UNKNOWN % {"number": order.increment_id})
    else:
        messages.error(request, answer.reason)


def answer_tab(request: HttpRequest, order: Order) -> Section | None:
    """Return OrderFlow's newest answer as it came, when it was asked and by whom."""
    answer: OrderAnswer | None = getattr(order, "orderflow_answer", None)
    if answer is None or answer.answered_at is None:
        return None
    caption = _("%(verdict)s; asked at %(time)s by %(user)s") % {
        "verdict": answer.get_verdict_display(),
        "time": datetime_text(answer.answered_at),
        "user": answer.asked_by or _("the job orderflow_reconcile_orders"),
    }
    content = {"caption": caption, "pretty": answer.text or _("(an empty answer)")}
    return Section("orderflow-answer", _("OrderFlow's Answer"), "bridge/body.html", content)


def _finding(answer: OrderAnswer, now: datetime) -> Finding:
    order = answer.order
    fetched, answered = order.orderflow_export_date or now, answer.answered_at or now
    return Finding(
        UNKNOWN_ORDER,
        order.increment_id,
        worded(
            "OrderFlow has had order %(number)s since %(fetched)s, and answered at %(answered)s"
            " that it does not know it.",
            number=order.increment_id,
            fetched=clock_time(fetched, now),
            answered=clock_time(answered, now),
        ),
        worded("Announce it again, and see that OrderFlow fetches it."),
        reverse("admin:sales_order_announce", args=[order.pk]),
        website_id=order.website_id,
        evidence={"order": order.increment_id},
    )


def _sentence(counts: dict[Verdict, int]) -> str:
    total = sum(counts.values())
    if not total:
        return "No order is due to be asked for."
    parts = (
        (counts[Verdict.DONE], "answered"),
        (counts[Verdict.UNKNOWN], "unknown to OrderFlow"),
        (counts[Verdict.REFUSED], "refused"),
        (counts[Verdict.UNREACHABLE], "not reached"),
    )
    said = ", ".join(f"{count:,} {words}" for count, words in parts if count)
    return f"{counted(total, 'order')} asked for: {said}."


def _was_told(order: Order) -> bool:
    is_told = order.orderflow_queued_at or order.orderflow_export_date
    return bool(is_told) and not order.is_virtual


def _may_be_announced(order: Order) -> bool:
    return is_unknown(order) and is_exportable(order)


ASK = RecordAction(
    "ask",
    gettext_lazy("Ask OrderFlow"),
    gettext_lazy(
        "Ask OrderFlow how this order stands? Its answer is shown as it comes; nothing is changed."
    ),
    run_ask,
    _was_told,
    "help",
    EXPORT_ORDERS,
)
ANNOUNCE = RecordAction(
    "announce",
    gettext_lazy("Announce Again"),
    gettext_lazy("OrderFlow answered that it does not know this order. Announce it again?"),
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
