"""What waits and what is stuck: every count of the dashboard, from one query."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from exports.selectors import qualifies
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus, RequestType
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.monitoring.facts import Facts
from orderflow_bridge.monitoring.models import ChecklistDismissal
from orderflow_bridge.monitoring.statistics import Counted, Statistic, Wanted, counted, statistic
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.waiting import Circumstances, why_message_waits
from orderflow_bridge.rules.selectors import is_held
from orderflow_bridge.sales.models import Order
from orderflow_bridge.watch.configuration import exported_by

IS_DISMISSED = "checklist dismissed"
HELD_ORDERS = "Orders held"
_MESSAGES = {Entity.INVENTORY: "Stock messages", Entity.SHIPMENT: "Despatch messages"}
_GOODS = {Entity.PRODUCT: "Products", Entity.ORDER: "Orders"}
_PAGES = {Entity.PRODUCT: "waitingproduct", Entity.ORDER: "waitingorder"}
_LISTS = {Entity.PRODUCT: "catalog_product", Entity.ORDER: "sales_order"}
# How something can be stuck: what is counted, what it means, and the list's filter.
_TITLES = {
    ("Stock messages", "waiting"): gettext_lazy("Stock messages waiting"),
    ("Despatch messages", "waiting"): gettext_lazy("Despatch messages waiting"),
    ("Products", "to announce"): gettext_lazy("Products to announce"),
    ("Products", "given up"): gettext_lazy("Products given up"),
    ("Products", "failing"): gettext_lazy("Products failing"),
    ("Products", "not fetched"): gettext_lazy("Products not fetched"),
    ("Orders", "to announce"): gettext_lazy("Orders to announce"),
    ("Orders", "given up"): gettext_lazy("Orders given up"),
    ("Orders", "failing"): gettext_lazy("Orders failing"),
    ("Orders", "not fetched"): gettext_lazy("Orders not fetched"),
}
_STUCK: tuple[tuple[str, Callable[[datetime], Q], str, str], ...] = (
    (
        "given up",
        lambda now: Q(orderflow_export_status=ExportStatus.FAILED, orderflow_due_at=None),
        gettext_lazy("Failed too often: nothing more is tried."),
        "?export_status=Failed&given_up=yes",
    ),
    (
        "failing",
        lambda now: Q(orderflow_export_status=ExportStatus.FAILED, orderflow_due_at__isnull=False),
        gettext_lazy("Failed, and tried again by themselves."),
        "?export_status=Failed&given_up=no",
    ),
    (
        "not fetched",
        lambda now: Q(orderflow_export_status=ExportStatus.QUEUED, orderflow_due_at__lte=now),
        gettext_lazy("Announced long ago; OrderFlow has not come for them."),
        "?export_status=Queued",
    ),
)


def count(
    request: HttpRequest, facts: Facts, *, also: Mapping[str, Wanted] | None = None
) -> dict[str, Counted]:
    """Return every count that the user may see, by name, and `also` these; takes one query."""
    wanted: dict[str, Wanted] = dict(also or {})
    if request.user.has_perm("imports.view_importrequest"):
        wanted |= {noun: Wanted(_waiting(entity)) for entity, noun in _MESSAGES.items()}
    for entity, noun in _GOODS.items():
        if request.user.has_perm(f"exports.view_{_PAGES[entity]}"):
            wanted[noun] = Wanted(_due(entity, facts), "orderflow_due_at")
            for name, condition, _meaning, _narrowing in _STUCK:
                rows = _goods(entity).filter(condition(facts.now))
                wanted[f"{noun} {name}"] = Wanted(rows, "orderflow_queued_at")
    if request.user.has_perm("exports.view_waitingorder"):
        held = Order.objects.filter(is_held()).order_by()
        wanted[HELD_ORDERS] = Wanted(held, "held__held_since")
    if request.user.has_perm("mail.view_outgoingmail"):
        failed = OutgoingMail.objects.filter(status=OutgoingMail.Status.FAILED).order_by("id")
        wanted["E-mails"] = Wanted(failed)
    dismissed = ChecklistDismissal.objects.filter(user=request.user.pk)
    wanted[IS_DISMISSED] = Wanted(dismissed, "dismissed_at")
    return counted(wanted)


def waiting_statistics(counts: dict[str, Counted]) -> list[Statistic]:
    """Return what waits: messages to be processed, products and orders to be announced."""
    found = []
    for entity, noun in _MESSAGES.items():
        url = f"{admin_url('imports_importrequest_changelist')}?entity={int(entity)}&processed=no"
        kept = why_message_waits(Request(type=RequestType.IMPORT, entity=entity))
        found += statistic(
            counts,
            noun,
            _TITLES[noun, "waiting"],
            url,
            idle=_("Everything is processed."),
            busy="" if kept == Circumstances.otherwise else f"{kept}.",
        )
    for entity, noun in _GOODS.items():
        url = f"{admin_url(f'{_LISTS[entity]}_changelist')}?export_status=Pending"
        found += statistic(
            counts, noun, _TITLES[noun, "to announce"], url, idle=_("Nothing is due.")
        )
    return found


def stuck_statistics(counts: dict[str, Counted]) -> list[Statistic]:
    """Return what is stuck: given up, failing, never fetched; and e-mails that did not leave."""
    found = []
    for entity, noun in _GOODS.items():
        for name, _condition, meaning, narrowing in _STUCK:
            url = f"{admin_url(f'exports_{_PAGES[entity]}_changelist')}{narrowing}"
            key = f"{noun} {name}"
            title = _TITLES[noun, name]
            found += statistic(
                counts, key, title, url, idle=_("None."), busy=meaning, tone="danger"
            )
    if counts.get(HELD_ORDERS, Counted()).count:
        url = f"{admin_url('sales_order_changelist')}?held=yes"
        busy = _("Held by rules, which each order's page names.")
        found += statistic(counts, HELD_ORDERS, _("Orders held"), url, idle=_("None."), busy=busy)
    url = f"{admin_url('mail_outgoingmail_changelist')}?status={OutgoingMail.Status.FAILED}"
    found += statistic(
        counts,
        "E-mails",
        _("E-mails failed"),
        url,
        idle=_("None."),
        busy=_("Not sent."),
        tone="danger",
    )
    return found


def _waiting(entity: Entity) -> QuerySet[Request]:
    """Return the unprocessed requests of an entity, those first whose turn is next."""
    waiting = Request.objects.filter(
        type=RequestType.IMPORT, entity=entity, processed_at__isnull=True
    )
    return waiting.order_by("type", "entity", "message_number", "id")


def _goods(entity: Entity) -> QuerySet[ProductWebsite] | QuerySet[Order]:
    if entity == Entity.PRODUCT:
        return ProductWebsite.objects.order_by()
    return Order.objects.filter(is_virtual=False).order_by()


def _due(entity: Entity, facts: Facts) -> QuerySet[ProductWebsite] | QuerySet[Order]:
    """Return what waits for its first announcement: of orders only those that qualify."""
    due = Q(orderflow_due_at__lte=facts.now, orderflow_export_status=ExportStatus.PENDING)
    exporting = [each for each in facts.websites if entity in exported_by(each)]
    if entity == Entity.PRODUCT:
        return _goods(entity).filter(due, website__in=exporting)
    qualifying = Q(pk__in=())
    for website in exporting:
        qualifying |= qualifies(website)
    return _goods(entity).filter(qualifying, due)
