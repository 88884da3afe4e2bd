"""The orders grid and the order page, with Hold and Unhold."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.export_state_filter import export_status
from orderflow_bridge.console.grids.filters import Choices, DateRange, NumberRange, Text
from orderflow_bridge.console.pages import (
    Button,
    Section,
    admin_url,
    money,
    time_cell,
    unbroken,
    units,
)
from orderflow_bridge.sales import services, states
from orderflow_bridge.sales.admin import order_page
from orderflow_bridge.sales.models import Order, OrderAddress
from orderflow_bridge.sales.selectors import find_order
from orderflow_bridge.stores.order_statuses import status_choices
from orderflow_bridge.stores.selectors import website_choices


def hold(request: HttpRequest, order: Order) -> None:
    """Put an order on hold, and say so or why not."""
    try:
        services.hold(order.pk)
    except BridgeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You put the order on hold."))


def unhold(request: HttpRequest, order: Order) -> None:
    """Release an order from its hold, and say so or why not."""
    try:
        services.unhold(order.pk)
    except BridgeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You released the order from holding status."))


MAY_HOLD = "sales.hold_order"
GUIDES_BUTTONS = (
    *(
        gettext_lazy("Cancel"),
        gettext_lazy("Send Email"),
        gettext_lazy("Hold"),
        gettext_lazy("Unhold"),
        gettext_lazy("Invoice"),
        gettext_lazy("Ship"),
        gettext_lazy("Credit Memo"),
    ),
    *(gettext_lazy("Reorder"), gettext_lazy("Export"), gettext_lazy("Edit")),
)

HOLD = RecordAction(
    "hold",
    gettext_lazy("Hold"),
    gettext_lazy("Put this order on hold?"),
    hold,
    states.can_hold,
    "pause_circle",
    MAY_HOLD,
)
UNHOLD = RecordAction(
    "unhold",
    gettext_lazy("Unhold"),
    gettext_lazy("Release this order from its hold?"),
    unhold,
    states.can_unhold,
    "play_circle",
    MAY_HOLD,
)


@admin.register(Order)
class OrderAdmin(RecordAdmin):
    """Sales → Orders."""

    missing_text = gettext_lazy("Order Not Found.")
    list_display: tuple[str, ...] = (
        "order_number",
        "status_label",
        "export_label",
        "purchase_date",
        "bill_to",
        "ship_to",
        "base_total",
        "total",
        "purchase_point",
        "action_links",
    )
    more_columns = (
        "number",
        "purchase_from",
        "order_currency_code",
        "customer_email",
        "units_ordered",
        "shipping_description",
        "last_exported",
        "last_error",
    )
    list_display_links = ("order_number",)
    list_select_related = ("store__website",)
    own_record_actions = (HOLD, UNHOLD)
    filters = (
        Text("increment_id", gettext_lazy("Order #"), lookup="startswith"),
        Choices("website", gettext_lazy("Purchase Point"), choices=website_choices),
        DateRange("created_at", gettext_lazy("Purchase Date"), "created"),
        Text("customer_email", gettext_lazy("Customer E-mail")),
        Text("addresses__lastname", gettext_lazy("Last Name"), "last_name", lookup="istartswith"),
        NumberRange(
            "base_grand_total", gettext_lazy("Grand Total (Base)"), "base_total", is_decimal=True
        ),
        NumberRange(
            "grand_total", gettext_lazy("Grand Total (Purchased)"), "total", is_decimal=True
        ),
        Choices("status", gettext_lazy("Status"), choices=status_choices),
        export_status(states.not_for_warehouse),
        DateRange("orderflow_export_date", gettext_lazy("Last Exported"), "exported"),
    )
    search_fields = ("increment_id__startswith", "customer_email", "customer_lastname")
    search_help_text = gettext_lazy("Order number begins with…, e-mail or last name")
    empty_title = gettext_lazy("No orders yet")
    empty_text = gettext_lazy(
        "Orders come through the REST API, or with the demo data (make demo)."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Read the addresses along: bill-to and ship-to."""
        return super().get_queryset(request).prefetch_related("addresses")

    def record_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Read what the page shows along."""
        orders = self.get_queryset(request).select_related(
            "website", "store__website", "store__group"
        )
        return orders.select_related("payment").prefetch_related("items", "status_histories")

    def get_urls(self) -> list[URLPattern]:
        """Add an address by order number, for links from imports."""
        view = path(
            "by-number/<path:increment_id>/",
            self._wrapped(self.by_number_view),
            name="sales_order_by_number",
        )
        return [view, *super().get_urls()]

    order_number = column("ID", "increment_id", unbroken)
    purchase_point = column(gettext_lazy("Purchase Point"), "store.website.name", ordering="store")
    purchase_date = column(gettext_lazy("Purchase Date"), "created_at", time_cell)
    bill_to = column(
        gettext_lazy("Bill-to Name"),
        lambda order: order_page.person(order_page.address_of(order, OrderAddress.Type.BILLING)),
    )
    ship_to = column(
        gettext_lazy("Ship-to Name"),
        lambda order: order_page.person(order_page.address_of(order, OrderAddress.Type.SHIPPING)),
    )
    purchase_from = column(gettext_lazy("Purchased From"), "store.name", ordering="store")
    number = column(gettext_lazy("Row ID"), "pk", number_cell, ordering="id")
    units_ordered = column(gettext_lazy("Units"), "total_qty_ordered", units)
    last_exported = column(gettext_lazy("Last Exported"), "orderflow_export_date", time_cell)
    last_error = column(gettext_lazy("Last Error"), "orderflow_last_error", ordering="")
    base_total = column(
        gettext_lazy("Grand Total (Base)"),
        lambda order: money(order.base_grand_total, order.base_currency_code),
        ordering="base_grand_total",
    )
    total = column(
        gettext_lazy("Grand Total (Purchased)"),
        lambda order: money(order.grand_total, order.order_currency_code),
        ordering="grand_total",
    )
    status_label = column(gettext_lazy("Status"), order_page.status_badge, ordering="status")
    export_label = column(
        gettext_lazy("Export Status (OF)"),
        order_page.export_badge,
        ordering="orderflow_export_status",
    )

    def record_title(self, record: Order) -> str:
        """Return "Order #000000005"."""
        return _("Order #%(number)s") % {"number": record.increment_id}

    def sections(self, request: HttpRequest, record: Order) -> list[Section]:
        """Return the tabs of the guide's order view; the order desk adds two."""
        return [
            order_page.information(record),
            order_page.invoices(record),
            order_page.creditmemos(record),
        ]

    def _buttons(self, request: HttpRequest, record: Order) -> list[Button]:
        """Return the buttons of all rooms in the guide's order, others behind them."""
        known = {str(title): place for place, title in enumerate(GUIDES_BUTTONS)}
        found = super()._buttons(request, record)
        return sorted(found, key=lambda button: known.get(str(button.title), len(known)))

    def row_actions(self, request: HttpRequest, record: Order) -> list[RowAction]:
        """Offer the page, and what other rooms offer."""
        page = RowAction(_("View"), admin_url("sales_order_change", record.pk))
        return [page, *self.record_row_actions(request, record)]

    def by_number_view(self, request: HttpRequest, increment_id: str) -> HttpResponse:
        """Go to the order with this number; say so when there is none."""
        found = find_order(increment_id, Order.objects.only("increment_id"))
        if found is None:
            messages.warning(
                request, _("Order %(number)s does not exist.") % {"number": increment_id}
            )
            return HttpResponseRedirect(admin_url("sales_order_changelist"))
        return HttpResponseRedirect(admin_url("sales_order_change", found.pk))
