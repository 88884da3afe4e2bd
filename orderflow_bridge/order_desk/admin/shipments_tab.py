"""The shipments of an order as a list of their own on its page, as the guide pictures it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column
from orderflow_bridge.console.grids.downloads import KINDS
from orderflow_bridge.console.grids.filters import DateRange, Text
from orderflow_bridge.console.list_on_page import ListOnPage, asked_of, file_of, grid_on_page
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Step, Tally, carry_out
from orderflow_bridge.console.page_parts import mass_action
from orderflow_bridge.console.pages import Section, admin_url, unbroken
from orderflow_bridge.order_desk.admin.comments import MAY_WRITE
from orderflow_bridge.sales.admin import order_page
from orderflow_bridge.sales.admin.shipment import ShipmentAdmin
from orderflow_bridge.sales.models import Order, Shipment
from orderflow_bridge.sales.services import notify_shipment

MAY_LOOK = "sales.view_shipment"
SLUG = "shipments"
_KIND = "kind"
_MOST = 200  # on one page: who sends an order in more parcels looks at the list of all shipments


class OrderShipments(ListOnPage, ShipmentAdmin):
    """The shipments of one order: the guide's columns, the others on offer."""

    list_display = (
        *("number", "ship_date", "order_link", "order_date", "ship_to", "quantity"),
        *("tracking_numbers", "message", "action_links"),
    )
    list_display_links = ("number",)
    more_columns = ("source_code",)
    filters = (
        Text("increment_id", gettext_lazy("Shipment #"), lookup="startswith"),
        Text(
            "tracks__track_number", gettext_lazy("Tracking Number"), "tracking", lookup="startswith"
        ),
        DateRange("created_at", gettext_lazy("Ship Date"), "created"),
    )
    list_per_page = _MOST
    has_pages = False
    empty_text = gettext_lazy(
        "Nothing has been shipped yet. OrderFlow's despatch messages create shipments."
    )

    number = column(gettext_lazy("Shipment"), "increment_id", unbroken)
    message = column(gettext_lazy("OrderFlow Message"), order_page.despatch_link)

    def __init__(self, order: Order) -> None:
        super().__init__(Shipment, admin.site)
        self.order = order

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        """Keep to the order's."""
        return super().get_queryset(request).filter(order=self.order)

    def file_url(self, kind: str, query: str) -> str:
        """Return the address of a file of the order's shipments."""
        return f"{admin_url('sales_order_shipments_file', self.order.pk)}{query}&{_KIND}={kind}"

    def row_actions(self, request: HttpRequest, record: Shipment) -> Sequence[RowAction]:
        """Offer the shipment's page, and its e-mail."""
        page = RowAction(_("View"), admin_url("sales_shipment_change", record.pk))
        email = RowAction(_("Send Email"), admin_url("sales_shipment_email", record.pk))
        return [page, email]


def shipments_tab(request: HttpRequest, order: Order) -> Section:
    """Return the list; for whoever may not see shipments themselves, what the order tells."""
    if not request.user.has_perm(MAY_LOOK):
        return order_page.shipments(order)
    grid = grid_on_page(request, OrderShipments(order))
    # What Django's own list makes beside it.
    form = grid.model_admin.action_form(auto_id=None)
    form.fields["action"].choices = grid.model_admin.get_action_choices(request)
    context = {
        "cl": grid,
        "action_form": form if len(form.fields["action"].choices) > 1 else None,
        "address": admin_url("sales_shipment_changelist"),
        "selection_note": _("0 of %(cnt)s selected") % {"cnt": len(grid.result_list)},
    }
    return Section(SLUG, _("Shipments"), "order_desk/shipments.html", context)


def asked_for(request: HttpRequest, order: Order) -> dict[str, Any]:
    """Return values for the order's page: the tab is open if the address asks for some of it."""
    is_asked = bool(asked_of(request, OrderShipments(order)))
    return {"has_grid": True, **({"first_tab": SLUG} if is_asked else {})}


def shipments_file(
    model_admin: RecordAdmin, request: HttpRequest, order: Order
) -> HttpResponseBase:
    """Send an order's shipments as they are shown, as a file."""
    kind = request.GET.get(_KIND, "")
    known = kind if kind in KINDS else next(iter(KINDS))
    title = _("Shipments of order %(number)s") % {"number": order.increment_id}
    return file_of(request, OrderShipments(order), known, title)


@mass_action(gettext_lazy("Send Email"), right=MAY_WRITE)
def email_selected(
    model_admin: ShipmentAdmin, request: HttpRequest, queryset: QuerySet[Shipment]
) -> HttpResponse | None:
    """Ask, then write to the customers of the selected shipments again."""

    def run(request: HttpRequest, keys: Sequence[int]) -> Step:
        return Step(sum(notify_shipment(key) for key in keys))

    def announce(request: HttpRequest, tally: Tally) -> None:
        messages.success(
            request, _("%(count)s e-mail(s) have been written.") % {"count": tally.done}
        )
        if tally.left:
            messages.warning(
                request, _("%(count)s order(s) have no e-mail address.") % {"count": tally.left}
            )

    question = _("Write to the customers about the selected shipments again?")
    action = ConfirmedMassAction(_("Send Email"), question, run, announce)
    return carry_out(model_admin, request, queryset, action)
