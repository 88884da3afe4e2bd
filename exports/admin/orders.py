"""What exports add to the orders list and page: Export, Cancel, tab "OrderFlow"."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from exports.admin.cells import export_state_facts
from exports.admin.export_actions import export_many, export_one
from exports.admin.switches import is_on, switched_off, told_on_the_list
from exports.cancelling import SUCCESS as CANCELED
from exports.cancelling import CancelOutcome, cancel_order
from exports.models import EXPORT_ORDERS
from exports.selectors import open_invoiced
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import admin_info
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import DateRange, Text
from orderflow_bridge.console.mass_actions import (
    ConfirmedMassAction,
    Step,
    Tally,
    carry_out,
    in_short,
)
from orderflow_bridge.console.page_parts import FIRST, PageParts, mass_action
from orderflow_bridge.console.pages import Card, Section, time_cell
from orderflow_bridge.orderflow_screens.addresses import new_window
from orderflow_bridge.orderflow_screens.links import url_of_order
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import DeletedOrder, Order

EXPORT_QUESTION = gettext_lazy("Are you sure you wish to export this order?")
NOTHING_INVOICED = gettext_lazy("No exportable (invoiced) orders selected.")
MAY_CANCEL = "sales.cancel_order"
CANCEL_QUESTION = gettext_lazy("Are you sure you want to cancel this order?")
CANCEL_MANY_QUESTION = gettext_lazy("Are you sure you want to cancel the selected orders?")
CANCELS_AT_ONCE = 10
PLEASE_NOTE = (
    gettext_lazy(
        "Users with the right to do so can view and edit this order in OrderFlow. Changes made"
        " there do not come back to the shop."
    ),
    gettext_lazy(
        "The further an order is through packing and despatch, the less of it can be changed."
    ),
    gettext_lazy("OrderFlow may split an order into several shipments."),
)

REFUND_NOTES = (
    gettext_lazy(
        "Credits or refunds do not update orders that have already been passed to OrderFlow."
    ),
    *PLEASE_NOTE[1:],
)


def run_export(request: HttpRequest, order: Order) -> None:
    """Announce an order at once."""
    export_one(request, Entity.ORDER, order.pk)


def run_cancel(request: HttpRequest, order: Order) -> None:
    """Cancel an order, at OrderFlow first where OrderFlow has it, and say what came of it."""
    try:
        outcome = cancel_order(order, by=request.user.get_username())
    except BridgeError as error:
        messages.error(request, str(error))
        return
    level = messages.SUCCESS if outcome.is_canceled else messages.ERROR
    messages.add_message(request, level, shown(outcome))


def shown(outcome: CancelOutcome) -> str:
    """Return what came of a cancellation in the reader's language; it is kept in English."""
    return _(outcome.text) if outcome.text else ""


def can_cancel(order: Order) -> bool:
    """Tell whether the page offers to cancel; cancelling itself judges again."""
    return states.can_cancel(order, list(order.items.all()))


def is_exportable(order: Order) -> bool:
    """Tell whether an export is offered, while the website exports; the export judges again."""
    return not states.why_not_for_warehouse(order) and is_on(Entity.ORDER, order.website_id)


@mass_action(
    gettext_lazy("Export To OrderFlow"), right=EXPORT_ORDERS, is_offered=lambda: is_on(Entity.ORDER)
)
def export_selected(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Order]
) -> HttpResponse | None:
    """Ask, then announce those of the selected orders that are open and invoiced."""
    if not open_invoiced(queryset).exists():
        messages.error(request, NOTHING_INVOICED)
        return None
    return carry_out(model_admin, request, queryset, export_many(Entity.ORDER))


@mass_action(gettext_lazy("Cancel"), right=MAY_CANCEL)
def cancel_selected(
    model_admin: ModelAdmin, request: HttpRequest, queryset: QuerySet[Order]
) -> HttpResponse | None:
    """Ask, then cancel the selected orders, at OrderFlow first where OrderFlow has them."""
    return carry_out(model_admin, request, queryset, cancel_many())


