"""What an operator starts by hand, and is told afterwards."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exports.manual import (
    RESTING,
    export_now,
    exported_many,
    requeue,
    told_of,
)
from exports.models import ExportLine
from exports.selectors import open_invoiced
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.common.exceptions import BridgeError, ExportRefused, StepRefused
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.sales.models import Order

CALLS_AT_ONCE = 40
EXPORT_QUESTIONS = {
    Entity.PRODUCT: gettext_lazy("Are you sure?"),
    Entity.ORDER: gettext_lazy("Are you sure? Only open invoiced orders are exported."),
}
_FAILED = {
    Entity.PRODUCT: gettext_lazy("Error Exporting Product(s) to OrderFlow: %(error)s"),
    Entity.ORDER: gettext_lazy("Error Exporting Order(s) to OrderFlow: %(error)s"),
}
_REQUEUED = {
    Entity.PRODUCT: gettext_lazy(
        "%(count)s product(s) have been requeued. The next export run announces them."
    ),
    Entity.ORDER: gettext_lazy(
        "%(count)s order(s) have been requeued. The next export run announces them."
    ),
}
_NOT_REQUEUED = {
    Entity.PRODUCT: gettext_lazy(
        "Nothing was requeued: OrderFlow has got the product(s) already, or they are not exported"
        " at all."
    ),
    Entity.ORDER: gettext_lazy(
        "Nothing was requeued: OrderFlow has got the order(s) already, or they are not exported"
        " at all."
    ),
}
_REPORTS = {Entity.PRODUCT: "productexport", Entity.ORDER: "orderexport"}
_NAMED: dict[Entity, tuple[Any, str]] = {
    Entity.PRODUCT: (Product, "sku_key"),
    Entity.ORDER: (Order, "increment_id"),
}


def export_one(request: HttpRequest, entity: Entity, pk: int) -> None:
    """Announce one product or order at once, and say what came of it; what failed says why."""
    try:
        lines = export_now(entity, [pk], by=request.user.get_username())
    except BridgeError as error:
        messages.error(request, str(error))
        return
    text, is_well = told_of(entity, [pk], lines)
    if is_well:
        messages.success(request, text)
    else:
        messages.error(request, format_html("{} {}", text, _why(entity, lines)))


def _why(entity: Entity, lines: Sequence[ExportLine]) -> SafeString:
    """Return the first failure's reason, with links to its call and to where it may be mended."""
    line = next((each for each in lines if each.result == Result.FAILURE), None)
    if line is None:
        return format_html("")
    report = admin_url(f"exports_{_REPORTS[entity]}_change", line.parent_id)
    places = (
        (_("See the call"), f"{report}#lines" if report else ""),
        (_("API Settings"), admin_url("configuration_apisettings_changelist")),
    )
    links = format_html_join(
        " ", '<a class="underline" href="{}">{}</a>', ((url, name) for name, url in places if url)
    )
    return format_html("{} {}", line.reason, links)


def export_many(entity: Entity) -> ConfirmedMassAction:
    """Return the mass action Export. Every row is a call that somebody waits for: short steps."""

    def run(request: HttpRequest, keys: Sequence[int]) -> int:
        """Announce these; return how many went well."""
        chosen = _invoiced(keys) if entity == Entity.ORDER else keys
        try:
            lines = export_now(entity, chosen, by=request.user.get_username()) if chosen else []
        except BridgeError as error:
            others_may_go = isinstance(error, ExportRefused) and str(error) != RESTING
            kind = StepRefused if others_may_go else BridgeError
            raise kind(_FAILED[entity] % {"error": error}) from error
        failed = {line.reference for line in lines if line.result != Result.SUCCESS}
        return len({line.reference for line in lines} - failed)

    def announce(request: HttpRequest, tally: Tally) -> None:
        if tally.seen:
            text = exported_many(entity, tally.done, tally.left)
            level = messages.WARNING if tally.left else messages.SUCCESS
            messages.add_message(request, level, text)

    question = EXPORT_QUESTIONS[entity]
    return ConfirmedMassAction(
        _("Export To OrderFlow"), question, run, announce, step=CALLS_AT_ONCE
    )


def _invoiced(keys: Sequence[int]) -> list[int]:
    """Return those of these orders that a selection may export; the others count as failures."""
    orders = open_invoiced(Order.objects.filter(pk__in=keys))
    return list(orders.order_by("pk").values_list("pk", flat=True))


def requeue_rows(request: HttpRequest, entity: Entity, selected: QuerySet[Any]) -> None:
    """Put the selected export states back into the queue, and tell how many are due now."""
    message_requeued(request, entity, requeue(entity, queryset=selected))


def requeue_references(request: HttpRequest, entity: Entity, references: Sequence[str]) -> None:
    """Put the products or orders with these SKUs or numbers back into the queue."""
    model, name = _NAMED[entity]
    found = model.objects.filter(**{f"{name}__in": references}).values_list("pk", flat=True)
    message_requeued(request, entity, requeue(entity, ids=list(found)))


def message_requeued(request: HttpRequest, entity: Entity, count: int) -> None:
    """Tell how many products or orders were requeued, or why none."""
    if count:
        messages.success(request, _REQUEUED[entity] % {"count": count})
    else:
        messages.warning(request, str(_NOT_REQUEUED[entity]))