def cancel_many() -> ConfirmedMassAction:
    """Return the mass action that cancels orders. OrderFlow may be called twice for each."""

    def run(request: HttpRequest, keys: Sequence[int]) -> Step:
        done, reasons = 0, []
        for order in Order.objects.filter(pk__in=keys).order_by("pk"):
            try:
                outcome = cancel_order(order, by=request.user.get_username())
            except BridgeError as error:
                outcome = CancelOutcome(False, str(error))
            done += outcome.is_canceled
            if outcome.text != CANCELED:
                told = {"number": order.increment_id, "text": shown(outcome)}
                reasons.append(_("Order %(number)s: %(text)s") % told)
        return Step(done, in_short(reasons))

    def announce(request: HttpRequest, tally: Tally) -> None:
        if tally.done:
            messages.success(request, _("We canceled %(count)s order(s).") % {"count": tally.done})
        if tally.left:
            text = _("%(count)s order(s) cannot be canceled.") % {"count": tally.left}
            messages.warning(request, text)

    return ConfirmedMassAction(
        _("Cancel"), CANCEL_MANY_QUESTION, run, announce, step=CANCELS_AT_ONCE, counts_left=True
    )


def orderflow_tab(request: HttpRequest, order: Order) -> Section:
    """Return notes and link, where the order stands, and what OrderFlow has not been told."""
    cards = [Card(_("Export Status"), export_state_facts(order))]
    if not is_on(Entity.ORDER, order.website_id):
        cards.append(switched_off(Entity.ORDER, order.website))
    content = {
        "cards": cards,
        "notes": PLEASE_NOTE if admin_info().is_enabled else (),
        "link": new_window(url_of_order(order)),
        "notice": order.orderflow_notice,
    }
    return Section("orderflow", "OrderFlow", "bridge/order_orderflow.html", content)


def refund_notice(request: HttpRequest, order: Order) -> dict[str, Any]:
    """Return the "OrderFlow Notice" of the new credit memo page."""
    link = new_window(url_of_order(order))
    return {"notice": {"title": _("OrderFlow Notice"), "notes": REFUND_NOTES, "link": link}}


EXPORT = RecordAction(
    "export",
    gettext_lazy("Export"),
    EXPORT_QUESTION,
    run_export,
    is_exportable,
    "output",
    EXPORT_ORDERS,
)
CANCEL = RecordAction(
    "cancel", gettext_lazy("Cancel"), CANCEL_QUESTION, run_cancel, can_cancel, "cancel", MAY_CANCEL
)

ORDER_PARTS = PageParts(
    actions=(export_selected, cancel_selected),
    sections=(orderflow_tab,),
    record_actions=(EXPORT, CANCEL),
    row_record_actions=("export",),
    notices={"creditmemo": refund_notice, "list": told_on_the_list(Entity.ORDER)},
    places={"export": FIRST, "orderflow": "information"},
)


@admin.register(DeletedOrder)
class DeletedOrderAdmin(ReadOnlyAdmin):
    """Sales → Deleted Orders: gone here although OrderFlow had been told of them."""

    list_display = ("increment_id", "orderflow_export_status", "deleted_by", "deleted")
    list_display_links = None
    filters = (
        Text("increment_id", gettext_lazy("Order #"), lookup="startswith"),
        DateRange("deleted_at", gettext_lazy("Deleted"), "deleted"),
    )
    search_fields = ("increment_id__startswith",)
    search_help_text = gettext_lazy("Order number begins with…")
    empty_title = gettext_lazy("No such orders")
    empty_text = gettext_lazy(
        "An order that is deleted after OrderFlow was told of it leaves a trace here."
    )

    deleted = column(gettext_lazy("Deleted"), "deleted_at", time_cell)
